"""`inference.html` and `inference.json`: scores, intervals, refusals, sheets in predicted order."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from alignment.charts.page import page_environment
from alignment.charts.plot import histograms
from alignment.charts.sheet import SheetImage, thumbnails
from alignment.inference.learning.problem import FloatArray, fitted, is_log, r2
from alignment.inference.outcome import Described, Outcome
from alignment.inference.pinhole import FIRST
from alignment.inference.settings import PINHOLE
from alignment.rating.ratings import Summary, summary_of
from alignment.real.inferred import Prediction
from scenes.files.atomic import write_text
from scenes.labels.previewer import PREVIEWED
from scenes.sets.annotated_set import AnnotatedSet

TEMPLATE = "inference.html.j2"


@dataclass(frozen=True, kw_only=True, eq=False)
class Inference:
    """All that is said. learned: the renders; told: the photos. lenses: focal lengths are known."""

    real: AnnotatedSet
    category: str
    family: str
    outcomes: tuple[Outcome, ...]
    learned: Described
    told: Described
    coverage: float
    lenses: bool
    sheet_images: int

    def lines(self) -> Iterator[str]:
        """Yield what became of each attribute."""
        for outcome in self.outcomes:
            yield f"  {outcome.attribute:<24}{verdict(outcome)}"
        alignable = [
            o.attribute for o in self.outcomes if o.prediction and o.attribute in PREVIEWED
        ]
        for outcome in self.outcomes:
            if outcome.prediction and outcome.attribute not in PREVIEWED:
                yield f"  {outcome.attribute}: {not_searched(outcome.attribute)}"
        if alignable:
            told = ",".join(alignable)
            yield f"to align on: inferred=.../inferred.parquet target.attributes=[...,{told}]"


def not_searched(attribute: str) -> str:
    """Return what is said of an attribute that no preview can foretell."""
    if attribute == "shape":
        return "no number to match; scenes show its shares by the weights in options.txt"
    return "no preview can foretell it, so no search can match it; reports compare it"


def verdict(outcome: Outcome) -> str:
    """Return one line on an outcome."""
    if outcome.refused:
        return f"left out: {outcome.refused}"
    assert outcome.chosen is not None
    assert outcome.prediction is not None
    what = "accuracy" if outcome.chosen.problem.is_class else "R2"
    best = outcome.chosen.best
    return (
        f"{what} {outcome.chosen.score:.2f} by {best.head} on {best.extractor}; "
        f"{outcome.outside:.0%} of the real boxes unlike the renders; {spread(outcome.prediction)}"
    )


def spread(prediction: Prediction) -> str:
    """Return how wide the intervals are in words."""
    if prediction.low is None or prediction.high is None:
        sizes = [len(one) for one in prediction.sets if one]
        return f"{np.mean(sizes):.1f} names possible on average"
    with np.errstate(invalid="ignore"):
        if is_log(prediction.attribute):
            factor = float(np.nanmedian(np.sqrt(prediction.high / prediction.low)))
            return f"interval: within a factor of {factor:.2f}"
        return f"interval: within {float(np.nanmedian(prediction.high - prediction.low)) / 2:.3f}"


def physical_r2(described: Described) -> Mapping[str, float]:
    """Return R2 of log depth by the plain pinhole relation, of all boxes and of whole ones."""
    if PINHOLE not in described.extractors or "depth" not in described.table.attributes:
        return {}
    table = described.table.rows(described.rows)
    told = described.extractors[PINHOLE].values[:, FIRST].astype(np.float64)
    truth = np.log(table.column("depth"))
    whole = table.column("truncated") == 0
    return {
        "all boxes": r2(truth, told),
        "not truncated": r2(truth[whole], told[whole]),
    }


def write_inference(out: Path, found: Inference) -> Path:
    """Write both files into `out`; return the page. Equal input gives equal bytes."""
    environment = page_environment(Path(__file__).parent)
    ratings = summary_of(out / "ratings.csv")
    page = environment.get_template(TEMPLATE).render(
        f=found, verdict=verdict, sections=_sections(found), physical=physical_r2(found.learned),
        ratings=ratings, rated=_rated(ratings),
    )  # fmt: skip
    told = json.dumps(_json(found), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    write_text(out / "inference.json", told)
    write_text(out / "inference.html", page)
    return out / "inference.html"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Section:
    outcome: Outcome
    heads: tuple[str, ...]
    rows: list[tuple[str, list[float]]]
    figure: Markup | None
    shares: list[tuple[str, float]]
    sheet: list[tuple[str, str]]


def _sections(found: Inference) -> list[_Section]:
    orders = [_order(o.prediction, found.sheet_images) for o in found.outcomes]
    shown = [
        [_shown(found, o, row) for row in order if _path(found, row)]
        for o, order in zip(found.outcomes, orders, strict=True)
    ]
    uris = iter(thumbnails([one for section in shown for one in section]))
    return [
        _section(outcome, [(next(uris), one.caption) for one in own])
        for outcome, own in zip(found.outcomes, shown, strict=True)
    ]


def _section(outcome: Outcome, sheet: list[tuple[str, str]]) -> _Section:
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, list[float]]] = []
    if outcome.chosen is not None:
        scores = outcome.chosen.scores
        heads = tuple(dict.fromkeys(c.head for c in scores))
        names = dict.fromkeys(c.extractor for c in scores)
        rows = [(n, [v for c, v in scores.items() if c.extractor == n]) for n in names]
    return _Section(
        outcome=outcome, heads=heads, rows=rows, figure=_figure(outcome),
        shares=shape_shares(outcome.prediction), sheet=sheet,
    )  # fmt: skip


def shape_shares(prediction: Prediction | None) -> list[tuple[str, float]]:
    """Return the share of every name, most first; [] for numbers."""
    shares = prediction.shares if prediction is not None else {}
    return sorted(shares.items(), key=lambda one: (-one[1], one[0]))


def _figure(outcome: Outcome) -> Markup | None:
    prediction, chosen = outcome.prediction, outcome.chosen
    if prediction is None or chosen is None or prediction.is_class:
        return None
    real = prediction.values[prediction.there].astype(np.float64)
    truth = chosen.problem.truth
    shown = {"real": fitted(prediction.attribute, real), "set": truth}
    return Markup(histograms(shown, math.nan))


def _order(prediction: Prediction | None, count: int) -> list[int]:
    """Return rows evenly spread over the predicted order, least first."""
    if prediction is None or not count:
        return []
    rows = np.flatnonzero(prediction.there)
    order = rows[np.argsort(prediction.values[rows], kind="stable")]
    places = np.unique(np.linspace(0, len(order) - 1, count).round().astype(np.intp))
    return order[places].tolist() if len(order) else []


def _path(found: Inference, row: int) -> Path | None:
    image = int(found.told.table.image_ids[row])
    return next(i.path for i in found.real.images if i.id == image)


def _shown(found: Inference, outcome: Outcome, row: int) -> SheetImage:
    table = found.told.table
    key = int(table.table["annotation_id"][row].as_py())
    box = next(a.bbox for a in found.real.annotations if a.id == key)
    path = _path(found, row)
    assert outcome.prediction is not None
    assert path is not None
    return SheetImage(path=path, boxes=(box,), caption=caption(outcome.prediction, row))


def caption(prediction: Prediction, row: int) -> str:
    """Return a predicted value with its interval, and whether it lies outside the support."""
    outside = ", unlike the renders" if prediction.outside[row] else ""
    value = prediction.values[row]
    if prediction.low is None or prediction.high is None:
        return f"{value} ({', '.join(prediction.sets[row])}){outside}"
    return f"{value:.3g} ({prediction.low[row]:.3g} to {prediction.high[row]:.3g}){outside}"


def _rated(ratings: Sequence[Summary]) -> list[tuple[Summary, int]]:
    return [(one, max(one.counts)) for one in ratings]


def _json(found: Inference) -> Mapping[str, Any]:
    return {
        "real": found.real.name, "category": found.category, "learned_from": found.family,
        "rendered_boxes": len(found.learned.table), "real_boxes": len(found.told.table),
        "focal_lengths": "known" if found.lenses else "assumed", "coverage": found.coverage,
        "pinhole_r2": {k: round(v, 6) for k, v in physical_r2(found.learned).items()},
        "attributes": [_outcome(o) for o in found.outcomes],
    }  # fmt: skip


def _outcome(outcome: Outcome) -> Mapping[str, Any]:
    told: dict[str, Any] = {"attribute": outcome.attribute, "refused": outcome.refused}
    if outcome.chosen is not None:
        chosen = outcome.chosen
        told |= {
            "measure": "accuracy" if chosen.problem.is_class else "r2",
            "score": _finite(chosen.score), "r2_in_unit": _finite(outcome.raw_r2),
            "extractor": chosen.best.extractor, "head": chosen.best.head,
            "candidates": {f"{c.extractor}/{c.head}": _finite(s) for c, s in chosen.scores.items()},
            "picked_in_folds": {f"{c.extractor}/{c.head}": n for c, n in chosen.picks.items()},
            "outside_support": _finite(outcome.outside),
        }  # fmt: skip
    if outcome.prediction is not None:
        told |= {"intervals": spread(outcome.prediction), **_quantiles(outcome.prediction)}
        told["shares"] = dict(shape_shares(outcome.prediction))
    return told


def _quantiles(prediction: Prediction) -> Mapping[str, Any]:
    if prediction.is_class:
        return {}
    values: FloatArray = prediction.values[prediction.there].astype(np.float64)
    told = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return {"predicted": dict(zip(("q05", "median", "q95"), map(_finite, told), strict=True))}


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
