"""What each scene's pixels should measure: drawn from the population behind the exposed photos."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KernelDensity

from alignment.real.split import Exposed, fittable
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

MOST = {"image_brightness": 1.0, "image_contrast": 0.5, "image_blur": 1.0, "image_entropy": 8.0}
BANDWIDTHS = (0.25, 0.5, 0.75, 1.0, 1.5)  # times Silverman's
FOLDS = 5
LEAST_SPREAD = 1e-3  # of an attribute all of whose photos are alike
REFERENCE = 20_000  # values that quantiles are taken from
BLOCK = 2000  # scenes assigned at once: memory and time grow with its square and cube


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """Kernels round the exposed photos. photos: (n, d); spread: (d,); bandwidth: of spread."""

    attributes: tuple[str, ...]
    photos: FloatArray
    spread: FloatArray
    bandwidth: float

    @classmethod
    def of(
        cls, rng: np.random.Generator, exposed: Exposed, attributes: tuple[str, ...]
    ) -> "Population":
        """Return the population whose bandwidth foretells held-out exposed photos best.

        Raises TypeError for anything but Exposed, UnknownAttribute for what the set has not.
        """
        photos = Sample.of(fittable(exposed), attributes).values
        spread = np.maximum(photos.std(axis=0), LEAST_SPREAD)
        return cls(
            attributes=attributes, photos=photos, spread=spread,
            bandwidth=_bandwidth(rng, photos / spread),
        )  # fmt: skip

    def drawn(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Return (count, d) values that stand for the population as well as so few can.

        Each attribute takes the population's quantiles, in the order of ranks of a random draw,
        which ties the attributes together as photos do. Source: Stein 1987, section 5, on Latin
        hypercube samples of dependent variables.
        """
        of_ranks, of_values = rng.spawn(2)
        ranks = self._moved(of_ranks, count).argsort(axis=0).argsort(axis=0)
        many = self._moved(of_values, REFERENCE)
        levels = (np.arange(count) + 0.5) / count
        quantiles = np.quantile(many, levels, axis=0)
        values = np.take_along_axis(quantiles, ranks, axis=0)
        return np.asarray(np.clip(values, 0.0, [MOST[name] for name in self.attributes]))

    def _moved(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Return (count, d) photos, each as often as any other give or take one, moved at random.

        Drawn towards the mean so that the variance stays that of the photos. Source: Silverman
        1986, section 6.4.1, on the smoothed bootstrap.
        """
        rounds = [rng.permutation(len(self.photos)) for _ in range(-(-count // len(self.photos)))]
        picked = self.photos[np.concatenate(rounds)[:count]]
        mean = self.photos.mean(axis=0)
        moved = picked + self.bandwidth * self.spread * rng.standard_normal(picked.shape)
        return np.asarray(mean + (moved - mean) / np.sqrt(1 + self.bandwidth**2))


def assigned(rng: np.random.Generator, population: Population, measured: FloatArray) -> FloatArray:
    """Return (n, d) what each of n pictures should measure, so that they change the least.

    measured: (n, d). The least sum of squared changes, in the photos' standard deviations, within
    random blocks. Source: the linear assignment problem, by SciPy.
    """
    wanted = np.empty_like(measured)
    order = rng.permutation(len(measured))
    for block in np.array_split(order, max(1, -(-len(order) // BLOCK))):
        drawn = population.drawn(rng, len(block))
        apart = (measured[block, None, :] - drawn[None, :, :]) / population.spread
        rows, columns = linear_sum_assignment((apart**2).sum(axis=2))
        wanted[block[rows]] = drawn[columns]
    return wanted


def _bandwidth(rng: np.random.Generator, scaled: FloatArray) -> float:
    n, d = scaled.shape
    silverman = (4 / (d + 2) / n) ** (1 / (d + 4))
    if n < 2 * FOLDS:
        return float(silverman)
    tried: dict[str, Any] = {"bandwidth": [share * silverman for share in BANDWIDTHS]}
    folds = KFold(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
    return float(
        GridSearchCV(KernelDensity(), tried, cv=folds).fit(scaled).best_params_["bandwidth"]
    )
