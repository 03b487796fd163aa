"""The plain physical estimate of depth, as columns: what any learned one has to beat."""

import numpy as np

from alignment.features.features import Features
from alignment.real.lens import assumed_focal_px, exif_focal_px
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet

_NAMES = ("pinhole.box.log_depth_m", "pinhole.box.log_area_m2")
FIRST = 0  # the column that is the estimate itself, the log of metres


def told_focal_px(image: AnnotatedImage) -> float | None:
    """Return the focal length in pixels that the set or EXIF tells, or None."""
    return image.focal_px if image.focal_px is not None else exif_focal_px(image)


def knows_lenses(annotated: AnnotatedSet) -> bool:
    """Return True where set or EXIF tells the focal length of every image."""
    return all(told_focal_px(image) is not None for image in annotated.images)


def pinhole_features(
    annotated: AnnotatedSet, real_height_m: float, assumed_fov_deg: float, *, trust: bool
) -> Features:
    """Return one row a box: log of focal length x real height / box height, and of its area at it.

    trust: take the focal lengths that set or EXIF tells. False takes the assumed one throughout, so
    that what is learned from renders errs as it will on photos whose lens nobody knows. Truncated
    boxes have their row, too, with a depth too large.
    """
    lenses = {image.id: _focal_px(image, assumed_fov_deg, trust) for image in annotated.images}
    sized = {image.id for image in annotated.images if not image.size_assumed}
    rows = sorted(
        (a for a in annotated.annotations if a.image_id in sized), key=lambda a: (a.image_id, a.id)
    )
    focal_px = np.array([lenses[a.image_id] for a in rows], dtype=np.float64)
    w, h = np.array([a.bbox[2:] for a in rows], dtype=np.float64).reshape(-1, 2).T
    depth_m = focal_px * real_height_m / h
    area_m2 = w * h * (depth_m / focal_px) ** 2
    return Features(
        values=np.log(np.column_stack([depth_m, area_m2])).astype(np.float32), names=_NAMES,
        image_ids=np.array([a.image_id for a in rows], dtype=np.int64),
        annotation_ids=np.array([a.id for a in rows], dtype=np.int64),
        backend=f"pinhole-1-{real_height_m:g}m-{'told' if trust else f'{assumed_fov_deg:g}deg'}",
    )  # fmt: skip


def _focal_px(image: AnnotatedImage, assumed_fov_deg: float, trust: bool) -> float:
    told = told_focal_px(image) if trust else None
    return told if told is not None else assumed_focal_px(image, assumed_fov_deg)
