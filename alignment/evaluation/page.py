"""`evaluation.html` and `evaluation.json`: any number of sets beside one real set."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from alignment.charts.page import page_environment
from alignment.charts.plain_json import plain
from alignment.charts.plot import scatter
from alignment.evaluation.composite import Interval, Measured, composite
from alignment.evaluation.detector_failures import SampleWise
from scenes.files.atomic import write_text

TEMPLATE = "evaluation.html.j2"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One set, or the real set against itself. parts: by the name of what is measured."""

    name: str
    boxes: int
    composite: Interval
    parts: Mapping[str, Interval]
    farther: bool | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """All that the page says. parts: metadata first, features last. boxes: of all, by name.

    weights: of parts in the composite, by name, 1 where unsaid.
    """

    real_name: str
    names: tuple[str, ...]
    parts: tuple[Measured, ...]
    notes: tuple[str, ...]
    told: Mapping[str, str | int]
    boxes: Mapping[str, int]
    weights: Mapping[str, float]
    sample_wise: SampleWise | None

    @property
    def floor(self) -> Row:
        """The real set against itself."""
        return Row(
            name=self.real_name, boxes=self.boxes["real"], farther=None,
            composite=Interval.of(composite(self.parts, None, self.weights)),
            parts={part.name: Interval.of(part.floor) for part in self.parts},
        )  # fmt: skip

    @property
    def rows(self) -> tuple[Row, ...]:
        """The sets, nearest first. farther: its median is above 95 % of the floor's splits."""
        limit = self.floor.composite.high
        rows = [
            Row(
                name=name, boxes=self.boxes[name],
                composite=(found := Interval.of(composite(self.parts, name, self.weights))),
                parts={part.name: Interval.of(part.of_sets[name]) for part in self.parts},
                farther=found.middle > limit,
            )
            for name in self.names
        ]  # fmt: skip
        return tuple(sorted(rows, key=lambda row: row.composite.middle))

    def lines(self) -> Iterator[str]:
        """Yield the table as text."""
        yield "times the floor, nearest first; the real set to itself is about 1:"
        for row in (self.floor, *self.rows):
            told = f"{number(row.composite.low)} to {number(row.composite.high)}"
            yield f"  {row.name:<28}{number(row.composite.middle):>7}  ({told})"
        yield from self.notes
        if self.sample_wise is not None:
            s = self.sample_wise
            yield (
                f"Spearman of IoU and distance to the training set: {s.spearman:.2f} "
                f"({s.low:.2f} to {s.high:.2f}), {len(s.ious)} boxes"
            )


def write_evaluation(out: Path, found: Evaluation) -> Path:
    """Write both files into `out`; return the page. Equal input gives equal bytes."""
    environment = page_environment(Path(__file__).parent)
    environment.filters["number"] = number
    page = environment.get_template(TEMPLATE).render(
        e=found,
        floor=found.floor,
        rows=found.rows,
        names=[part.name for part in found.parts],
        figure=_figure(found.sample_wise),
    )
    told = json.dumps(_json(found), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    write_text(out / "evaluation.json", told)
    write_text(out / "evaluation.html", page)
    return out / "evaluation.html"


def number(value: float) -> str:
    """Return a number with three digits, or the sign for infinity or none."""
    if math.isnan(value):
        return "\N{EM DASH}"
    return "\N{INFINITY}" if math.isinf(value) else f"{value:.3g}"


def _figure(found: SampleWise | None) -> Markup | None:
    if found is None:
        return None
    bands = [(b.distance, b.low, b.mean, b.high) for b in found.bins]
    return Markup(scatter(found.distances, found.ious, bands))


def _json(found: Evaluation) -> Mapping[str, Any]:
    told = {
        "real": found.real_name, "settings": found.told, "notes": found.notes,
        "floor": _row(found.floor), "sets": [_row(row) for row in found.rows],
    }  # fmt: skip
    if found.sample_wise is not None:
        s = found.sample_wise
        told["sample_wise"] = plain({
            "spearman": s.spearman, "low": s.low, "high": s.high, "boxes": len(s.ious),
            "bins": [asdict(one) for one in s.bins],
        })  # fmt: skip
    return told


def _row(row: Row) -> Any:
    return plain(asdict(row))
