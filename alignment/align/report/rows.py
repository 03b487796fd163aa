"""The report's parts as text and figures: what its template lays out, category by category."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from alignment.align.reach.words import sentence
from alignment.align.report.content import (
    ALIGNED,
    BASELINE,
    AttributeResult,
    CategoryContent,
    ChosenConfig,
    ReportContent,
)
from alignment.align.report.distance_rows import (
    SIGNS,
    BesideRow,
    Classified,
    GeneralisedRow,
    beside_names,
    beside_rows,
    classified,
    generalised_rows,
    number,
)
from alignment.align.report.histograms import heat_maps, histogram, strip
from alignment.align.report.name_bars import bars
from scenes.measuring.table import ATTRIBUTES


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table as text, with its figures."""

    name: str
    unit: str
    estimated: bool
    cells: Mapping[str, str]
    verdict: str
    kind: str
    sign: str
    strip: Markup
    figure: Markup | None
    joint: bool


@dataclass(frozen=True, kw_only=True)
class ComponentRow:
    """One component of the target and the configuration that stands for it, as text."""

    weight: str
    means: tuple[tuple[str, str, str], ...]
    config: str
    values: tuple[tuple[str, str], ...]
    distance: str
    images: str


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """One category's part of the page, or that of several together, whose `c` is None.

    tag: what ends the ids of its elements. whose: what its headings begin with.
    """

    tag: str
    whose: str
    rows: Sequence[Row]
    has_baseline: bool
    has_held_out: bool
    beside: Sequence[BesideRow]
    beside_names: Sequence[str]
    generalised: Sequence[GeneralisedRow]
    c: CategoryContent | None = None
    classified: Classified | None = None
    components: Sequence[ComponentRow] = ()
    unreached: Sequence[str] = ()
    lacking: Mapping[str, Sequence[str]] = field(default_factory=dict)


def views_of(content: ReportContent) -> list[View]:
    """Return each category's part of the page, and before them that of several together."""
    most = most_of(content.results)
    several = len(content.categories) > 1
    parts = [
        _category_view(one, f"-{number_}" if number_ > 1 else "", several, most)
        for number_, one in enumerate(content.categories, 1)
    ]
    if not content.together:
        return parts
    return [_view("-together", "Together: ", content.together, (frozenset(), most)), *parts]


def _category_view(one: CategoryContent, tag: str, several: bool, most: float) -> View:
    whose = f"{one.category}: " if several else ""
    return replace(
        _view(tag, whose, one.results, (one.estimated, most)), c=one,
        classified=classified(one.classified), components=_components(one),
        unreached=[sentence(found, one.category) for found in one.unreached],
        lacking=_by_reason(one.lacking),
    )  # fmt: skip


def _view(
    tag: str, whose: str, results: Sequence[AttributeResult], drawn: tuple[frozenset[str], float]
) -> View:
    estimated, most = drawn
    return View(
        tag=tag, whose=whose, rows=[_row(result, most, estimated) for result in results],
        has_baseline=any(r.baseline is not None for r in results),
        has_held_out=any(r.held_out is not None for r in results),
        beside=beside_rows(results), beside_names=beside_names(results),
        generalised=generalised_rows(results),
    )  # fmt: skip


def _by_reason(lacking: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        why: [name for name in lacking if lacking[name] == why]
        for why in dict.fromkeys(lacking.values())
    }


def _row(result: AttributeResult, most: float, estimated: frozenset[str]) -> Row:
    names = result.comparison.attributes
    joint = len(names) > 1
    return Row(
        name=result.name, joint=joint, unit="" if joint else _unit(result),
        estimated=not estimated.isdisjoint(names), cells=_cells(result),
        verdict=result.verdict_text, kind=str(result.verdict).replace(" ", "-"),
        sign=SIGNS[result.verdict], strip=Markup(strip(result, most)), figure=_figure(result),
    )  # fmt: skip


def _unit(result: AttributeResult) -> str:
    return "a name" if result.facet.named else ATTRIBUTES[result.facet.names[0]].unit


def _cells(result: AttributeResult) -> dict[str, str]:
    found = result.comparison
    cells = {
        "held_out": number(result.held_out), "floor": number(found.floor),
        "low": number(found.floor_low), "high": number(found.floor_high),
        "power": f"{found.power:.0%}", "real_values": f"{found.values:,}",
    }  # fmt: skip
    for key in (BASELINE, ALIGNED):
        gap = found.gaps.get(key)
        cells[key] = number(gap.at_equal_size if gap else None)
        cells[f"{key}_all"] = number(gap.of_all if gap else None)
        cells[f"{key}_values"] = f"{gap.values:,}" if gap else "—"
    return cells


def _figure(result: AttributeResult) -> Markup | None:
    axes = len(result.comparison.attributes)
    if result.facet.named:
        return Markup(bars(result))
    if axes > 2:
        return None
    return Markup(histogram(result) if axes == 1 else heat_maps(result))


def most_of(results: Sequence[AttributeResult]) -> float:
    """Return the right end of the strips: the largest finite distance among the rows."""
    found = [
        value
        for r in results
        for value in (
            r.comparison.floor_high,
            *(g.at_equal_size for g in r.comparison.gaps.values()),
        )
        if math.isfinite(value)
    ]
    return max(found, default=1.0) or 1.0


def _components(content: CategoryContent) -> list[ComponentRow]:
    return [
        _component(content, number_, chosen) for number_, chosen in enumerate(content.components)
    ]


def _component(content: CategoryContent, index: int, chosen: ChosenConfig) -> ComponentRow:
    target = content.target
    spread = np.sqrt(np.diagonal(target.covariances[index]))
    told_means = zip(target.attributes, target.means[index], spread, strict=True)
    return ComponentRow(
        weight=f"{target.weights[index]:.0%}", distance=number(chosen.distance), config=chosen.id,
        means=tuple(_mean(name, float(m), float(s)) for name, m, s in told_means),
        values=tuple((path, plain(value)) for path, value in chosen.values.items()),
        images=f"{chosen.images} ({chosen.image_share:.0%})",
    )  # fmt: skip


def _mean(name: str, mean: float, spread: float) -> tuple[str, str, str]:
    """Return name, centre and spread in natural units; a logarithm's spread is a factor."""
    if ATTRIBUTES[name].log:
        return (
            name,
            f"{math.exp(mean):.3g}",
            f"\N{MULTIPLICATION SIGN}÷ {math.exp(min(spread, 700)):.3g}",
        )
    return name, f"{mean:.3g}", f"± {spread:.2g}"


def plain(value: Any) -> str:
    """Return a setting as text: a range as "0.7 to 1", anything else as itself."""
    if isinstance(value, Mapping):
        if {"low", "high"} <= set(value):
            same = value["low"] == value["high"]
            return (
                plain(value["low"]) if same else f"{plain(value['low'])} to {plain(value['high'])}"
            )
        return ", ".join(f"{key} {plain(inner)}" for key, inner in value.items())
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
