"""How near the photos' pixels a set came: distances before and after, beside the floor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.align.pixels.solve import Solved
from alignment.distances.floor import Comparison, compare
from alignment.real.split import Exposed, fittable
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, kw_only=True)
class Fineness:
    """bins: of histograms. splits: halvings of the photos behind the floor."""

    bins: int
    splits: int


def comparisons(
    rng: np.random.Generator, exposed: Exposed, first: FloatArray, results: Sequence[Solved],
    how: tuple[tuple[str, ...], Fineness],
) -> tuple[Comparison, ...]:  # fmt: skip
    """Return a comparison with the exposed photos for each attribute that effects were solved for.

    first: (n, d) measured before. how: the d attributes, and how finely.
    """
    attributes, fineness = how
    then = np.array([one.measured for one in results]).reshape(first.shape)
    images = np.arange(len(first))
    found = []
    for place, name in enumerate(attributes):
        real = Sample.of(fittable(exposed), [name])
        rendered = {
            key: Sample(attributes=(name,), values=values[:, [place]], images=images)
            for key, values in ((BEFORE, first), (AFTER, then))
        }
        bins = Bins.of(real, fineness.bins)
        found.append(compare(rng, real, rendered, bins, fineness.splits))
    return tuple(found)


def sentence(one: Comparison) -> str:
    """Return what a comparison found, in a sentence."""
    first, then = (one.gaps[key].at_equal_size for key in (BEFORE, AFTER))
    return (
        f"second stage, {one.attributes[0]}: distance {first:.3f} before, {then:.3f} after, floor "
        f"{one.floor:.3f}"
    )
