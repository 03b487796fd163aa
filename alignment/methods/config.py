"""The published method: per mixture component, the configuration nearest in mean and variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.distances import bhattacharyya_gaussian
from alignment.pool import PooledConfig
from alignment.target import Target
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]


class NothingReachable(UserError):
    """No configuration of the grid showed enough objects to be compared."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """The configuration that stands for one component.

    distance: Bhattacharyya's between the two Gaussians. image_share: of the images to make, so
    that the component's share of the *boxes* comes out as its weight.
    """

    component: int
    weight: float
    pooled: PooledConfig
    distance: float
    image_share: float


def choose(target: Target, pool: Sequence[PooledConfig]) -> tuple[Choice, ...]:
    """Return one choice per component. Raises NothingReachable.

    Source: Zhang 2023, in our words in docs/method.md; "nearest" is the closed-form Bhattacharyya
    distance, which weighs mean and covariance in one figure.
    """
    nearest = [rank(target, component, pool)[0] for component in range(len(target.weights))]
    per_image = [weight / pooled.boxes_per_image
                 for weight, (_, pooled) in zip(target.weights, nearest, strict=True)]  # fmt: skip
    return tuple(
        Choice(
            component=component, weight=float(target.weights[component]), pooled=pooled,
            distance=distance, image_share=float(per_image[component] / sum(per_image)),
        )
        for component, (distance, pooled) in enumerate(nearest)
    )  # fmt: skip


def rank(
    target: Target, component: int, pool: Sequence[PooledConfig]
) -> list[tuple[float, PooledConfig]]:
    """Return (distance, configuration) of one component, nearest first. Raises NothingReachable."""
    ranked = [
        (_distance(target, component, pooled), pooled) for pooled in pool if pooled.mean is not None
    ]
    if not ranked:
        raise NothingReachable(
            f"none of {len(pool)} configurations showed enough labelled objects; "
            "expected some of the grid to: widen conf/grid or lower conf/labels"
        )
    return sorted(ranked, key=lambda pair: (pair[0], pair[1].number))


def image_counts(shares: Sequence[float], images: int) -> tuple[int, ...]:
    """Return whole numbers that sum to `images`, nearest to the shares (largest remainder)."""
    exact = [share * images for share in shares]
    counts = [math.floor(e) for e in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: images - sum(counts)]:
        counts[i] += 1
    return tuple(counts)


def _distance(target: Target, component: int, pooled: PooledConfig) -> float:
    if pooled.mean is None or pooled.covariance is None:
        return math.inf
    return bhattacharyya_gaussian(
        target.means[component], target.covariances[component], pooled.mean, pooled.covariance
    )
