"""Which component of the target each weighted scene serves, and what stands for a component."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from alignment.distances import bhattacharyya_gaussian
from alignment.methods.method import Stand
from alignment.sample import Sample
from alignment.scene_pool import ScenePool
from alignment.target import Target

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

LEAST_WEIGHT = 0.1  # of the even share: scenes below are not counted as standing for anything
BAND = (0.1, 0.9)  # quantiles of a knob among the scenes of a component


def components_of(pool: ScenePool, target: Target) -> IntArray:
    """Return (s,) the likeliest component of each scene's boxes together; -1 where none has all."""
    sample = Sample.of(pool.table, target.attributes)
    share = target.responsibilities(sample.values)
    total = np.zeros((len(pool), share.shape[1]))
    np.add.at(total, sample.images, share)
    return np.where(total.sum(axis=1) > 0, total.argmax(axis=1), -1)


def stands_of(pool: ScenePool, target: Target, weights: FloatArray) -> tuple[Stand, ...]:
    """Return what stands for each component under weights over scenes.

    A box counts for every component as likely as it is of it; a scene for the one that its boxes
    are likeliest of.
    """
    component = components_of(pool, target)
    sample = Sample.of(pool.table, target.attributes)
    share = target.responsibilities(sample.values) * weights[sample.images, None]
    return tuple(
        Stand(
            component=number, weight=float(target.weights[number]),
            name=_name(pool, weights, component == number),
            values=_bands(pool, np.where(component == number, weights, 0.0)),
            distance=_distance(target, number, sample.values, share[:, number]),
            image_share=float(weights[component == number].sum()),
        )
        for number in range(len(target.weights))
    )  # fmt: skip


def _name(pool: ScenePool, weights: FloatArray, own: npt.NDArray[np.bool_]) -> str:
    counted = np.flatnonzero(own & (weights > LEAST_WEIGHT / len(pool)))
    return f"{len(counted)} scenes of {len(np.unique(pool.owner[counted]))} configurations"


def _distance(target: Target, number: int, values: FloatArray, weights: FloatArray) -> float:
    if (weights > 0).sum() < values.shape[1] + 2:
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
