"""Which boxes the next scenes are to be like: those that fail more often, within a limit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from alignment.improvement.settings import TiltSettings
from scenes.files.atomic import write_bytes
from scenes.files.canonical_json import json_bytes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_HALVINGS = 50


@dataclass(frozen=True, kw_only=True, eq=False)
class Tilt:
    """How much each exposed box is asked for.

    keys: (n,) annotation ids. weights: (n,) of mean 1. strength: the exponent of a box's chance to
    fail that they are. effective: the effective number of boxes, exp of the weights' entropy, as a
    share of all.
    """

    keys: IntArray
    weights: FloatArray
    strength: float
    effective: float

    @property
    def is_even(self) -> bool:
        """True where nothing is asked for more than anything else."""
        return bool(np.ptp(self.weights) == 0)

    @property
    def by_key(self) -> Mapping[str, float]:
        """The weights as `target.weights` reads them, by annotation id."""
        pairs = zip(self.keys.tolist(), self.weights.tolist(), strict=True)
        return {str(key): weight for key, weight in pairs}

    def write(self, path: Path) -> None:
        """Write what target.oversample=weights reads. Raises Unwritable."""
        write_bytes(path, json_bytes(self.by_key))


def tilted(keys: IntArray, failing: FloatArray, settings: TiltSettings) -> Tilt:
    """Return weights that lean towards boxes that fail.

    failing: (n,) each box's chance to fail, above 0. With strength 1 the weighted boxes are a
    sample of those that fail, with 0 of all; the entropy falls all the way between, so that the
    strongest tilt within the limit is found by bisection. Equal chances give equal weights.
    """
    strength = settings.strongest
    if _effective(_weights(failing, strength)) < settings.least_effective:
        strength = _bisected(failing, settings)
    weights = np.round(_weights(failing, strength), 4)
    return Tilt(keys=keys, weights=weights, strength=strength, effective=_effective(weights))


def _bisected(failing: FloatArray, settings: TiltSettings) -> float:
    low, high = 0.0, settings.strongest
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _effective(_weights(failing, middle)) >= settings.least_effective
        low, high = (middle, high) if enough else (low, middle)
    return low


def _weights(failing: FloatArray, strength: float) -> FloatArray:
    logs = np.log(failing)
    told = np.exp(strength * (logs - logs.max()))
    return np.asarray(told / told.mean())


def _effective(weights: FloatArray) -> float:
    shares = weights / weights.sum()
    entropy = -float((shares * np.log(np.maximum(shares, np.finfo(float).tiny))).sum())
    return math.exp(entropy) / len(weights)
