"""What boxes of photos look like, in a few numbers: principal components of their features."""

import numpy as np
import numpy.typing as npt

from alignment.command.stages import Stages
from alignment.feature_space.space import Projection
from alignment.features.extract import box_features
from alignment.features.registry import backends_of, cache_of
from alignment.improvement.failing.causes import Looks
from alignment.improvement.photos.apart import Apart
from alignment.improvement.settings import ImproveSettings


def looks_of(settings: ImproveSettings, apart: Apart, stages: Stages) -> Looks:
    """Return the looks of exposed and validation boxes, by the components of exposed ones alone.

    Without `causes.features`, those of none. Raises NoFeatures, NoBackend, PhotoUnreadable,
    Unwritable.
    """
    if not settings.causes.features:
        return {}
    stages.begin("describing boxes")
    backends, cache = backends_of(settings.features), cache_of(settings.features)
    exposed, validation = (
        box_features(annotated, backends, cache, stages.counting("images"))
        for annotated in (apart.exposed, apart.validation.annotated)
    )
    components = Projection.fit(exposed.values, exposed.blocks, settings.space)
    found: dict[int, npt.NDArray[np.float64]] = {}
    for one in (exposed, validation):
        # the last is how unlike the exposed ones a box is, which theirs are by less than others
        rows = components.of(one.values)[:, :-1]
        found |= dict(zip(one.keys.tolist(), rows, strict=True))
    return found
