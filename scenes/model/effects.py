"""What happens to a picture between the light and the file, as a part of the Scene."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

TransferMethod = Literal["reinhard", "histogram", "style"]


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Colours moved towards those of a real photo, `reference`, by a share `strength` in [0, 1].

    reference: a file name, found in a folder that only the renderer is told.
    """

    method: TransferMethod
    reference: str
    strength: float

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ValueError(f"transfer strength is {self.strength}; expected 0 to 1")


@dataclass(frozen=True, kw_only=True)
class PostEffects:
    """Image-level effects, in the order in which they happen; docs/effects.md has the formulas.

    exposure_stops: of the light. blur_px: standard deviation of the lens' Gaussian. shot_noise:
    variance per unit of linear signal; read_noise: standard deviation in linear signal, white 1;
    the scene's seed makes both. gains: of white balance, on linear RGB. contrast: exponent of the
    tone curve, 1 for none. sharpening: share of unsharp masking. jpeg_quality: 1 to 100. The last
    two fields have defaults so that plans from before them are read.
    """

    transfer: Transfer | None
    exposure_stops: float
    blur_px: float
    shot_noise: float
    read_noise: float
    gains: tuple[float, float, float]
    jpeg_quality: int | None
    contrast: float = 1.0
    sharpening: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.contrast) and self.contrast > 0):
            raise ValueError(f"contrast is {self.contrast}; expected above 0")
        for name in ("blur_px", "shot_noise", "read_noise", "sharpening"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")
        if not (len(self.gains) == 3 and all(math.isfinite(g) and g > 0 for g in self.gains)):
            raise ValueError(f"gains are {self.gains}; expected three positive numbers")
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise ValueError(f"jpeg_quality is {self.jpeg_quality}; expected 1 to 100 or none")


UNTOUCHED = PostEffects(
    transfer=None, exposure_stops=0.0, blur_px=0.0, shot_noise=0.0, read_noise=0.0,
    gains=(1.0, 1.0, 1.0), jpeg_quality=None,
)  # fmt: skip


def told_post(told: Mapping[str, Any] | None) -> PostEffects | None:
    """Return the effects of their plain data. Raises KeyError or TypeError on another shape."""
    if told is None:
        return None
    transfer = Transfer(**told["transfer"]) if told["transfer"] else None
    return PostEffects(**{**told, "transfer": transfer, "gains": tuple(told["gains"])})
