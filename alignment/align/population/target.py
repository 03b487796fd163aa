"""What the rendered set is to follow: a mixture of Gaussians fitted to the exposed real set."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from alignment.align.population.clustering import Clustering, cluster, log_densities
from alignment.align.population.oversampling import oversampled
from alignment.align.population.settings import TargetSettings
from alignment.real.split import Exposed, fittable
from alignment.samples.facet import categories_of
from alignment.samples.sample import Sample
from assets.errors import UserError
from scenes.files.atomic import write_text
from scenes.measuring.table import ATTRIBUTES

FloatArray = npt.NDArray[np.float64]
Targets = Mapping[str, "Target"]  # by category, in alphabetical order


class BadTarget(UserError):
    """A target file that is missing, cut off or of another shape."""


class NothingToFit(UserError):
    """No object of the real set has all the attributes that are to be matched."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """A mixture over d attributes as they are fitted (logs where ATTRIBUTES says so).

    weights: (k,), falling, summing to 1. means: (k, d). covariances: (k, d, d), positive definite.
    silhouette, bic: what each tried number of components scored. why: how k was chosen, in a
    sentence. notes: fallbacks, to be said aloud. fitted: how many values were seen.
    """

    attributes: tuple[str, ...]
    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    clustering: str
    silhouette: Mapping[int, float]
    bic: Mapping[int, float]
    why: str
    notes: tuple[str, ...]
    fitted: int

    def __post_init__(self) -> None:
        k, d = len(self.weights), len(self.attributes)
        for name, shape in (("weights", (k,)), ("means", (k, d)), ("covariances", (k, d, d))):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.shape != shape or not k or not np.isfinite(array).all():
                raise ValueError(f"Target.{name} is {array.shape}; expected finite {shape}, k >= 1")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if (self.weights < 0).any() or abs(self.weights.sum() - 1) > 1e-6:
            raise ValueError(f"Target.weights are {self.weights}; expected shares that sum to 1")
        if unknown := set(self.attributes) - set(ATTRIBUTES):
            raise ValueError(f"Target.attributes {sorted(unknown)}; expected some of ATTRIBUTES")
        if (np.linalg.eigvalsh(self.covariances) <= 0).any():
            raise ValueError("Target.covariances are singular; expected positive definite ones")

    def responsibilities(self, values: FloatArray) -> FloatArray:
        """Return (n, k) the probability that each of (n, d) values belongs to each component."""
        joint = log_densities(self.means, self.covariances, values) + np.log(
            np.maximum(self.weights, np.finfo(float).tiny)
        )
        return np.asarray(np.exp(joint - logsumexp(joint, axis=1, keepdims=True)))

    def sample(self, rng: np.random.Generator, n: int) -> FloatArray:
        """Return (n, d) values drawn from the mixture."""
        components = rng.choice(len(self.weights), size=n, p=self.weights / self.weights.sum())
        roots = np.linalg.cholesky(self.covariances)
        noise = rng.standard_normal((n, len(self.attributes)))
        return np.asarray(
            self.means[components] + np.einsum("nij,nj->ni", roots[components], noise)
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data; `from_json` gives the same target back."""
        return {
            "attributes": list(self.attributes), "weights": self.weights.tolist(),
            "means": self.means.tolist(), "covariances": self.covariances.tolist(),
            "clustering": self.clustering, "fitted": self.fitted,
            "silhouette": {str(k): v for k, v in self.silhouette.items()},
            "bic": {str(k): v for k, v in self.bic.items()},
            "why": self.why, "notes": list(self.notes),
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Target":
        """Return what `to_json` told. Raises KeyError, TypeError or ValueError on other data."""
        arrays = {k: np.asarray(told[k], float) for k in ("weights", "means", "covariances")}
        return cls(
            **arrays, attributes=tuple(told["attributes"]), clustering=str(told["clustering"]),
            silhouette={int(k): float(v) for k, v in told["silhouette"].items()},
            bic={int(k): float(v) for k, v in told["bic"].items()},
            why=str(told["why"]), notes=tuple(told["notes"]), fitted=int(told["fitted"]),
        )  # fmt: skip

    def write(self, path: Path) -> None:
        """Write JSON, whole or not at all. Equal targets give equal bytes. Raises Unwritable."""
        write_text(path, json.dumps(self.to_json(), indent=1, sort_keys=True) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Target":
        """Return what `write` wrote. Raises BadTarget."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadTarget(
                f"target {path}: {type(error).__name__} {error}; "
                "expected a mixture as `make plan` writes it; plan again"
            ) from None


def fit_target(
    rng: np.random.Generator, exposed: Exposed, attributes: Sequence[str], settings: TargetSettings
) -> Target:
    """Return the mixture of these attributes, jointly, over the exposed images.

    Rare boxes count for more where the settings oversample them, which the notes then say. Raises
    TypeError for anything but Exposed: what judges a result is never fitted to. Raises
    NothingToFit where no row has all the attributes, UnknownAttribute where the set lacks one.
    """
    asked = oversampled(exposed, settings.oversampling)
    values = Sample.of(fittable(asked.exposed), attributes).values
    if not len(values):
        raise NothingToFit(
            f"none of {len(exposed.table)} real objects has a value of {', '.join(attributes)}; "
            "expected at least 1: see the report for what was dropped, or match other attributes"
        )
    found = cluster(rng, values, settings)
    made = _target(tuple(attributes), found, settings.clustering, len(values))
    return replace(made, notes=(*made.notes, *asked.notes))


def fit_targets(
    rng: np.random.Generator, exposed: Exposed, attributes: Sequence[str], settings: TargetSettings
) -> Targets:
    """Return a mixture for each category of the exposed boxes. Raises as `fit_target` does."""
    table = fittable(exposed)
    categories = categories_of(table)
    return {
        category: fit_target(
            child, Exposed(table=table.of_category(category)), attributes, settings
        )
        for child, category in zip(rng.spawn(len(categories)), categories, strict=True)
    }


def _target(attributes: tuple[str, ...], found: Clustering, kind: str, n: int) -> Target:
    order = np.argsort(-found.mixture.weights, kind="stable")
    mixture = found.mixture
    return Target(
        attributes=attributes, weights=mixture.weights[order], means=mixture.means[order],
        covariances=mixture.covariances[order], clustering=kind, silhouette=found.silhouette,
        bic=found.bic, why=found.why, notes=found.notes, fitted=n,
    )  # fmt: skip
