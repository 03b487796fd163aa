"""Which component of the target each weighted scene serves, and what stands for a component."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from alignment.align.methods.method import Stand
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.target import Target, Targets
from alignment.samples.bins import bhattacharyya_gaussian
from alignment.samples.facet import facet

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

LEAST_WEIGHT = 0.1  # of the even share: scenes below are not counted as standing for anything
BAND = (0.1, 0.9)  # quantiles of a knob among the scenes of a component


def components_of(pool: ScenePool, targets: Targets) -> IntArray:
    """Return (s,) the likeliest component of each scene's boxes together; -1 where none has all.

    Components are counted through the targets, in their order.
    """
    parts = []
    for category, target in targets.items():
        _, images, share = _shares(pool, category, target)
        total = np.zeros((len(pool), share.shape[1]))
        np.add.at(total, images, share)
        parts.append(total)
    total = np.hstack(parts)
    return np.where(total.sum(axis=1) > 0, total.argmax(axis=1), -1)


def stands_of(pool: ScenePool, targets: Targets, weights: FloatArray) -> tuple[Stand, ...]:
    """Return what stands for each component under weights over scenes.

    A box counts for every component of its category as likely as it is of it; a scene for the one
    that its boxes are likeliest of.
    """
    component = components_of(pool, targets)
    stands: list[Stand] = []
    for category, target in targets.items():
        values, images, share = _shares(pool, category, target)
        share = share * weights[images, None]
        for within in range(len(target.weights)):
            own = component == len(stands)
            stands.append(Stand(
                category=category, component=len(stands), within=within,
                weight=float(target.weights[within]), name=_name(pool, weights, own),
                values=_bands(pool, np.where(own, weights, 0.0)),
                distance=_distance(target, within, values, share[:, within]),
                image_share=float(weights[own].sum()),
            ))  # fmt: skip
    return tuple(stands)


def _shares(
    pool: ScenePool, category: str, target: Target
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return a category's (n, d) values, their (n,) scenes, and how likely each is of what."""
    sample = facet(category, target.attributes).sample(pool.table)
    return sample.values, sample.images, target.responsibilities(sample.values)


def _name(pool: ScenePool, weights: FloatArray, own: npt.NDArray[np.bool_]) -> str:
    counted = np.flatnonzero(own & (weights > LEAST_WEIGHT / len(pool)))
    return f"{len(counted)} scenes of {len(np.unique(pool.owner[counted]))} configurations"


def _distance(target: Target, number: int, values: FloatArray, weights: FloatArray) -> float:
    effective = weights.sum() ** 2 / max(np.square(weights).sum(), np.finfo(float).tiny)
    if effective < values.shape[1] + 1:  # too few for a covariance
        return float("inf")
    mean = np.average(values, axis=0, weights=weights)
    spread = np.cov(values, rowvar=False, aweights=weights).reshape(2 * (values.shape[1],))
    return bhattacharyya_gaussian(target.means[number], target.covariances[number], mean, spread)


def _bands(pool: ScenePool, weights: FloatArray) -> dict[str, str]:
    """Return by knob where the middle 80% of the weight lies, of the middles of bands."""
    by_config = pool.by_config(weights)
    heavy = np.flatnonzero(by_config > 0)
    if not len(heavy):
        return {}
    told = [pool.configs[i].point.values for i in heavy]
    return {
        path: _band(np.array([middle(one[path]) for one in told]), by_config[heavy])
        for path in told[0]
        if all(isinstance(one[path], dict) for one in told)
    }


def middle(band: Mapping[str, float]) -> float:
    """Return the middle of a band of a knob: of its logarithm, where it is drawn from that."""
    if band["log"]:
        return float(np.sqrt(band["low"] * band["high"]))
    return (band["low"] + band["high"]) / 2


def _band(middles: FloatArray, weights: FloatArray) -> str:
    order = np.argsort(middles)
    share = np.cumsum(weights[order]) / weights.sum()
    at = np.minimum(np.searchsorted(share, BAND), len(order) - 1)
    low, high = middles[order][at]
    return f"{low:.3g} to {high:.3g}"
