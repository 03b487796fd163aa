"""The metadata of scenes that nobody has rendered yet."""

from collections.abc import Iterable, Sequence

from assets.catalogue import Catalogue
from scenes.labels import LabelPolicy, Labels, ObjectLabel, label_preview
from scenes.metadata import MetadataTable
from scenes.preview import preview_size
from scenes.scene import Scene


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
        _row(scene, label, image_id, len(labels.kept), long_side_px)
        for image_id, (scene, labels) in enumerate(previewed, 1)
        for label in labels.kept
    ]
    numbered = [{**row, "annotation_id": number} for number, row in enumerate(rows, 1)]
    names = numbered[0] if numbered else _NO_ROW
    return MetadataTable.from_columns({name: [row[name] for row in numbered] for name in names})


def _row(
    scene: Scene, label: ObjectLabel, image_id: int, count: int, long_side_px: int
) -> dict[str, float | int | str]:
    width, height = preview_size(scene.camera, long_side_px)
    to_full = max(scene.camera.resolution_px) / max(width, height)
    x, y, w, h = label.bbox
    return {
        "source": "preview",
        "image_id": image_id,
        "category": label.category,
        "shape": label.shape,
        "scene_seed": scene.seed,
        "config_id": scene.config_id,
        "bbox_area": w * h / (width * height),
        "center_x": (x + w / 2) / width,
        "center_y": (y + h / 2) / height,
        "aspect": w / h,
        "truncated": float(label.truncated),
        "objects_per_image": count,
        "depth": label.depth_m,
        "visible_area": label.visible_px * to_full**2,
        "occlusion_index": label.occlusion_index,
        "visible_fraction": label.visible_fraction,
    }


_NO_ROW = (
    "source", "image_id", "annotation_id", "category", "shape", "scene_seed", "config_id",
    "bbox_area", "center_x", "center_y", "aspect", "truncated", "objects_per_image", "depth",
    "visible_area", "occlusion_index", "visible_fraction",
)  # fmt: skip
