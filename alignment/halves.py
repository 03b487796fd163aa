"""Seeded halvings of a real set, by image, and equally large draws of rendered ones."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.distances import DISCRETE, EQUAL_HALF_WIDTH, Bins, distance_of_shares
from alignment.sample import Sample

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

FEWEST_PHOTOS = 4  # below, half a set is one photo
PLANTED_SHIFT = 0.5  # of the real standard deviation
LEAST_DISCRETE_SHIFT = 0.1  # so that a whole number that never varies has a difference to be told


@dataclass(frozen=True, kw_only=True, eq=False)
class Halves:
    """Many ways to split a real set's photos into A and B, on the same bins.

    choice_b: (splits, photos) 1 where the photo is in B. in_a, in_b: (splits, cells) values in
    each cell.
    """

    real: Sample
    bins: Bins
    choice_b: Counts
    in_a: Counts
    in_b: Counts

    @classmethod
    def draw(
        cls, rng: np.random.Generator, real: Sample, bins: Bins, splits: int
    ) -> "Halves | None":
        """Return halvings by image, None below FEWEST_PHOTOS photos. An odd photo goes to B."""
        per_image = _per_image(real.images, bins.index(real.values), bins.size)
        photos = len(per_image)
        if photos < FEWEST_PHOTOS:
            return None
        rank = rng.permuted(np.tile(np.arange(photos), (splits, 1)), axis=1)
        choice_b = (rank >= photos // 2).astype(np.int64)
        in_b = choice_b @ per_image
        return cls(
            real=real, bins=bins, choice_b=choice_b, in_a=per_image.sum(axis=0) - in_b, in_b=in_b
        )

    def floor(self) -> FloatArray:
        """Return (splits,) distances of A to B."""
        return self._from_a(self.in_b)

    def against(self, rng: np.random.Generator, rendered: Sample) -> FloatArray:
        """Return (splits,) distances of A to whole rendered images that reach the size of B."""
        return self._from_a(draw_images(rng, rendered, self.bins, self.in_b.sum(axis=1)))

    def power(self, rng: np.random.Generator, limit: float) -> float:
        """Return the share of splits whose B, once shifted, is farther from A than `limit`.

        Values are shifted by PLANTED_SHIFT of the real standard deviation, jointly on every axis.
        Of a whole-number attribute a random part moves by one, so that its mean shifts as far.
        Of a shift up and a shift down the one told less often counts, since one of them may only
        push values out of the real range; a shift that can move nothing (zeros, down) does not.
        """
        shifted = [self._shifted(rng, sign) for sign in (1, -1)]
        moved = [counts for counts in shifted if (counts != self.in_b).any()]
        return min((float((self._from_a(c) > limit).mean()) for c in moved), default=0.0)

    def _from_a(self, counts: Counts) -> FloatArray:
        return distance_of_shares(_shares(self.in_a), _shares(counts))

    def _shifted(self, rng: np.random.Generator, sign: int) -> Counts:
        if len(self.real.attributes) == 1 and self.real.attributes[0] in DISCRETE:
            return self._shifted_whole(rng, sign)
        alike = np.array([len(edges) == 2 for edges in self.bins.inner_edges])
        spread = PLANTED_SHIFT * self.real.values.std(axis=0)
        step = sign * np.where(alike, 2 * EQUAL_HALF_WIDTH, spread)
        cells = self.bins.index(self.real.values + step)
        return self.choice_b @ _per_image(self.real.images, cells, self.bins.size)

    def _shifted_whole(self, rng: np.random.Generator, sign: int) -> Counts:
        far = max(PLANTED_SHIFT * float(self.real.values.std()), LEAST_DISCRETE_SHIFT)
        counts = self.in_b[:, ::sign]
        for _ in range(math.ceil(far)):
            free = 1 - counts[:, -1:].sum() / counts.sum()  # what is in the last cell cannot move
            part = min(1.0, far / math.ceil(far) / free) if free else 0.0
            moved = rng.binomial(counts[:, :-1], part)
            counts = counts + np.pad(moved, ((0, 0), (1, 0))) - np.pad(moved, ((0, 0), (0, 1)))
        return counts[:, ::sign]


def draw_images(
    rng: np.random.Generator, rendered: Sample, bins: Bins, sizes: npt.NDArray[np.int64]
) -> Counts:
    """Return (draws, cells) counts of random whole images, just enough to reach each of `sizes`.

    sizes: (draws,). Without replacement, unless the whole set holds fewer values than the largest.
    An empty sample gives zeros.
    """
    if not len(rendered):
        return np.zeros((len(sizes), bins.size), dtype=np.int64)
    per_image = _per_image(rendered.images, bins.index(rendered.values), bins.size)
    images, most = len(per_image), int(sizes.max())
    again = len(rendered) < most
    chosen = np.stack([rng.choice(images, most if again else min(images, most), replace=again)
                       for _ in sizes])  # fmt: skip
    held = per_image.sum(axis=1)[chosen]
    needed = np.cumsum(held, axis=1) - held < sizes[:, None]
    times = np.zeros((len(sizes), images), dtype=np.int64)
    np.add.at(times, (np.arange(len(sizes))[:, None], chosen), needed)
    return times @ per_image


def _per_image(images: npt.NDArray[np.int64], cells: npt.NDArray[np.intp], size: int) -> Counts:
    ids, place = np.unique(images, return_inverse=True)
    counts = np.bincount(place * size + cells, minlength=len(ids) * size)
    return counts.reshape(len(ids), size).astype(np.int64)


def _shares(counts: Counts) -> FloatArray:
    return np.asarray(counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1))
