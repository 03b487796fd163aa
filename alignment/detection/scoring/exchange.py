"""What renders are worth in photos: a score, read off the learning curve of photos alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from alignment.detection.scoring.bootstrap import Arm, Estimate, Resampling
from alignment.detection.scoring.power_law import FEWEST_SIZES, PowerLaws

FloatArray = npt.NDArray[np.float64]
Verdict = Literal["worth", "none", "beyond", "untold"]

_SURELY = 0.95  # share of the draws in which the curve must rise
_PLOTTED = 40


@dataclass(frozen=True, kw_only=True)
class LearningCurve:
    """The score of photos alone, as measured and as the fitted power law has it.

    measured: by number of photos. ceiling, drop, steepness: of score = ceiling - drop * photos **
    -steepness. fitted: by number of photos, from the fewest to the most that are read off. rises:
    share of the draws in which the most photos score above the fewest.
    """

    measured: Mapping[int, Estimate]
    ceiling: Estimate
    drop: Estimate
    steepness: Estimate
    fitted: Mapping[float, Estimate]
    rises: float


@dataclass(frozen=True, kw_only=True)
class Worth:
    """How many photos some renders are worth. photos: None as a value or end where beyond.

    images: renders trained on. beside: photos that were trained on with them, which `photos` does
    not count. sentence: the whole, in words.
    """

    images: int
    beside: int
    photos: Estimate
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Exchange:
    """The curve of photos alone and its draws. arms: by number of photos, of one measure.

    reach: photos up to which the curve is read, a stated multiple of the most that were tried. law,
    laws: of the photos as they are and of the draws; None where the curve has too few sizes.
    """

    arms: Mapping[int, Arm]
    resampling: Resampling
    reach: float
    law: PowerLaws | None
    laws: PowerLaws | None

    @classmethod
    def of(cls, arms: Mapping[int, Arm], resampling: Resampling, beyond: float) -> "Exchange":
        """Return the exchange at a curve's rate; a size weighs as its number of runs.

        beyond: how many times the most photos that were tried the curve is read, 1 or more.
        """
        sizes = sorted(arms)
        weights = [len(arms[n].seeds) for n in sizes]
        values = np.array([[arms[n].value for n in sizes]])
        draws = np.column_stack([arms[n].drawn_means(resampling) for n in sizes])
        enough = len(sizes) >= FEWEST_SIZES
        law, laws = (
            PowerLaws.fit(sizes, told, weights) if enough else None for told in (values, draws)
        )
        return cls(
            arms={n: arms[n] for n in sizes}, resampling=resampling, reach=beyond * max(sizes),
            law=law, laws=laws,
        )  # fmt: skip

    @property
    def most(self) -> int:
        """The most photos that were tried."""
        return max(self.arms)

    @property
    def rises(self) -> float:
        """The share of draws in which the most photos score above the fewest."""
        first, *_, last = (arm.drawn_means(self.resampling) for arm in self.arms.values())
        return float((last > first).mean())

    def curve(self) -> LearningCurve | None:
        """Return the curve for a page, None where it has too few sizes to fit."""
        if self.law is None or self.laws is None:
            return None
        shown = np.geomspace(min(self.arms), self.reach, _PLOTTED)
        names = ("ceiling", "drop", "steepness")
        law, laws = self.law, self.laws
        told = {name: Estimate.of(getattr(law, name)[0], getattr(laws, name)) for name in names}
        return LearningCurve(
            measured={n: arm.estimate(self.resampling) for n, arm in self.arms.items()},
            fitted={float(n): Estimate.of(law.at(n)[0], laws.at(n)) for n in shown},
            rises=self.rises, **told,
        )  # fmt: skip

    def worth(self, arm: Arm, images: int, beside: int = 0) -> Worth:
        """Return what `images` renders, beside so many photos, are worth in photos (more).

        Photos and seeds are drawn the same for the arm and the curve, and each draw's score is read
        off that draw's law. "untold" where the curve has fewer than three sizes, or does not rise
        in 95 % of the draws; "beyond" where the photos needed are more than `reach`; "none" where
        they are fewer than one (more); else "worth". A score below that of the fewest photos is
        read off the line from no photos, which score 0. An interval that goes below one photo makes
        the sentence say that it may be none.
        """
        drawn = arm.drawn_means(self.resampling)
        if self.law is None or self.laws is None:
            why = f"the curve needs {FEWEST_SIZES} numbers of photos, and has {len(self.arms)}"
            return _untold(arm.name, images, beside, why)
        if self.rises < _SURELY:
            why = f"the score does not surely rise from {min(self.arms)} to {self.most} photos"
            return _untold(arm.name, images, beside, why)
        value = self._needed(self.law, np.array([arm.value]))[0] - beside
        photos = Estimate.of(value, self._needed(self.laws, drawn) - beside)
        verdict: Verdict = "beyond" if math.isinf(value) else "none" if value < 1 else "worth"
        said = _subject(arm.name, images, beside) + self._said(verdict, photos, beside)
        return Worth(images=images, beside=beside, photos=photos, verdict=verdict, sentence=said)

    def _needed(self, laws: PowerLaws, scores: FloatArray) -> FloatArray:
        needed = laws.photos_for(scores)
        return np.where(needed > self.reach, np.inf, needed)

    def _said(self, verdict: Verdict, photos: Estimate, beside: int) -> str:
        more = "more " if beside else ""
        end = self.reach - beside
        low, high = (f"beyond {end:.0f}" if one is None else f"{max(one, 0):.0f}"
                     for one in (photos.low, photos.high))  # fmt: skip
        if verdict == "beyond":
            least = "" if photos.low is None else f"; surely at least {low}"
            return (f"beyond what your photos can tell: worth over {end:.0f} {more}of them, where "
                    f"the curve of your {self.most} is no longer read{least}")  # fmt: skip
        if verdict == "none" or photos.value is None:
            return f"worth none {more}of your photos (0 to {high})"
        guessed = self._guessed(photos.value + beside)
        unsure = ", which may be none" if photos.low is not None and photos.low < 1 else ""
        return f"worth {photos.value:.0f} {more}of your photos ({low} to {high}){unsure}{guessed}"

    def _guessed(self, photos: float) -> str:
        fewest = min(self.arms)
        if photos < fewest:
            return f", read off a line from none to {fewest}, the fewest that were tried"
        return ", read beyond the photos that there are" if photos > self.most else ""


def _subject(name: str, images: int, beside: int) -> str:
    return f"{images:,} images of {name}{f' beside {beside} photos' if beside else ''} are "


def _untold(name: str, images: int, beside: int, why: str) -> Worth:
    nothing = Estimate(value=None, low=None, high=None)
    sentence = f"what {_subject(name, images, beside)}worth cannot be told: {why}"
    return Worth(images=images, beside=beside, photos=nothing, verdict="untold", sentence=sentence)
