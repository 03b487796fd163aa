"""What a detector could have learned a sighting from: the nearest renders and photos."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from alignment.detection.scoring.worst import Sight
from alignment.detection.verdict.crops import Box
from alignment.feature_space.space import FEWEST, FeatureSpace, SpaceSettings
from alignment.features.backends.backend import Backend
from alignment.features.cache import FeatureCache
from alignment.features.extract import box_features
from alignment.features.features import Features, NoFeatures
from alignment.real.split import Exposed
from scenes.measuring.measure import measure
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

Told = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Near:
    """One box of a set that may be learned from, and how far it is in feature space."""

    image: AnnotatedImage
    box: Box
    distance: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Eye:
    """What boxes are described and compared by."""

    backends: Sequence[Backend]
    cache: FeatureCache
    space: SpaceSettings
    told: Told

    def features(self, annotated: AnnotatedSet) -> Features | None:
        """Return the features of a set's boxes, None where it has none."""
        if not annotated.annotations:
            return None
        try:
            return box_features(annotated, self.backends, self.cache, self.told)
        except NoFeatures:
            return None


def nearest(
    sightings: Sequence[Sight], test: AnnotatedSet, learned: Sequence[AnnotatedSet], eye: Eye,
    count: int,
) -> tuple[tuple[tuple[Near, ...], ...], ...]:  # fmt: skip
    """Return for each sighting the nearest boxes of each of the sets, the nearest first.

    The space is spanned by the last of the sets that has boxes enough: that of the photos, where
    there are any. A sighting on a photo is described as a box of the test set, in its own pixels.
    """
    asked = eye.features(_as_set(sightings, test))
    known = [eye.features(one) for one in learned]
    spanning = [(f, one) for f, one in zip(known, learned, strict=True) if f and len(f) >= FEWEST]
    if asked is None or not spanning:
        return tuple(tuple(() for _ in learned) for _ in sightings)
    features, annotated = spanning[-1]
    shown = Exposed(table=measure(annotated, pixels=False))
    space = FeatureSpace.fit(features, shown, eye.space)
    points = space.project(asked)
    found = [_nearest(points, space, f, one, count)
             for f, one in zip(known, learned, strict=True)]  # fmt: skip
    row_of = {key: row for row, key in enumerate(asked.keys.tolist())}
    return tuple(
        tuple(of_set[row_of[n]] if n in row_of else () for of_set in found)
        for n in range(len(sightings))
    )


def _nearest(
    points: npt.NDArray[np.float64], space: FeatureSpace, features: Features | None,
    annotated: AnnotatedSet, count: int,
) -> list[tuple[Near, ...]]:  # fmt: skip
    if features is None:
        return [()] * len(points)
    boxes = {annotation.id: annotation for annotation in annotated.annotations}
    images = {image.id: image for image in annotated.images}
    apart = cdist(points, space.project(features))
    found = []
    for row in apart:
        own: list[Near] = []
        for at in np.argsort(row, kind="stable"):
            one = boxes[int(features.keys[at])]
            if len(own) < count and all(one.image_id != near.image.id for near in own):
                own.append(Near(image=images[one.image_id], box=one.bbox, distance=float(row[at])))
            if len(own) == count:
                break
        found.append(tuple(own))
    return found


def _as_set(sightings: Sequence[Sight], test: AnnotatedSet) -> AnnotatedSet:
    """Return the sightings as the test set's boxes; ids are their places."""
    ids = {name: key for key, name in test.categories.items()}
    told = tuple(
        Annotation(
            id=n, image_id=test.images[one.photo].id, category_id=ids[one.category], bbox=one.box
        )
        for n, one in enumerate(sightings)
    )
    shown = {annotation.image_id for annotation in told}
    return replace(
        test, annotations=told, images=tuple(i for i in test.images if i.id in shown)
    )  # fmt: skip
