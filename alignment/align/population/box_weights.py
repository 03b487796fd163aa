"""How much each real box counts, as a file of the user's says: a detector's misses, for one."""

import csv
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.real.split import Exposed, fittable
from assets.errors import UserError
from scenes.measuring.table import MetadataTable

MOST_COPIES = 4  # a box, on average: more would let so few photos pass for many
EXPECTED = 'expected annotation ids and weights of 0 or more: {"17": 3} or lines 17,3'


class BadWeights(UserError):
    """A file of weights that cannot be read, or that tells nothing of these boxes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BoxWeights:
    """copies: (n,) how often each box is asked for. named: how many the file names."""

    copies: npt.NDArray[np.intp]
    named: int


def box_weights(table: MetadataTable, path: Path) -> BoxWeights:
    """Return how often boxes are asked for, in the proportions of their weights.

    A box that the file does not name weighs 1. The lightest is asked for once, unless there would
    be more than MOST_COPIES times the boxes. Raises BadWeights, also where all weigh nothing.
    """
    told = _read(path)
    ids = table.table["annotation_id"].to_pylist()
    weights = np.array([told.get(key, 1.0) for key in ids])
    if not weights.any():
        raise BadWeights(f"target.weights={path}: all {len(ids)} boxes weigh 0; {EXPECTED}")
    wanted = weights / weights[weights > 0].min()
    most = MOST_COPIES * len(ids)
    copies = _whole(wanted * min(1.0, most / wanted.sum()))
    return BoxWeights(copies=copies, named=len(told.keys() & set(ids)))


def check_weights(exposed: Exposed, path: Path) -> None:
    """Raise BadWeights unless the file names one box at least that fits may see."""
    told, ids = _read(path), set(fittable(exposed).table["annotation_id"].to_pylist())
    if not told.keys() & ids:
        raise BadWeights(
            f"target.weights={path} names {len(told)} boxes, none of the {len(ids)} that are "
            f"matched, whose ids are {min(ids)} to {max(ids)}; expected ids of REAL's annotations, "
            "in photos that split keeps for no judging"
        )


def _whole(wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return whole numbers of the same sum, rounded, by largest remainder."""
    found = np.floor(wanted + 1e-9).astype(np.intp)
    left = round(float(wanted.sum())) - int(found.sum())
    found[np.argsort(found - wanted, kind="stable")[:left]] += 1
    return np.asarray(found)


def _read(path: Path) -> dict[int, float]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        pairs = _of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_csv(text)
        told = {int(key): float(weight) for key, weight in pairs}
    except (OSError, ValueError, TypeError, KeyError) as error:
        found = " ".join(str(error).split())
        raise BadWeights(f"target.weights={path}: {found}; {EXPECTED}") from None
    for key, weight in told.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise BadWeights(f"target.weights={path}: box {key} weighs {weight}; {EXPECTED}")
    return told


def _of_json(text: str) -> Iterable[tuple[Any, Any]]:
    told = json.loads(text)
    if isinstance(told, dict):
        return told.items()
    return [(one["annotation_id"], one["weight"]) for one in told]


def _of_csv(text: str) -> Iterable[tuple[Any, Any]]:
    """Return the first two of each line; a first line without a number is the head."""
    rows = [row for row in csv.reader(text.splitlines()) if row]
    if rows and not rows[0][0].strip().isdigit():
        rows = rows[1:]
    if any(len(row) < 2 for row in rows):
        raise ValueError("a line has no weight")
    return [(row[0], row[1]) for row in rows]
