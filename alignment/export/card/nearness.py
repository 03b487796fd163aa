"""The report's table of distances, as a card tells it."""

from collections.abc import Iterator, Mapping
from typing import Any

from alignment.align.report.content import ALIGNED
from alignment.export.card.tables import table

HEAD = ("class", "attribute", "distance", "interval", "floor", "band", "verdict", "held out")
EXPLAINED = (
    "Bhattacharyya distances between the {how} images and the photos, at equal sizes. The floor is "
    "the distance between halves of the photos themselves. The interval is of the distance, the "
    "band of the floor. Held out: planned from one half of the photos, judged on the other."
)


def nearness(report: Mapping[str, Any] | None) -> str:
    """Return the table, or why there is none."""
    if report is None:
        return "Not told: no report.json lies beside the set."
    body = [_row(told) for told in results(report)]
    return f"{EXPLAINED.format(how=report['made']['how'])}\n\n{table(HEAD, body)}"


def results(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the report's results, of each category and of several together."""
    for one in report.get("categories", ()):
        yield from one["attributes"]
    yield from report.get("together", ())


def _row(told: Mapping[str, Any]) -> list[str]:
    found = told["distances"].get(ALIGNED, {})
    return [
        " and ".join(told["categories"]), " x ".join(told["attributes"]),
        _number(found.get("at_equal_size")), _span(found.get("interval")),
        _number(told["floor"]), _span(told["floor_band"]), told["verdict"],
        _number(told.get("held_out")),
    ]  # fmt: skip


def _span(ends: Any) -> str:
    return "" if ends is None else f"{_number(ends[0])} to {_number(ends[1])}"


def _number(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.3f}"
