"""Which shapes of a rendered set look least like the real objects."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from alignment.command.words import weight_words
from alignment.curation.settings import ShapeSettings
from alignment.feature_space.scores import Scores
from assets.errors import UserError
from scenes.files.atomic import write_text


class NoShapes(UserError):
    """A set that does not say which shape its objects are."""


@dataclass(frozen=True, kw_only=True)
class ShapeScore:
    """Mean score of a shape's boxes. low, high: its 5-95 % interval over resampled images.

    proposed: True where it is one of the worst that may go.
    """

    shape: str
    boxes: int
    mean: float
    low: float
    high: float
    proposed: bool


def score_shapes(
    rng: np.random.Generator, scores: Scores, shapes: Mapping[int, str], settings: ShapeSettings
) -> tuple[ShapeScore, ...]:
    """Return one row a shape, worst first. shapes: annotation id to shape.

    Proposed are the `worst` shapes of at least `fewest` boxes, as long as one other such shape
    stays, and only where the interval lies above the mean of all boxes: what is merely last in a
    row of equals stays. Raises NoShapes.
    """
    known = np.array([key in shapes for key in scores.keys.tolist()])
    if not known.any():
        raise NoShapes(
            "what=shapes: no annotation says its shape; expected a set that Twinset rendered"
        )
    names = np.array([shapes[key] for key in scores.keys[known].tolist()])
    values, images = scores.values[known], scores.image_ids[known]
    every = float(values.mean())
    rows = []
    for name in np.unique(names):
        own = names == name
        low, high = _interval(rng, values[own], images[own], settings.draws)
        rows.append(ShapeScore(shape=str(name), boxes=int(own.sum()), proposed=False,
                               mean=float(values[own].mean()), low=low, high=high))  # fmt: skip
    rows.sort(key=lambda row: (-row.mean, row.shape))
    enough = [row for row in rows if row.boxes >= settings.fewest]
    worst = {row.shape for row in enough[: min(settings.worst, len(enough) - 1)] if row.low > every}
    return tuple(ShapeScore(**{**asdict(r), "proposed": r.shape in worst}) for r in rows)


def overrides(rows: Sequence[ShapeScore]) -> tuple[str, ...]:
    """Return the words that make `make align OPTIONS=...` leave the proposed shapes out."""
    return weight_words({row.shape: 0 for row in rows if row.proposed})


def write_shapes(out: Path, rows: Sequence[ShapeScore]) -> Path:
    """Write shapes.json and options.txt, which holds the overrides on one line; return it."""
    told = {"shapes": [asdict(row) for row in rows], "options": list(overrides(rows))}
    write_text(out / "shapes.json", json.dumps(told, indent=1, allow_nan=False) + "\n")
    write_text(out / "options.txt", " ".join(overrides(rows)) + "\n")
    return out / "options.txt"


def _interval(
    rng: np.random.Generator,
    values: npt.NDArray[np.float64],
    images: npt.NDArray[np.int64],
    draws: int,
) -> tuple[float, float]:
    """Return the 5 % and 95 % quantiles of the mean over images drawn with replacement."""
    _, place = np.unique(images, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    drawn = rng.integers(0, len(counts), (draws, len(counts)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.05, 0.95))
    return float(low), float(high)
