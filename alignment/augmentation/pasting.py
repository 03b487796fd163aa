"""Cut-outs pasted into copies of images whose own objects stay (Ghiasi et al. 2021, Copy-Paste)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from alignment.augmentation.moved import at_border, shown_by
from alignment.augmentation.settings import PasteSettings
from alignment.detection.training.views.warp import composed
from alignment.fragments.marks import Box, overlap
from assets.fragments.fragment import Fragment, Pixels
from scenes.files.rle import Mask
from scenes.pasting.blending import laid
from scenes.pasting.layer import Layer, Rgb
from scenes.pasting.look import Look, draw_look
from scenes.pasting.warping import place_of, warped
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.masks import decoded

KEPT_CUT_OUTS = 512  # in memory
TRIES = 20  # places for one cut-out, before the copy goes without it
SLOPE = 0.4  # sine of how steeply a camera usually looks down on the ground, for shadows
Record = dict[str, Any]


@dataclass(frozen=True)
class CutOut:
    """A fragment that may be pasted, its picture kept in memory. sha256: of that picture's file."""

    fragment: Fragment
    sha256: str

    def rgba(self) -> Pixels:
        """Return its picture. Raises BadFragments."""
        return _rgba(self.fragment)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pasted:
    """A cut-out in its place on a copy."""

    cut_out: CutOut
    layer: Layer
    look: Look

    def mask(self, size_px: tuple[int, int]) -> Mask:
        """Return (H, W) where it is, of a picture of size (W, H)."""
        found = np.zeros(size_px[::-1], dtype=np.bool_)
        found[self.layer.window] = self.layer.inside
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Pasting:
    """What is pasted, and how.

    boxes: x, y, w, h of the set's own by category, as shares of their picture's sides: those from
    which sizes and places are drawn.
    """

    settings: PasteSettings
    cut_outs: tuple[CutOut, ...]
    boxes: Mapping[str, Sequence[Box]]

    def drawn(
        self, rng: np.random.Generator, size_px: tuple[int, int], there: Sequence[Box]
    ) -> list[Pasted]:
        """Return cut-outs on a picture of this size, the first one the lowest; `there`: its boxes.

        Each is about as large, and about where, a box of its category in the set is, and leaves
        the others' boxes as uncovered as the settings ask; where that is not to be, it is left.
        """
        found: list[Pasted] = []
        taken = list(there)
        for _ in range(self.settings.objects.draw_count(rng)):
            for _ in range(TRIES):
                one = self._placed(rng, size_px)
                box = None if one is None else one.layer.box_px
                if one is None or box is None or not all(self._apart(box, own) for own in taken):
                    continue
                taken.append(box)
                found.append(one)
                break
        return found

    def _apart(self, pasted: Box, other: Box) -> bool:
        """Return whether a box may be pasted where another one is."""
        settings = self.settings
        return (overlap(other, pasted) <= settings.covered
                and overlap(pasted, other) <= settings.within)  # fmt: skip

    def _placed(self, rng: np.random.Generator, size_px: tuple[int, int]) -> Pasted | None:
        cut_out = self.cut_outs[int(rng.integers(len(self.cut_outs)))]
        boxes = self.boxes[cut_out.fragment.category]
        x, y, w, h = boxes[int(rng.integers(len(boxes)))]
        settings, size = self.settings, np.array(size_px)
        x0, y0, x1, y1 = place_of(cut_out)
        area = w * h * size.prod() * np.exp(rng.normal(0, settings.size))
        scale = float(np.sqrt(area / ((x1 - x0) * (y1 - y0))))
        turn = np.deg2rad(rng.uniform(-settings.turn_deg, settings.turn_deg))
        flipped = rng.random() < settings.flip
        across = x + w / 2 if rng.random() < 0.5 else 1 - x - w / 2
        middle = (np.array([across, y + h / 2]) + rng.normal(0, settings.shift, 2)) * size
        reach = scale * np.array([x1 - x0, y1 - y0]) * (0.5 - settings.outside)
        middle = np.clip(middle, np.minimum(reach, size / 2), np.maximum(size - reach, size / 2))
        matrix = np.eye(3)
        matrix[:2] = composed(
            scales=(scale, scale), flipped=bool(flipped), angle_rad=float(turn), size_px=(0, 0)
        )
        matrix[:2, 2] = middle - matrix[:2, :2] @ ((x0 + x1) / 2, (y0 + y1) / 2)
        look = draw_look(rng, settings)
        seen = warped(cut_out, matrix, size_px)
        if seen is None:
            return None
        start_px, color, alpha = seen
        foot = matrix[:2] @ ((x0 + x1) / 2, y1, 1)
        layer = Layer(
            start_px=start_px, color=color, alpha=alpha, depth_m=np.zeros_like(alpha),
            foot_px=(float(foot[0]), float(foot[1])), wide_px=scale * (x1 - x0), slope=SLOPE,
        )  # fmt: skip
        return Pasted(cut_out=cut_out, layer=layer, look=look)


