"""One number a set: how many times farther from the real set it is than that is from itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.distances.distance import Distance
from alignment.samples.halves import Halves
from alignment.samples.resampled import thinned
from alignment.samples.sample import Sample
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
NOTHING = 1e-3  # the least distance, so that a ratio has a logarithm


class TooFewPhotos(UserError):
    """A real set that cannot be halved."""


class NothingWeighs(UserError):
    """Weights that leave nothing of what is compared."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """One distance, split by split. floor: (s,) of the real set to itself. of_sets: (s,) each."""

    name: str
    floor: FloatArray
    of_sets: Mapping[str, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The median over the splits and its 5-95 % range."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: FloatArray) -> "Interval":
        """Return the interval of (s,) values, infinite ones among them."""
        low, middle, high = (
            float(np.quantile(values, q, method="inverted_cdf")) for q in (0.05, 0.5, 0.95)
        )
        return cls(middle=middle, low=low, high=high)


def measured(
    seed: int, splits: int, distance: Distance, real: Sample, sets: Mapping[str, Sample]
) -> Measured:
    """Return a distance of every set to random halves of the real one, at equal sizes.

    A seed halves the same photos in the same way, whatever is measured, so that what is measured of
    one split belongs together. Raises TooFewPhotos.
    """
    rng = np.random.default_rng(seed)
    split_rng, thin_rng, *others = rng.spawn(2 + len(sets))
    halves = Halves.draw(split_rng, real, min(splits, distance.most_splits))
    if halves is None:
        raise TooFewPhotos(f"{real.image_count} real photos; expected 4 or more, to halve them")
    found = {}
    for child, (name, sample) in zip(others, sets.items(), strict=True):
        few = thinned(thin_rng, sample, distance.most_values)
        found[name] = (
            distance.of(halves.a, halves.drawn(child, few)) if len(few)
            else np.full(len(halves.a.times), np.inf)
        )  # fmt: skip
    return Measured(name=distance.name, floor=distance.of(halves.a, halves.b), of_sets=found)


def composite(
    parts: Sequence[Measured], name: str | None, weights: Mapping[str, float]
) -> FloatArray:
    """Return (s,) the geometric mean, over the parts, of a set's distance over the median floor.

    name: the set, or None for the real set itself, whose composite is about 1. A part that is
    disjoint makes it infinite. weights: of the parts by name, 1 where unsaid; one of 0 is left out.
    Raises NothingWeighs.
    """
    shares = [weights.get(part.name, 1.0) for part in parts]
    if not any(shares):
        raise NothingWeighs(
            f"weights give 0 to all that is compared ({', '.join(part.name for part in parts)}); "
            "expected one above 0"
        )
    logs = [
        share * (
            np.log(np.maximum(part.floor if name is None else part.of_sets[name], NOTHING))
            - np.log(max(float(np.median(part.floor)), NOTHING))
        )
        for part, share in zip(parts, shares, strict=True) if share
    ]  # fmt: skip
    return np.asarray(np.exp(np.sum(logs, axis=0) / sum(shares)))
