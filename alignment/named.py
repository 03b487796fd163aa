"""Attributes that are names (shape): whether they can be matched, by what, and what no scene shows.

A name is matched as a share of boxes, like a number's cells: one cell a name that the exposed
photos show, and one for every other. Every object of a scene is drawn by the same chances, so
configurations differ little in their shares; hence the pool also has configurations that show one
name alone, among which weights can choose.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alignment.facet import categories_of, facet_of
from alignment.moments import Group
from alignment.reachability import ASSETS, ENOUGH, LEAST_SHARE, Unreached
from alignment.real.split import Exposed, fittable
from alignment.real_set import RealSet
from alignment.sample import Sample
from alignment.settings import AlignSettings
from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.cast import cast_of
from scenes.config import SceneConfig
from scenes.metadata import NAMED

SHAPE = "shape"


class NotMatchable(UserError):
    """A name to be matched that the set does not have, or that the method cannot match."""


def check_named(settings: AlignSettings, real: RealSet) -> None:
    """Raise NotMatchable where a name is asked for that cannot be matched."""
    for name in sorted(NAMED.intersection(settings.match.attributes)):
        if settings.method == "config":
            raise NotMatchable(
                f"attributes: {name} is matched by weights over scenes; expected method=scenes or "
                f"method=mixture, or attributes without {name}"
            )
        if not any(facet_of(real.table, one, (name,)).among for one in categories_of(real.table)):
            raise NotMatchable(f"attributes: this set has no {name}; {_cure(settings, name)}")


def _cure(settings: AlignSettings, name: str) -> str:
    if settings.inferred is None:
        return (
            f"run `make infer` and give inferred=OUT/inferred.parquet, or attributes without {name}"
        )
    return (
        f"inferred={settings.inferred} tells none of its boxes, since `make infer` left {name} out "
        f"(inference.json beside it says why); expected attributes without {name}"
    )


def with_each_shape(
    bases: Sequence[SceneConfig], exposed: Exposed, catalogue: Catalogue
) -> tuple[SceneConfig, ...]:
    """Return default configurations, and of each those of one shape that the photos show.

    Of each category as many. Shapes that a configuration may not use are left out.
    """
    table = fittable(exposed)
    if not table.holds(SHAPE):
        return tuple(bases)
    kinds = []
    for base in bases:
        usable = {asset.shape for asset in cast_of(base, catalogue).targets}
        seen = facet_of(table, base.category, (SHAPE,)).among
        kinds.append([base, *(replace(base, shapes=(one,)) for one in seen if one in usable)])
    most = max(map(len, kinds))
    return tuple(own[n % len(own)] for own in kinds for n in range(most))


def unshown(group: Group, boxes: Sample) -> tuple[Unreached, ...]:
    """Return the names of a group that the pool's boxes do not show; () below LEAST_SHARE."""
    among = group.facet.among
    places = boxes.values[:, 0].astype(np.int64)
    missed = np.bincount(places, minlength=len(among) + 1)[: len(among)] < ENOUGH
    share = float(group.target.shares[: len(among)][missed].sum())
    if share < LEAST_SHARE:
        return ()
    return (Unreached(
        attributes=group.names, component=None, share=share, main=group.names[0], side="between",
        begins=None, stops=None, knob=ASSETS, bound="", bound_value=None,
        names=tuple(name for name, gone in zip(among, missed, strict=True) if gone),
    ),)  # fmt: skip
