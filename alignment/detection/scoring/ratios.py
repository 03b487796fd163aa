"""How many renders to mix with the photos: which ratio is best, and which do as well."""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.detection.scoring.bootstrap import (
    Arm,
    Difference,
    Estimate,
    Resampling,
    difference,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratio:
    """What was trained on, and how it scored. Either number may be 0."""

    renders: int
    photos: int
    arm: Arm


@dataclass(frozen=True, kw_only=True)
class RatioScore:
    """A ratio's score, and how far the best is ahead of it. tied: as good, as far as is known."""

    name: str
    renders: int
    photos: int
    score: Estimate
    ahead: Difference
    tied: bool


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Which ratio to use. scores: the best first. best, advised: names of them."""

    scores: tuple[RatioScore, ...]
    best: str
    advised: str
    sentence: str


def advise(ratios: Sequence[Ratio], resampling: Resampling) -> Advice:
    """Return which of the ratios to use.

    The best has the highest mean. Tied with it is whatever it is not ahead of by a paired
    difference whose 5-95 % interval is above zero. Of those the one with the fewest renders is
    advised, since renders cost; of equally many, the one that scores higher.
    """
    ordered = sorted(ratios, key=lambda one: (-one.arm.value, one.renders))
    best = ordered[0]
    scores = tuple(_scored(one, best, resampling) for one in ordered)
    tied = [one for one in scores if one.tied]
    advised = min(tied, key=lambda one: one.renders)  # the first, so the higher, of equals
    return Advice(
        scores=scores, best=best.arm.name, advised=advised.name,
        sentence=_said(scores[0], advised, len(tied)),
    )  # fmt: skip


def _scored(one: Ratio, best: Ratio, resampling: Resampling) -> RatioScore:
    ahead = difference(best.arm, one.arm, resampling)
    return RatioScore(
        name=one.arm.name, renders=one.renders, photos=one.photos,
        score=one.arm.estimate(resampling), ahead=ahead, tied=one is best or ahead.decided == 0,
    )  # fmt: skip


def _said(best: RatioScore, advised: RatioScore, tied: int) -> str:
    use = f"use {advised.name} ({advised.renders} renders and {advised.photos} photos)"
    if tied == 1:
        return f"{use}: it is ahead of every other"
    if advised is best:
        return f"{use}: it scores best, and has the fewest renders of {tied} that do as well"
    return (
        f"{use}: {best.name} scores best, but is not surely ahead of it, and it has the fewest "
        f"renders of {tied} that do as well"
    )
