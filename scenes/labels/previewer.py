"""The metadata of scenes that nobody has rendered yet."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.labels.labels import LabelPolicy, Labels, ObjectLabel, label_preview
from scenes.measuring.boxes import box_attributes
from scenes.measuring.table import MetadataTable
from scenes.model.scene import Scene
from scenes.preview.preview import preview_size

# What `table_of` tells of a scene: all that is geometry. Everything else needs pixels.
PREVIEWED = frozenset({
    "bbox_area", "center_x", "center_y", "aspect", "truncated", "objects_per_image", "depth",
    "visible_area", "occlusion_index", "visible_fraction",
})  # fmt: skip


class Previewer:
    """Previews scenes at one resolution, under one label policy."""

    def __init__(self, catalogue: Catalogue, policy: LabelPolicy, long_side_px: int) -> None:
        self._catalogue = catalogue
        self._policy = policy
        self._long_side_px = long_side_px

    def labels(self, scene: Scene) -> Labels:
        """Return what would be labelled, in pixels of the preview."""
        size_px = preview_size(scene.camera, self._long_side_px)
        return label_preview(scene, size_px, self._catalogue, self._policy)

    def table(self, scenes: Iterable[Scene]) -> MetadataTable:
        """Return one row per object that would be labelled; image ids from 1 in the given order."""
        return table_of([(scene, self.labels(scene)) for scene in scenes], self._long_side_px)


def table_of(previewed: Sequence[tuple[Scene, Labels]], long_side_px: int) -> MetadataTable:
    """Return the table of previewed labels: one row per object, image ids from 1."""
    rows = [
        (image_id, scene, label)
        for image_id, (scene, labels) in enumerate(previewed, 1)
        for label in labels.kept
    ]
    scenes = [scene for _, scene, _ in rows]
    labels = [label for _, _, label in rows]
    sizes = [preview_size(scene.camera, long_side_px) for scene in scenes]
    image_ids = np.array([image_id for image_id, _, _ in rows], dtype=np.int64)
    return MetadataTable.from_columns(
        {
            "source": ["preview"] * len(rows),
            "image_id": image_ids,
            "annotation_id": np.arange(1, len(rows) + 1),
            "scene_seed": [scene.seed for scene in scenes],
            "config_id": [scene.config_id for scene in scenes],
            **box_attributes([label.bbox for label in labels], sizes),
            "objects_per_image": _counts(image_ids, labels),
            **_seen(scenes, labels, sizes),
        }
    )


def _counts(image_ids: npt.NDArray[np.int64], labels: Sequence[ObjectLabel]) -> list[float]:
    """Return how many of its own category each object's image shows, as `measure` counts."""
    keys = list(zip(image_ids.tolist(), (label.category for label in labels), strict=True))
    count = Counter(keys)
    return [float(count[key]) for key in keys]


def _seen(
    scenes: Sequence[Scene], labels: Sequence[ObjectLabel], sizes: Sequence[tuple[int, int]]
) -> dict[str, list[float] | list[str]]:
    to_full = [
        max(scene.camera.resolution_px) / max(size)
        for scene, size in zip(scenes, sizes, strict=True)
    ]
    return {
        "category": [label.category for label in labels],
        "shape": [label.shape for label in labels],
        "truncated": [float(label.truncated) for label in labels],
        "depth": [label.depth_m for label in labels],
        "visible_area": [o.visible_px * k**2 for o, k in zip(labels, to_full, strict=True)],
        "occlusion_index": [label.occlusion_index for label in labels],
        "visible_fraction": [label.visible_fraction for label in labels],
    }
