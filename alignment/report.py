"""`report.html` and `report.json`: what was read, what was made, and how near it came."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from alignment.content import ALIGNED, BASELINE, AttributeResult, ChosenConfig, ReportContent
from alignment.figures import heat_maps, histogram, strip
from alignment.floor import Verdict
from alignment.reach_words import sentence
from alignment.report_distances import (
    SIGNS,
    beside_names,
    beside_rows,
    classified,
    generalised_rows,
    number,
)
from alignment.report_json import told
from alignment.sheet import thumbnails
from scenes.metadata import ATTRIBUTES
from scenes.plan import write_text

TEMPLATE = "report.html.j2"


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


def write_report(out: Path, content: ReportContent) -> Path:
    """Write `report.html` and `report.json` into the folder `out`; return the page's path.

    The page asks nothing of any network and runs no script. Equal content gives equal bytes.
    Raises BadSheetImage where an image of the contact sheet cannot be read.
    """
    page = report_html(content)
    numbers = json.dumps(told(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    write_text(out / "report.json", numbers)
    write_text(out / "report.html", page)
    return out / "report.html"


def report_html(content: ReportContent) -> str:
    """Return the page. Every string of the user's is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(TEMPLATE).render(
        c=content,
        made="rendered" if content.rendered else "previewed",
        rows=_rows(content),
        most=f"{_most(content.results):.2g}",
        summary=summary(content.results),
        has_baseline=any(r.baseline is not None for r in content.results),
        has_held_out=any(r.held_out is not None for r in content.results),
        beside=beside_rows(content.results),
        beside_names=beside_names(content.results),
        generalised=generalised_rows(content.results),
        classified=classified(content.classified),
        components=_components(content),
        unreached=[sentence(one, content.category) for one in content.unreached],
        lacking=_by_reason(content.lacking),
        sheet=list(zip(thumbnails(content.sheet), content.sheet, strict=True)),
    )


def summary(results: Sequence[AttributeResult]) -> str:
    """Return the verdicts and the gain over the baseline in two sentences."""
    counts = [(v, sum(r.verdict is v for r in results)) for v in Verdict]
    parts = [f"{count} {verdict}" for verdict, count in counts if count]
    said = f"Of {len(results)} compared: {', '.join(parts)}." if results else "Nothing compared."
    pairs = [(r.comparison.gaps[ALIGNED], r.comparison.gaps[BASELINE])
             for r in results if BASELINE in r.comparison.gaps]  # fmt: skip
    nearer = sum(a.at_equal_size < b.at_equal_size for a, b in pairs)
    return f"{said} Nearer than the baseline in {nearer} of {len(pairs)}." if pairs else said


def _by_reason(lacking: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        why: [name for name in lacking if lacking[name] == why]
        for why in dict.fromkeys(lacking.values())
    }


def _rows(content: ReportContent) -> list[Row]:
    most = _most(content.results)
    return [_row(result, most, content.estimated) for result in content.results]


def _row(result: AttributeResult, most: float, estimated: frozenset[str]) -> Row:
    names = result.comparison.attributes
    joint = len(names) > 1
    return Row(
        name=result.name, unit="" if joint else ATTRIBUTES[names[0]].unit, joint=joint,
        estimated=not estimated.isdisjoint(names), cells=_cells(result),
        verdict=result.verdict_text, kind=str(result.verdict).replace(" ", "-"),
        sign=SIGNS[result.verdict], strip=Markup(strip(result, most)), figure=_figure(result),
    )  # fmt: skip


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
    if axes > 2:
        return None
    return Markup(histogram(result) if axes == 1 else heat_maps(result))


def _most(results: Sequence[AttributeResult]) -> float:
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


def _components(content: ReportContent) -> list[ComponentRow]:
    return [
        _component(content, number_, chosen) for number_, chosen in enumerate(content.components)
    ]


def _component(content: ReportContent, index: int, chosen: ChosenConfig) -> ComponentRow:
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


__all__ = ["ComponentRow", "Row", "number", "plain", "report_html", "summary", "write_report"]
