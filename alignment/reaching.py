"""What of a real set no scene of a pool reaches: alignment/reachability, asked of a selection."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from alignment.matching import sample_of
from alignment.methods import Selection
from alignment.methods.standing import middle
from alignment.reachability import Knob, Unreached, component_reachability, reachability
from alignment.scene_pool import ScenePool
from alignment.smoothing import drawn
from alignment.target import Target

FloatArray = npt.NDArray[np.float64]

DRAWN = 2000  # values of the smoothed population, an attribute or a component


def unreached(
    rng: np.random.Generator, selection: Selection, pool: ScenePool
) -> tuple[Unreached, ...]:
    """Return what is out of reach of every matched attribute, and of every component jointly."""
    found: list[Unreached] = []
    knobs = knobs_of(pool)
    groups = selection.matched.moments.groups if selection.matched else ()
    for group in (one for one in groups if len(one.names) == 1):
        real = {group.names[0]: drawn(rng, group.target, DRAWN)}
        boxes = sample_of(pool.table, group.category, group.names)
        found += reachability(real, {group.names[0]: boxes.values[:, 0]}, boxes.images, knobs)
    return (*found, *_of_components(rng, selection.target, pool, knobs))


def knobs_of(pool: ScenePool) -> dict[str, Knob]:
    """Return the middle of every scene's band of every knob that has one, and the knob's bounds."""
    told = [pooled.point.values for pooled in pool.configs]
    bands = [path for path, value in told[0].items() if isinstance(value, dict)] if told else []
    return {
        path: Knob(
            values=np.array([middle(one[path]) for one in told])[pool.owner],
            low=min(one[path]["low"] for one in told), high=max(one[path]["high"] for one in told),
        )
        for path in bands
    }  # fmt: skip


def _of_components(
    rng: np.random.Generator, target: Target, pool: ScenePool, knobs: Mapping[str, Knob]
) -> tuple[Unreached, ...]:
    component = np.repeat(np.arange(len(target.weights)), DRAWN)
    roots = np.linalg.cholesky(target.covariances)
    noise = rng.standard_normal((len(component), len(target.attributes)))
    values = target.means[component] + np.einsum("nij,nj->ni", roots[component], noise)
    boxes = sample_of(pool.table, "", target.attributes)
    real, shown = (
        dict(zip(target.attributes, columns.T, strict=True)) for columns in (values, boxes.values)
    )
    return component_reachability(real, component, shown, boxes.images, knobs)