def with_pasted(picture: Rgb, pasted: Sequence[Pasted]) -> Rgb:
    """Return the picture, (H, W, 3) sRGB, with cut-outs laid over it in their order."""
    canvas = picture.copy()
    for one in pasted:
        laid(canvas, picture, one.layer, one.look)
    return canvas


def seen_beside(
    records: Sequence[Record], pasted: Sequence[Pasted], size_px: tuple[int, int], least: float
) -> list[Record]:
    """Return the records of a copy's own labels under what is pasted.

    A mask loses what is covered, its box and area with it, and one that keeps less than `least` of
    its pixels is no longer labelled. A box without a mask stays. A covered keypoint is not visible.
    """
    over = np.zeros(size_px[::-1], dtype=np.bool_)
    for one in pasted:
        over |= one.mask(size_px)
    told = [_under(record, over, least) for record in records]
    return [one for one in told if one is not None]


def pasted_records(
    pasted: Sequence[Pasted], size_px: tuple[int, int], categories: Mapping[str, Any], *,
    in_polygons: bool, least: float,
) -> list[Record]:  # fmt: skip
    """Return the records of what is pasted, but for their ids: what later ones leave of it.

    categories: ids by name.
    """
    found = []
    over = np.zeros(size_px[::-1], dtype=np.bool_)
    for one in reversed(pasted):
        whole = one.mask(size_px)
        mask, fragment = whole & ~over, one.cut_out.fragment
        over |= whole
        if mask.sum() < least * whole.sum() or not mask.any():
            continue
        found.append({
            "category_id": categories[fragment.category], "iscrowd": 0, **_shape(mask, in_polygons),
            "shape": "cut-out", "asset_id": f"fragment/{fragment.category}/{fragment.id}",
        })  # fmt: skip
    return found[::-1]


@lru_cache(KEPT_CUT_OUTS)
def _rgba(fragment: Fragment) -> Pixels:
    return fragment.rgba()


def _shape(mask: Mask, in_polygons: bool) -> Record:
    told = shown_by(mask, in_polygons)
    return told | {"truncated": int(at_border(told["bbox"], mask.shape[::-1]))}


def _under(record: Record, over: Mask, least: float) -> Record | None:
    told = {**record, **_points_under(record, over)}
    if "segmentation" not in record:
        return told
    high, wide = over.shape
    image = AnnotatedImage(id=0, file_name="", path=None, width_px=wide, height_px=high)
    x, y, w, h = record["bbox"]
    mask = decoded(
        Annotation(id=0, image_id=0, category_id=0, bbox=(x, y, w, h),
                   segmentation=record["segmentation"]), image,
    )  # fmt: skip
    if mask is None or not (mask & over).any():
        return told
    left = mask & ~over
    if left.sum() < least * mask.sum() or not left.any():
        return None
    return told | _shape(left, isinstance(record["segmentation"], list))


def _points_under(record: Record, over: Mask) -> Record:
    if not record.get("keypoints"):
        return {}
    points = np.asarray(record["keypoints"], dtype=np.float64).reshape(-1, 3)
    x, y = np.clip(points[:, :2].astype(int), 0, np.array(over.shape[::-1]) - 1).T
    points[:, 2] = np.where((points[:, 2] > 1) & over[y, x], 1, points[:, 2])
    return {"keypoints": points.ravel().tolist()}
