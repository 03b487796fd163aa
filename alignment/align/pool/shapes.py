"""What the pool shows so that attributes that are names (shape) can be matched.

A name is matched as a share of boxes, like a number's cells: one cell a name that the exposed
photos show, and one for every other. Every object of a scene is drawn by the same chances, so
configurations differ little in their shares; hence the pool also has configurations that show one
name alone, among which weights can choose.
"""

from collections.abc import Sequence
from dataclasses import replace

from alignment.real.split import Exposed, fittable
from alignment.samples.facet import facet_of
from assets.catalogue import Catalogue
from scenes.config.cast import cast_of
from scenes.config.scene import SceneConfig

SHAPE = "shape"


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
