"""A photo with its things painted out, and how large a thing would be on each of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import cv2
import numpy as np

from assets.fragments.fragment import SETTINGS, Pixels, Setting
from assets.fragments.told import BadFragments, Told

Whence = Literal["photo", "set"]
Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """How high a thing of each category is on a photo. Heights and rows in pixels of the photo.

    height_px_per_row: where size follows the row ("away"): a box's height by the rows of its foot
    below the horizon, which is the real height by the camera's. height_px: where it does not
    ("before_feet"): the box's height. spread: the robust standard deviation of the log height about
    either. source: what the horizon is fitted to, the boxes of this photo or of the whole set.
    """

    height_px_per_row: Mapping[str, float]
    height_px: Mapping[str, float]
    spread: Mapping[str, float]
    boxes: int
    source: Whence

    @property
    def told(self) -> dict[str, Any]:
        """What backgrounds.json holds."""
        return {
            key: dict(value) if isinstance(value, Mapping) else value
            for key, value in vars(self).items()
        }


@dataclass(frozen=True, kw_only=True)
class PaintedBackground:
    """A photo without things of the set's categories. Pixels are the file's, x right, y down.

    photo: the file it was made of. painted_share: of its pixels. painted_boxes_px: x, y, w, h of
    each place that was painted; nothing there is a photo. why: a background is not used.
    horizon_row_px: may lie outside the picture; None where it is unknown or means nothing.
    surfaces_px: rectangles on planes that its depth shows, as they are seen, from the upper left
    corner on, clockwise as one would read there.
    """

    path: Path
    photo: str
    photo_sha256: str
    size_px: tuple[int, int]
    painted_share: float
    painted_boxes_px: tuple[tuple[float, float, float, float], ...]
    used: bool
    why: str | None
    horizon_row_px: float | None
    ground: Ground | None
    setting: Setting | None
    surfaces_px: tuple[Corners, ...] = ()

    def height_px_at(self, category: str, foot_row_px: float) -> float | None:
        """Return how high a thing whose foot is on a row would be, None where nobody knows.

        A foot above the horizon stands nowhere: None.
        """
        if self.ground is None or self.setting is None:
            return None
        if self.setting == "before_feet":
            return self.ground.height_px.get(category)
        rate = self.ground.height_px_per_row.get(category)
        if rate is None or self.horizon_row_px is None or foot_row_px <= self.horizon_row_px:
            return None
        return rate * (foot_row_px - self.horizon_row_px)

    def rgb(self) -> Pixels:
        """Return the picture, read-only (h, w, 3), sRGB. Raises BadFragments."""
        found = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if found is None or found.shape[:2] != self.size_px[::-1]:
            raise BadFragments(
                f"{self.path}: not there, or not {self.size_px[0]} x {self.size_px[1]}; "
                "run `make fragments` again"
            )
        held = np.ascontiguousarray(found[..., ::-1], dtype=np.uint8)
        held.flags.writeable = False
        return held

    @property
    def told(self) -> dict[str, Any]:
        """What backgrounds.json holds."""
        rest = {key: value for key, value in vars(self).items() if key not in ("path", "ground")}
        ground = None if self.ground is None else self.ground.told
        return {"file": self.path.name, "ground": ground, **rest}


def background_of(told: Told, folder: Path) -> PaintedBackground:
    """Return one entry of backgrounds.json, whose files lie in `folder`. Raises BadFragments."""
    boxes = [Told(path=told.path, values={"box": box}) for box in _boxes(told)]
    across, down = told.numbers("size_px", 2)
    return PaintedBackground(
        path=folder / told.text("file"), photo=told.text("photo"), size_px=(int(across), int(down)),
        photo_sha256=told.text("photo_sha256"), painted_share=told.number("painted_share"),
        painted_boxes_px=tuple(
            cast(tuple[float, float, float, float], box.numbers("box", 4)) for box in boxes
        ),
        used=told.flag("used"), why=told.perhaps_text("why"),
        horizon_row_px=told.perhaps("horizon_row_px"),
        ground=None if told.values.get("ground") is None else _ground(told.part("ground")),
        setting=cast(Setting | None, told.choice("setting", SETTINGS)),
        surfaces_px=tuple(map(_corners, _surfaces(told))),
    )  # fmt: skip


def _boxes(told: Told) -> list[Any]:
    found = told.values.get("painted_boxes_px")
    if not isinstance(found, list):
        raise told.wrong("painted_boxes_px", "a list of boxes")
    return found


def _surfaces(told: Told) -> list[Told]:
    """Return each surface as an object of its own; none of a folder that tells none."""
    found = told.values.get("surfaces_px", [])
    if not isinstance(found, list):
        raise told.wrong("surfaces_px", "a list of four corners each")
    return [Told(path=told.path, values={"corners": one}) for one in found]


def _corners(told: Told) -> Corners:
    four = told.values.get("corners")
    if not isinstance(four, list) or len(four) != 4:
        raise told.wrong("corners", "four corners")
    points = (Told(path=told.path, values={"corner": one}).numbers("corner", 2) for one in four)
    return cast(Corners, tuple(points))


def _ground(told: Told) -> Ground:
    source = told.choice("source", ("photo", "set"))
    if source is None:
        raise told.wrong("source", "photo or set")
    return Ground(
        height_px_per_row=told.by_name("height_px_per_row"), height_px=told.by_name("height_px"),
        spread=told.by_name("spread"), boxes=int(told.number("boxes")),
        source=cast(Whence, source),
    )  # fmt: skip
