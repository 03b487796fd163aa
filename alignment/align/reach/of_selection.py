"""What of a real set no scene of a pool reaches: `reach`, asked of a selection."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from alignment.align.methods.components import middle
from alignment.align.methods.registry import Selection
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.smoothing import BOUNDS, drawn
from alignment.align.population.target import Target
from alignment.align.reach.names import unshown
from alignment.align.reach.reach import Knob, Unreached, component_reachability, reachability
from alignment.samples.bins import Bins
from alignment.samples.facet import facet

FloatArray = npt.NDArray[np.float64]

DRAWN = 2000  # values of the smoothed population, an attribute or a component


def unreached(
    rng: np.random.Generator, selection: Selection, pool: ScenePool
) -> Mapping[str, tuple[Unreached, ...]]:
    """Return by category what is out of reach of every attribute, and of every component."""
    found: dict[str, list[Unreached]] = {category: [] for category in selection.targets}
    knobs = knobs_of(pool)
    groups = selection.matched.moments.groups if selection.matched else ()
    for group in (one for one in groups if len(one.names) == 1 and not one.facet.together):
        (category,), (name,) = group.facet.categories, group.names
        boxes = group.facet.sample(pool.table)
        if group.facet.named:
            found[category] += unshown(group, boxes)
            continue
        real = {name: _within(group.target.bins, drawn(rng, group.target, DRAWN))}
        found[category] += reachability(real, {name: boxes.values[:, 0]}, boxes.images, knobs)
    return {
        category: (*found[category], *_of_components(rng, (category, target), pool, knobs))
        for category, target in selection.targets.items()
    }


def _within(bins: Bins, values: FloatArray) -> FloatArray:
    """Return values between the least and the greatest real one: beyond is the smoothing's tail."""
    (edges,) = bins.inner_edges  # half a bin beyond those two
    if len(edges) < 2:
        return values
    half = (edges[1] - edges[0]) / 2
    return np.asarray(np.clip(values, edges[0] + half, edges[-1] - half))


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
    rng: np.random.Generator, aim: tuple[str, Target], pool: ScenePool, knobs: Mapping[str, Knob]
) -> tuple[Unreached, ...]:
    category, target = aim
    component = np.repeat(np.arange(len(target.weights)), DRAWN)
    roots = np.linalg.cholesky(target.covariances)
    noise = rng.standard_normal((len(component), len(target.attributes)))
    values = target.means[component] + np.einsum("nij,nj->ni", roots[component], noise)
    bounds = [BOUNDS.get(name, (-np.inf, np.inf)) for name in target.attributes]
    values = np.clip(values, *np.transpose(bounds))  # no box lies outside its picture
    boxes = facet(category, target.attributes).sample(pool.table)
    real, shown = (
        dict(zip(target.attributes, columns.T, strict=True)) for columns in (values, boxes.values)
    )
    return component_reachability(real, component, shown, boxes.images, knobs)
