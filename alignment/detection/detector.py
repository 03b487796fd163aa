"""What a detector is here: fitted to labelled photos, asked for boxes on others; it has a name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Weights = Mapping[str, npt.NDArray[np.generic]]  # by name, as the detector calls them


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """One photo or render to learn from, with all of its boxes.

    size_px: (W, H) that the boxes refer to. boxes: (n, 4) x, y, w, h in pixels; n may be 0.
    labels: (n,) places in the list of category names. real: a photo, not a render.
    """

    path: Path
    size_px: tuple[int, int]
    boxes: FloatArray
    labels: IntArray
    real: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """What a detector is fitted to.

    categories: names, in the order of labels. real_share: of every batch that is drawn from the
    photos; None where all examples are drawn alike. Examples of one kind alone need None.
    photos_last: share of the steps, at their end, that show photos alone; needs a real_share.
    """

    examples: tuple[Example, ...]
    categories: tuple[str, ...]
    real_share: float | None
    photos_last: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """One photo on which objects are looked for. size_px: (W, H) that boxes are given in."""

    path: Path
    size_px: tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What was found on one photo: (n, 4) boxes x, y, w, h in pixels, (n,) labels and scores."""

    boxes: FloatArray
    labels: IntArray
    scores: FloatArray


@dataclass(frozen=True, kw_only=True)
class TookEffect:
    """What a fit really did, told by the model and the loop and not by the settings.

    groups: by name of a parameter group: how many parameters it has, how many could be trained, its
    learning rate, and how far it moved, as the norm of the difference over the norm of what it was.
    real_share: of all examples that were shown. loss: (first, last) mean over a twentieth of the
    steps. weights: by name, sha256 of what was loaded. versions: by package.
    """

    groups: Mapping[str, Mapping[str, float]]
    steps: int
    batch: int
    real_share: float
    loss: tuple[float, float]
    weights: Mapping[str, str]
    versions: Mapping[str, str]
    device: str
    precision: str


class Fitted(Protocol):
    """A detector that was fitted."""

    took_effect: TookEffect

    def find(self, photos: Sequence[Asked]) -> tuple[Found, ...]:
        """Return what is found on each photo, at most 100 boxes each, best first."""
        ...


class Detector(Protocol):
    """A way to fit. identity: a name that holds all that changes its figures, weights included."""

    identity: str

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> Fitted:
        """Return the detector fitted. say: is told the share that is done, 0 to 1, now and then.

        Raises UserError where the loss is no longer a number, or weights are missing.
        """
        ...


@runtime_checkable
class Learned(Fitted, Protocol):
    """A detector that was fitted, whose weights can be told."""

    @property
    def weights(self) -> Weights:
        """What another fit of the same detector and categories goes on from."""
        ...


@runtime_checkable
class GoesOn(Detector, Protocol):
    """A way to fit that leaves weights, and can go on from those of another fit."""

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> Learned:
        """Return the detector fitted, as `Detector.fit`."""
        ...

    def fit_on(
        self, mixture: Mixture, seed: int, say: Callable[[float], None], start: tuple[Weights, int]
    ) -> Learned:
        """Return the detector fitted for some steps more than its weights were.

        start: weights of a fit with these settings and categories, and how many steps; of 0 steps
        what is returned finds what that fit finds. Raises UserError as `fit`, and where the weights
        are another detector's.
        """
        ...
