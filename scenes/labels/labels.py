"""What is said about each object of one image."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.files.rle import Mask
from scenes.labels.keypoints import keypoints
from scenes.labels.policy import LabelPolicy, LabelSettings
from scenes.measuring.boxes import BORDER_PX
from scenes.model.frame import Frame
from scenes.model.scene import Placement, Scene
from scenes.preview.preview import Amodal, VisibleObjects, alone, preview, visible_objects

__all__ = ["LabelPolicy", "LabelSettings", "Labels", "ObjectLabel", "label_frame", "label_preview"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ObjectLabel:
    """One labelled (or counted as dropped) object of one image.

    bbox: tight box of the visible mask, amodal_bbox: of the whole object inside the image; both
    x, y, w, h in pixels. depth_m, depth_min_m: median and least planar z over the visible mask.
    occlusion_index: visible_px * depth_m^2 / focal_px^2, m2. keypoints: flat x, y, v, as
    `scenes.labels.keypoints` defines them; amodal_mask: (H, W), the whole object inside the image,
    which holds the visible mask. Both None where they were not asked for.
    """

    instance: int
    category_id: int
    category: str
    shape: str
    asset_id: str
    bbox: tuple[int, int, int, int]
    amodal_bbox: tuple[int, int, int, int]
    visible_px: int
    amodal_px: int
    visible_fraction: float
    depth_m: float
    depth_min_m: float
    occlusion_index: float
    truncated: bool
    keypoints: tuple[float, ...] | None = None
    amodal_mask: Mask | None = None


@dataclass(frozen=True, kw_only=True)
class Labels:
    """One image's labels. dropped: the policy's limit to how many in view it left out.

    An object that several limits speak against counts for the first of them in `LabelPolicy`.
    """

    kept: tuple[ObjectLabel, ...]
    dropped: Mapping[str, int]


def label_frame(
    frame: Frame, scene: Scene, catalogue: Catalogue, settings: LabelSettings
) -> Labels:
    """Return the labels of a scene as rendered: what is seen from pixels, the rest previewed."""
    size_px = scene.camera.resolution_px
    amodal = preview(scene, catalogue, size_px).amodal
    seen = visible_objects(frame.instances, frame.depth_m, len(scene.objects))
    view = _View(scene=scene, size_px=size_px)
    labels = _labels(view, seen, amodal, catalogue, settings.policy)
    kept = tuple(_detailed(label, frame, view, catalogue, settings) for label in labels.kept)
    return replace(labels, kept=kept)


def label_preview(
    scene: Scene, size_px: tuple[int, int], catalogue: Catalogue, policy: LabelPolicy
) -> Labels:
    """Return the labels that a preview at (W, H) foretells, in pixels of the preview.

    The policy is read at the scene's own resolution, whatever the preview's.
    """
    shown = preview(scene, catalogue, size_px)
    seen = visible_objects(shown.instances, shown.depth_m, len(scene.objects))
    return _labels(_View(scene=scene, size_px=size_px), seen, shown.amodal, catalogue, policy)


@dataclass(frozen=True, kw_only=True)
class _View:
    scene: Scene
    size_px: tuple[int, int]

    @property
    def to_full(self) -> float:
        return max(self.scene.camera.resolution_px) / max(self.size_px)

    @property
    def focal_px(self) -> float:
        return self.scene.camera.at_resolution(self.size_px).focal_px


def _labels(
    view: _View, seen: VisibleObjects, amodal: Amodal, catalogue: Catalogue, policy: LabelPolicy
) -> Labels:
    targets = [p for p in view.scene.objects if p.category_id and seen.px[p.instance - 1] > 0]
    labels = [_label(view, placed, seen, amodal, catalogue) for placed in targets]
    missed = [_missed(label, view.to_full, policy) for label in labels]
    return Labels(
        kept=tuple(label for label, limit in zip(labels, missed, strict=True) if limit is None),
        dropped=dict(Counter(limit for limit in missed if limit)),
    )


def _detailed(
    label: ObjectLabel, frame: Frame, view: _View, catalogue: Catalogue, settings: LabelSettings
) -> ObjectLabel:
    camera = view.scene.camera
    placed = next(o for o in view.scene.objects if o.instance == label.instance)
    if settings.keypoints:
        points = keypoints(frame, camera, placed, catalogue.get(placed.asset_id))
        label = replace(label, keypoints=points)
    if settings.amodal_masks:
        whole = alone(camera, placed, catalogue) | (frame.instances == label.instance)
        label = replace(label, amodal_mask=whole)
    return label


def _label(
    view: _View, placed: Placement, seen: VisibleObjects, amodal: Amodal, catalogue: Catalogue
) -> ObjectLabel:
    i = placed.instance - 1
    visible_px, depth_m = int(seen.px[i]), float(seen.depth_m[i])
    whole_px = max(visible_px, int(amodal.px[i]))  # renderers may differ by a pixel on an edge
    box = _whole_box(seen.box[i])
    return ObjectLabel(
        instance=placed.instance,
        category_id=placed.category_id,
        category=placed.category,
        shape=catalogue.get(placed.asset_id).shape,
        asset_id=placed.asset_id,
        bbox=box,
        amodal_bbox=_union(box, _whole_box(amodal.box[i])) if amodal.px[i] else box,
        visible_px=visible_px,
        amodal_px=whole_px,
        visible_fraction=visible_px / whole_px,
        depth_m=depth_m,
        depth_min_m=float(seen.depth_min_m[i]),
        occlusion_index=visible_px * depth_m**2 / view.focal_px**2,
        truncated=_touches_border(box, view),
    )


def _missed(label: ObjectLabel, to_full: float, policy: LabelPolicy) -> str | None:
    """Return the first limit of the policy that a label stays below, or None."""
    _, _, w, h = label.bbox
    side_px = min(w, h) * to_full
    reached = {
        "min_visible_px": label.visible_px * to_full**2 >= policy.min_visible_px,
        "min_visible_fraction": label.visible_fraction >= policy.min_visible_fraction,
        "min_side_px": side_px >= policy.min_side_px,
        "min_box_px": w * h * to_full**2 >= policy.min_box_px,
        "min_cut_side_px": not label.truncated or side_px >= policy.min_cut_side_px,
    }
    return next((limit for limit, held in reached.items() if not held), None)


def _whole_box(ends: npt.NDArray[np.int64]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(e) for e in ends)
    return x0, y0, x1 - x0 + 1, y1 - y0 + 1


def _union(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    x, y = min(a[0], b[0]), min(a[1], b[1])
    return x, y, max(a[0] + a[2], b[0] + b[2]) - x, max(a[1] + a[3], b[1] + b[3]) - y


def _touches_border(box: tuple[int, int, int, int], view: _View) -> bool:
    x, y, w, h = box
    gap_px = min(x, y, view.size_px[0] - (x + w), view.size_px[1] - (y + h))
    return gap_px * view.to_full <= BORDER_PX
