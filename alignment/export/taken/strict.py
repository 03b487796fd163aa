"""Records of a rendered set as an export tells them: as Twinset writes them, or refused."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from assets.errors import UserError
from scenes.sets.masks import checked
from scenes.sets.repair import ROUNDING_PX
from scenes.writers.example import Box, Thing
from scenes.writers.windows import is_whole

Size = tuple[int, int]
OF_THING = (
    "shape", "asset_id", "instance", "depth", "depth_min", "visible_fraction", "occlusion_index",
    "truncated", "amodal_bbox",
)  # fmt: skip
_CURE = "expected what Twinset writes; give a set of another's making as REAL=, where it is mended"


class BadRendered(UserError):
    """A record of a rendered set that is not as Twinset writes it, or an image that is gone."""


def named_and_sized(image: Mapping[str, Any]) -> tuple[str, Size]:
    """Return an image record's file name and (W, H). Raises BadRendered."""
    name, size = image.get("file_name"), (image.get("width"), image.get("height"))
    if not isinstance(name, str) or not name:
        raise BadRendered(f"image {image['id']} has file_name {name!r}; {_CURE}")
    width, height = size
    if type(width) is not int or type(height) is not int or min(width, height) < 1:
        raise BadRendered(f"image {image['id']} ({name}) is of {width!r} x {height!r} px; {_CURE}")
    return name, (width, height)


def thing_of(told: Mapping[str, Any], category: int, size: Size) -> Thing:
    """Return an annotation record's object, on an image of (W, H). Raises BadRendered."""
    if told.get("iscrowd") not in (None, 0, False):
        raise BadRendered(f"annotation {told.get('id')} is of a crowd; {_CURE}")
    return Thing(
        category=category, bbox=_box(told, size), mask=_mask(told, size),
        keypoints=_keypoints(told), facts={key: told[key] for key in OF_THING if key in told},
    )  # fmt: skip


def _box(told: Mapping[str, Any], size: Size) -> Box:
    box = told.get("bbox")
    if _are_numbers(box) and len(box) == 4:
        x, y, w, h = box
        over = max(-x, -y, x + w - size[0], y + h - size[1])
        if over <= ROUNDING_PX and min(w, h) > 0:
            return x, y, w, h
    raise BadRendered(
        f"annotation {told.get('id')} has bbox {box!r} on an image of {size[0]} x {size[1]} px; "
        f"{_CURE}"
    )


def _mask(told: Mapping[str, Any], size: Size) -> Any:
    mask = told.get("segmentation")
    if isinstance(mask, dict) and isinstance(mask.get("counts"), str):
        if mask.get("size") == [size[1], size[0]] and is_whole(mask):
            return mask
    elif not mask or (found := checked(mask, size)) is not None:
        return _as_text(found) if mask else None
    raise BadRendered(
        f"annotation {told.get('id')} has a segmentation that does not fit its image of {size[0]} "
        f"x {size[1]} px; {_CURE}"
    )


def _as_text(told: Any) -> Any:
    """Return RLE whose counts were numbers as the others are; polygons as they are."""
    return {**told, "counts": told["counts"].decode("ascii")} if isinstance(told, dict) else told


def _keypoints(told: Mapping[str, Any]) -> tuple[float, ...]:
    points = told.get("keypoints") or []
    if not _are_numbers(points) or len(points) % 3:
        raise BadRendered(f"annotation {told.get('id')} has keypoints {points!r}; {_CURE}")
    return tuple(points)


def _are_numbers(values: Any) -> TypeGuard[Sequence[float]]:
    return isinstance(values, Sequence) and all(
        isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= sys.float_info.max
        for n in values
    )
