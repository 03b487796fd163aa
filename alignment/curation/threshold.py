"""Where a sorted list of scores turns: everything beyond goes."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ThresholdSettings:
    """How much goes.

    rule: elbow, of the sorted scores, where never more than `most` goes; share, a fixed one; or
    keep, so many stay.
    """

    rule: Literal["elbow", "share", "keep"]
    share: float
    most: float
    keep: int | None

    def __post_init__(self) -> None:
        for name in ("share", "most"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 1")
        if self.rule == "keep" and (self.keep is None or self.keep < 1):
            raise ValueError(f"keep is {self.keep}; expected 1 or more, where rule is keep")


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Scores above `value` go. why: in words, how it was found."""

    value: float
    why: str


def threshold_of(scores: FloatArray, settings: ThresholdSettings) -> Threshold:
    """Return the threshold of (n,) scores.

    The elbow is the point of the ascending curve farthest from its chord (kneedle, Satopaa et al.
    2011). Where there is none, or nothing is scored, nothing goes.
    """
    if not len(scores):
        return Threshold(value=float("inf"), why="nothing is scored")
    ascending = np.sort(scores)
    if settings.rule == "share":
        return _at_most(ascending, settings.share, f"the worst {settings.share:.0%}")
    if settings.rule == "keep":
        assert settings.keep is not None
        gone = max(0, len(ascending) - settings.keep)
        return _at_most(ascending, gone / len(ascending), f"the {settings.keep} most alike stay")
    elbow = _elbow(ascending)
    if elbow is None:
        return Threshold(value=float("inf"), why="the sorted scores have no elbow: nothing goes")
    share = float((ascending > ascending[elbow]).mean())
    if share > settings.most:
        told = f"the elbow would take {share:.0%}; threshold.most allows {settings.most:.0%}"
        return _at_most(ascending, settings.most, told)
    return Threshold(
        value=float(ascending[elbow]), why=f"the elbow of the sorted scores, {share:.0%} beyond it"
    )


def _at_most(ascending: FloatArray, share: float, why: str) -> Threshold:
    count = int(np.floor(share * len(ascending) + 1e-9))
    kept = len(ascending) - count
    value = float(ascending[kept - 1]) if kept else -np.inf
    return Threshold(value=value, why=why)


def _elbow(ascending: FloatArray) -> int | None:
    if len(ascending) < 3 or ascending[0] == ascending[-1]:
        return None
    from kneed import KneeLocator  # noqa: PLC0415  # brings matplotlib's pyplot in, seconds late

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "no knee found" is said by the result
        found = KneeLocator(
            np.arange(len(ascending)), ascending, curve="convex", direction="increasing"
        ).knee
    return None if found is None else int(found)
