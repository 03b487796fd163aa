"""Seeded halvings of a real set, by image, and the planted shifts that tell what they can see."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.samples.bins import DISCRETE, EQUAL_HALF_WIDTH
from alignment.samples.resampled import Resampled, by_image, draw_images
from alignment.samples.sample import Sample
from scenes.measuring.table import NAMED

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

FEWEST_PHOTOS = 4  # below, half a set is one photo
PLANTED_SHIFT = 0.5  # of the real standard deviation
LEAST_DISCRETE_SHIFT = 0.1  # so that a whole number that never varies has a difference to be told
ALIKE = 1e-9  # of the values: a range below this is rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Halves:
    """Many ways to split a real set's photos into `a` and `b`, each holding every split once."""

    real: Sample
    a: Resampled
    b: Resampled

    @classmethod
    def draw(cls, rng: np.random.Generator, real: Sample, splits: int) -> "Halves | None":
        """Return halvings by image, None below FEWEST_PHOTOS photos. An odd photo goes to b."""
        photos = real.image_count
        if photos < FEWEST_PHOTOS:
            return None
        rank = rng.permuted(np.tile(np.arange(photos), (splits, 1)), axis=1)
        in_b = (rank >= photos // 2).astype(np.int64)
        return cls(real=real, a=by_image(real, 1 - in_b), b=by_image(real, in_b))

    def drawn(self, rng: np.random.Generator, rendered: Sample) -> Resampled:
        """Return, a split, whole rendered images that reach the size of b."""
        return draw_images(rng, rendered, self.b.sizes.astype(np.int64))

    def shifted(self, rng: np.random.Generator, sign: int) -> Resampled | None:
        """Return b shifted by PLANTED_SHIFT of the real standard deviation, or None if nothing is.

        sign: 1 up, -1 down. Jointly on every axis, but whole-number attributes stay as they are
        beside others. Of a whole-number attribute alone a random part moves by one, so that its
        mean shifts as far. Zeros, say, cannot move down. Of names, the share of the commonest.
        """
        if not NAMED.isdisjoint(self.real.attributes):
            return self._shifted_names(rng, sign)
        discrete = np.array([name in DISCRETE for name in self.real.attributes])
        if len(discrete) == 1 and discrete[0]:
            return self._shifted_whole(rng, sign)
        values = self.real.values
        spread = PLANTED_SHIFT * values.std(axis=0)
        alike = np.ptp(values, axis=0) <= ALIKE * np.maximum(np.abs(values).max(axis=0), 1)
        step = np.where(alike, 2 * EQUAL_HALF_WIDTH, spread)
        moving = ~discrete if not discrete.all() else discrete
        return Resampled(
            values=values + sign * step * moving, images=self.b.images, times=self.b.times
        )

    def _shifted_whole(self, rng: np.random.Generator, sign: int) -> Resampled | None:
        far = max(PLANTED_SHIFT * float(self.real.values.std()), LEAST_DISCRETE_SHIFT)
        levels = _levels(self.real, math.ceil(far))
        before = self._counts(levels)[:, ::sign]
        counts = before
        for _ in range(math.ceil(far)):
            free = 1 - counts[:, -1:].sum() / counts.sum()  # what is at the last level cannot move
            part = min(1.0, far / math.ceil(far) / free) if free else 0.0
            moved = rng.binomial(counts[:, :-1], part)
            counts = counts + np.pad(moved, ((0, 0), (1, 0))) - np.pad(moved, ((0, 0), (0, 1)))
        if (counts == before).all():
            return None
        alone = np.arange(len(levels), dtype=np.int64)  # which image a moved value is of is lost
        return Resampled(
            values=levels[:, None], images=alone, times=counts[:, ::sign].astype(np.float64)
        )

    def _shifted_names(self, rng: np.random.Generator, sign: int) -> Resampled | None:
        """Return b with the share of the commonest name moved by PLANTED_SHIFT of its deviation.

        The deviation is that of yes against no.
        """
        levels = np.arange(round(float(self.real.values.max())) + 2, dtype=np.float64)
        counts = self._counts(levels)
        share = counts.sum(axis=0) / counts.sum()
        most = float(share.max())
        far = max(PLANTED_SHIFT * math.sqrt(most * (1 - most)), LEAST_DISCRETE_SHIFT)
        if sign > 0 and most == 1:
            return None
        moved = _gathered(rng, counts, share, far) if sign > 0 else _shed(rng, counts, share, far)
        alone = np.arange(len(levels), dtype=np.int64)
        return Resampled(values=levels[:, None], images=alone, times=moved.astype(np.float64))

    def _counts(self, levels: FloatArray) -> Counts:
        whole = np.clip(np.round(self.real.values), levels[0], levels[-1])
        return np.asarray(self.b.times @ (whole == levels), dtype=np.int64)


def _levels(real: Sample, steps: int) -> FloatArray:
    """Return the whole numbers that a shift by so many steps can reach."""
    if DISCRETE[real.attributes[0]] == 1:
        return np.array([0.0, 1.0])
    low, high = math.floor(real.values.min()), math.ceil(real.values.max())
    return np.arange(low - steps, high + steps + 1, dtype=np.float64)


def _gathered(rng: np.random.Generator, counts: Counts, share: FloatArray, far: float) -> Counts:
    """Return counts (s, names) of which the commonest name took `far` of the whole from others."""
    common = int(share.argmax())
    moved = rng.binomial(counts, min(1.0, far / (1 - share[common])))
    moved[:, common] = -(moved.sum(axis=1) - moved[:, common])
    return np.asarray(counts - moved)


def _shed(rng: np.random.Generator, counts: Counts, share: FloatArray, far: float) -> Counts:
    """Return counts (s, names) of which the commonest name gave `far` of the whole to others.

    As they are common; where there are none, to the last, which no photo shows.
    """
    common = int(share.argmax())
    others = np.where(np.arange(len(share)) == common, 0.0, share)
    others[-1] += not others.any()
    moved = rng.binomial(counts[:, common], min(1.0, far / share[common]))
    found = counts + rng.multinomial(moved, others / others.sum())
    found[:, common] -= moved
    return np.asarray(found)
