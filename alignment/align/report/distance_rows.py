"""The report's second table: what other distances say, and what the fit had not seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from alignment.align.report.content import ALIGNED, BASELINE, AttributeResult
from alignment.distances.floor import Comparison, Gap, Verdict

SIGNS = {Verdict.ALIGNED: "✓", Verdict.NOT_ALIGNED: "✕", Verdict.UNDECIDABLE: "?"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One distance of one attribute, as text. kind: of the verdict, for the style sheet."""

    aligned: str
    interval: str
    floor: str
    band: str
    baseline: str
    verdict: str
    kind: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class BesideRow:
    """One attribute by every distance; None where a distance does not apply to it."""

    name: str
    joint: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True)
class GeneralisedRow:
    """One attribute's distance from photos that the fit saw, and from others, as text."""

    name: str
    exposed: str
    held_out: str
    floor: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Classified:
    """The classifier's test on all metadata, as text."""

    cell: Cell
    attributes: str


def number(value: float | None) -> str:
    """Return a distance as text: three decimals, ∞, or a dash where there is none."""
    if value is None or math.isnan(value):
        return "\N{EM DASH}"
    if math.isinf(value):
        return "\N{INFINITY}"
    return f"{round(value, 3) + 0.0:.3f}".replace("-", "\N{MINUS SIGN}")


def beside_names(results: Sequence[AttributeResult]) -> tuple[str, ...]:
    """Return the distances printed beside Bhattacharyya's, in the order of their columns."""
    return tuple(dict.fromkeys(one.distance for result in results for one in result.beside))


def beside_rows(results: Sequence[AttributeResult]) -> tuple[BesideRow, ...]:
    """Return one row an attribute, with a cell for each of `beside_names`."""
    names = beside_names(results)
    return tuple(_beside_row(result, names) for result in results if result.beside)


def generalised_rows(results: Sequence[AttributeResult]) -> tuple[GeneralisedRow, ...]:
    """Return a row for each attribute that was judged on photos kept out of a fit."""
    return tuple(
        GeneralisedRow(
            name=result.name, exposed=number(found.exposed), held_out=number(found.held_out),
            floor=number(found.floor), said=_said(found.held_out, found.floor),
        )
        for result in results
        if (found := result.generalisation) is not None
    )  # fmt: skip


def classified(found: Comparison | None) -> Classified | None:
    """Return the classifier's test as text, None where it was not made."""
    if found is None:
        return None
    return Classified(cell=_cell(found), attributes=", ".join(found.attributes))


def _said(held_out: float, floor: float) -> str:
    if math.isinf(held_out) or math.isinf(floor) or not floor:
        return number(None)
    return f"{held_out / floor:.2f} \N{MULTIPLICATION SIGN} floor"


def _beside_row(result: AttributeResult, names: Sequence[str]) -> BesideRow:
    by_name = {one.distance: _cell(one) for one in result.beside}
    joint = len(result.comparison.attributes) > 1
    return BesideRow(
        name=result.name, joint=joint, cells=tuple(by_name.get(name) for name in names)
    )


def _cell(found: Comparison) -> Cell:
    gap, before = found.gaps[ALIGNED], found.gaps.get(BASELINE)
    return Cell(
        aligned=number(gap.at_equal_size), interval=_range(gap.low, gap.high),
        floor=number(found.floor), band=_range(found.floor_low, found.floor_high),
        baseline=number(before.at_equal_size if before else None),
        verdict=_told(found, gap), kind=str(gap.verdict).replace(" ", "-"),
        sign=SIGNS[gap.verdict],
    )  # fmt: skip


def _told(found: Comparison, gap: Gap) -> str:
    undecidable = gap.verdict is Verdict.UNDECIDABLE
    return f"undecidable at n = {found.photos}" if undecidable else str(gap.verdict)


def _range(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"
