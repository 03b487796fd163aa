"""One thing cut out of one photo."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import cv2
import numpy as np
import numpy.typing as npt

from assets.fragments.told import BadFragments, Told

META, RAW, PROC = "meta.json", "raw.png", "proc.png"
Setting = Literal["away", "before_feet"]
Kept = Literal["keep", "drop"]
SETTINGS, KEPT = ("away", "before_feet"), ("keep", "drop")
BORDER, OCCLUDED, DOUBTFUL, SMALL = "border", "occluded", "doubtful", "small"
FOV_DEG = 60.0  # of a photo of unknown lens
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """A crop of a photo and the mask of the thing in it. Pixels are the photo's, x right, y down.

    folder: where raw.png, proc.png and meta.json are; its name is the fragment's id. box_px: x, y,
    w, h of its box in the photo. mask_source: the set, or the method. mask_score: 0 to 1, as its
    method tells. marks: why it is not used by itself. used: by default; kept: what a person said.
    setting: whether the size of things follows their row on this photo. height_px_per_row: its
    box's height by the rows of its foot below the horizon, None where no horizon is known.
    blur, brightness: of the box, 0 to 1. occluded_by: ids of those whose boxes lie on it.
    proc_sha256: of the proc.png that was written; another one is a person's. recipe: a digest of
    the settings that made its mask.
    """

    folder: Path
    crop_start_px: tuple[int, int]
    crop_size_px: tuple[int, int]
    photo_size_px: tuple[int, int]
    photo: str
    photo_sha256: str
    category: str
    box_px: tuple[float, float, float, float]
    mask_source: str
    mask_score: float
    marks: tuple[str, ...]
    used: bool
    kept: Kept | None
    setting: Setting | None
    stands_on: str | None
    height_px_per_row: float | None
    blur: float
    brightness: float
    truncated: bool
    occluded_by: tuple[str, ...]
    proc_sha256: str | None
    recipe: str | None = None

    def __post_init__(self) -> None:
        (x, y), (w, h), (across, down) = self.crop_start_px, self.crop_size_px, self.photo_size_px
        if min(x, y) < 0 or min(w, h) < 1 or x + w > across or y + h > down:
            raise ValueError(f"crop {x, y, w, h} is not inside a photo of {across} x {down}")
        if min(self.box_px[2:]) <= 0:
            raise ValueError(f"box_px is {self.box_px}; expected a width and height above 0")
        if not 0 <= self.mask_score <= 1:
            raise ValueError(f"mask_score is {self.mask_score}; expected 0 to 1")

    @property
    def id(self) -> str:
        """What it is called: photo and number of the box."""
        return self.folder.name

    @property
    def is_used(self) -> bool:
        """Whether to use it: as a person said, else as its marks tell."""
        return self.kept == "keep" or (self.kept is None and self.used)

    @property
    def box_in_crop_px(self) -> tuple[float, float, float, float]:
        """The box, counted from the crop's corner."""
        x, y, w, h = self.box_px
        return x - self.crop_start_px[0], y - self.crop_start_px[1], w, h

    @property
    def pitch_deg(self) -> float | None:
        """How steeply its photo looks down at it, above 0 down; None where no horizon is known.

        By a lens whose longer side spans FOV_DEG, as the horizon is the level direction.
        """
        if self.height_px_per_row is None:
            return None
        (_, y, _, h), (across, down) = self.box_px, self.photo_size_px
        focal_px = max(across, down) / 2 / math.tan(math.radians(FOV_DEG) / 2)
        horizon = y + h - h / self.height_px_per_row
        level = math.atan2(down / 2 - horizon, focal_px)
        return math.degrees(level + math.atan2(y + h / 2 - down / 2, focal_px))

    def rgba(self) -> Pixels:
        """Return proc.png, read-only (h, w, 4), sRGB and alpha. Raises BadFragments."""
        bgra = self._pixels(PROC, cv2.IMREAD_UNCHANGED)
        if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8:
            raise BadFragments(
                f"{self.folder / PROC}: {bgra.shape} {bgra.dtype}; expected RGBA of 8 bits"
            )
        return _frozen(bgra[..., [2, 1, 0, 3]])

    def rgb(self) -> Pixels:
        """Return raw.png, read-only (h, w, 3), sRGB. Raises BadFragments."""
        return _frozen(self._pixels(RAW, cv2.IMREAD_COLOR)[..., ::-1])

    @property
    def told(self) -> dict[str, Any]:
        """What meta.json holds."""
        return {key: value for key, value in vars(self).items() if key != "folder"}

    def _pixels(self, name: str, how: int) -> npt.NDArray[Any]:
        found = cv2.imread(str(self.folder / name), how)
        if found is None:
            raise BadFragments(f"{self.folder / name}: not there, or no picture; expected a PNG")
        w, h = self.crop_size_px
        if found.shape[:2] != (h, w):
            raise BadFragments(
                f"{self.folder / name}: {found.shape[1]} x {found.shape[0]}; expected the crop's "
                f"{w} x {h}, so that it lies where it was"
            )
        return found


def read_fragment(folder: Path) -> Fragment:
    """Return the fragment of one folder. Raises BadFragments."""
    told = Told.read(folder / META)
    try:
        return Fragment(
            folder=folder, category=told.text("category"), photo=told.text("photo"),
            photo_sha256=told.text("photo_sha256"), mask_source=told.text("mask_source"),
            crop_start_px=_pair(told, "crop_start_px"), crop_size_px=_pair(told, "crop_size_px"),
            photo_size_px=_pair(told, "photo_size_px"),
            box_px=cast(tuple[float, float, float, float], told.numbers("box_px", 4)),
            mask_score=told.number("mask_score"), marks=told.texts("marks"),
            used=told.flag("used"), kept=cast(Kept | None, told.choice("kept", KEPT)),
            setting=cast(Setting | None, told.choice("setting", SETTINGS)),
            stands_on=told.perhaps_text("stands_on"),
            height_px_per_row=told.perhaps("height_px_per_row"), blur=told.number("blur"),
            brightness=told.number("brightness"), truncated=told.flag("truncated"),
            occluded_by=told.texts("occluded_by"), proc_sha256=told.perhaps_text("proc_sha256"),
            recipe=told.perhaps_text("recipe"),
        )  # fmt: skip
    except BadFragments:
        raise
    except ValueError as error:
        raise BadFragments(f"{told.path}: {error}") from None


def _pair(told: Told, key: str) -> tuple[int, int]:
    across, down = told.numbers(key, 2)
    if across != int(across) or down != int(down):
        raise told.wrong(key, "two whole numbers")
    return int(across), int(down)


def _frozen(pixels: npt.NDArray[Any]) -> Pixels:
    held = np.ascontiguousarray(pixels, dtype=np.uint8)
    held.flags.writeable = False
    return held
