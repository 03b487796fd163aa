"""How many clusters a sample has, and the Gaussians that they are: scikit-learn, made safe."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from alignment.align.population.settings import TargetSettings

FloatArray = npt.NDArray[np.float64]

RESTARTS = 3  # initialisations per k; the likeliest is kept
SILHOUETTE_VALUES = 2000  # silhouette is quadratic; beyond, it is taken on a random part


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """weights (k,), means (k, d), covariances (k, d, d)."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray

    def bic(self, values: FloatArray) -> float:
        """Return Schwarz's criterion on (n, d) values; lower is better."""
        joint = log_densities(self.means, self.covariances, values) + np.log(self.weights)
        fit = float(logsumexp(joint, axis=1).sum())
        return parameters(*self.means.shape) * float(np.log(len(values))) - 2 * fit


@dataclass(frozen=True, kw_only=True, eq=False)
class Clustering:
    """A mixture in the values' own units, and how its number of components was chosen."""

    mixture: Mixture
    silhouette: Mapping[int, float]
    bic: Mapping[int, float]
    why: str
    notes: tuple[str, ...]


def cluster(rng: np.random.Generator, values: FloatArray, settings: TargetSettings) -> Clustering:
    """Return the clusters of (n, d) values, n >= 1.

    Values are standardised first, so that no attribute weighs more for its unit. From k = 2 up to
    most_components the best silhouette wins (Rousseeuw 1987; the fewer components on a tie), among
    the numbers that BIC (Schwarz 1978) prefers to k = 1, for which silhouette is undefined. Where
    BIC prefers none, k is 1; so an overfitted winner does not throw all clusters away. A
    covariance has settings.covariance_floor of each attribute's variance added to its diagonal.
    """
    center, scale = values.mean(axis=0), _scale(values)
    standard = (values - center) / scale
    seed = int(rng.integers(2**31))
    largest, notes = _largest(standard, settings.most_components)
    # threads would only wait for one another on so few values
    with threadpool_limits(1):
        tried = {k: _fitted(standard, k, seed, settings) for k in range(1, largest + 1)}
        silhouette = {k: s for k, (_, labels) in tried.items()
                      if (s := _silhouette(standard, labels, seed)) is not None}  # fmt: skip
    bic = {k: mixture.bic(standard) for k, (mixture, _) in tried.items()}
    chosen, why = _choose(silhouette, bic)
    return Clustering(
        mixture=_in_units(tried[chosen][0], center, scale),
        silhouette=silhouette, bic=bic, why=why, notes=notes,
    )  # fmt: skip


def parameters(k: int, d: int) -> int:
    """Return the free parameters of k full Gaussians in d dimensions."""
    return k * (d + d * (d + 1) // 2) + k - 1


def log_densities(means: FloatArray, covariances: FloatArray, values: FloatArray) -> FloatArray:
    """Return (n, k) log densities of (n, d) values under k Gaussians."""
    roots = np.linalg.cholesky(covariances)
    gaps = values[None] - means[:, None]
    white = np.linalg.solve(roots, np.swapaxes(gaps, 1, 2))
    logs = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    far = (white**2).sum(axis=1) / 2
    return np.asarray(-(far + (logs + means.shape[1] / 2 * np.log(2 * np.pi))[:, None]).T)


def _scale(values: FloatArray) -> FloatArray:
    spread = values.std(axis=0)
    known = spread > 1e-9 * np.maximum(np.abs(values).max(axis=0), 1)
    return np.where(known, spread, 1.0)


def _largest(standard: FloatArray, wanted: int) -> tuple[int, tuple[str, ...]]:
    n, d = standard.shape
    distinct = len(np.unique(standard, axis=0))
    if distinct == 1:
        return 1, (f"the {n} value(s) are all equal, so one component stands for them",)
    # a mixture of more parameters than values would only repeat the values
    roomy = max(k for k in range(1, n + 2) if k == 1 or parameters(k, d) <= n)
    largest = min(wanted, roomy, distinct, n - 1)
    if largest == wanted:
        return wanted, ()
    limit = (f"{distinct} distinct values hold" if distinct < min(roomy, n - 1) else
             f"{n} values determine")  # fmt: skip
    return max(largest, 1), (
        f"{limit} no more than {max(largest, 1)} component(s); {wanted} would have been tried",
    )


def _fitted(
    standard: FloatArray, k: int, seed: int, settings: TargetSettings
) -> tuple[Mixture, npt.NDArray[np.intp]]:
    if k == 1 or settings.clustering == "kmeans":
        return _kmeans(standard, k, seed, settings.covariance_floor)
    model = GaussianMixture(
        k, reg_covar=settings.covariance_floor, n_init=RESTARTS, random_state=seed, max_iter=300
    )
    with warnings.catch_warnings():
        # an unfinished EM is still scored, and beaten where a finished one is better
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = model.fit_predict(standard)
    return Mixture(
        weights=model.weights_, means=model.means_, covariances=model.covariances_
    ), labels


def _kmeans(
    standard: FloatArray, k: int, seed: int, floor: float
) -> tuple[Mixture, npt.NDArray[np.intp]]:
    labels = KMeans(k, n_init=RESTARTS, random_state=seed).fit_predict(standard)
    groups = [standard[labels == label] for label in np.unique(labels)]
    ridge = floor * np.eye(standard.shape[1])
    return Mixture(
        weights=np.array([len(group) / len(standard) for group in groups]),
        means=np.array([group.mean(axis=0) for group in groups]),
        covariances=np.array([_covariance(group) + ridge for group in groups]),
    ), labels  # fmt: skip


def _covariance(group: FloatArray) -> FloatArray:
    gaps = group - group.mean(axis=0)
    return np.asarray(gaps.T @ gaps / len(group))


def _silhouette(standard: FloatArray, labels: npt.NDArray[np.intp], seed: int) -> float | None:
    part = min(len(standard), SILHOUETTE_VALUES)
    chosen = np.random.default_rng(seed).permutation(len(standard))[:part]
    if not 2 <= len(np.unique(labels[chosen])) < part:
        return None
    return float(silhouette_score(standard[chosen], labels[chosen]))


def _choose(silhouette: Mapping[int, float], bic: Mapping[int, float]) -> tuple[int, str]:
    if not silhouette:
        return 1, "one component, since no larger number could be tried"
    better = {k: score for k, score in silhouette.items() if bic[k] < bic[1]}
    if not better:
        return 1, f"one component, since BIC prefers 1 to every number from 2 to {max(silhouette)}"
    best = min(better, key=lambda k: (-better[k], k))
    return best, (
        f"{best} components, whose silhouette of {better[best]:.3f} is the best "
        f"of the {len(better)} numbers (of {len(silhouette)} tried) that BIC prefers to 1"
    )


def _in_units(mixture: Mixture, center: FloatArray, scale: FloatArray) -> Mixture:
    return Mixture(
        weights=mixture.weights / mixture.weights.sum(),
        means=mixture.means * scale + center,
        covariances=mixture.covariances * np.outer(scale, scale),
    )
