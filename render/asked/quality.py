"""What a frame may cost and what renders it; known without Blender, which reads this as well."""

from dataclasses import dataclass
from typing import Literal

from assets.errors import UserError

Engine = Literal["cycles", "paste"]
Device = Literal["auto", "cpu", "cuda", "optix", "hip", "metal"]


class BadQuality(UserError):
    """A setting of conf/quality that cannot be rendered with."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How much a frame may cost. colour false: instances and depth only, the image stays black.

    noise_threshold: 0 always takes all samples. view_transform, look: as Blender names them.
    guides: how the denoiser's albedo and normals are cleaned before it. ambient_after: bounces
    behind which surroundings are seen as they light an open place (Cycles' fast GI); 0: never.
    metering: how far a camera's automatic exposure evens out bright and dark scenes, 0 to 1.
    """

    colour: bool
    samples: int
    noise_threshold: float
    denoiser: Literal["openimagedenoise", "none"]
    guides: Literal["accurate", "fast", "raw"]
    max_bounces: int
    diffuse_bounces: int
    glossy_bounces: int
    transmission_bounces: int
    ambient_after: int
    view_transform: str
    look: str
    metering: float
    exposure_stops: float

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise BadQuality(f"samples is {self.samples}; expected 1 or more")
        if self.ambient_after < 0:
            raise BadQuality(f"ambient_after is {self.ambient_after}; expected 0 or more")
        if not 0 <= self.metering <= 1:
            raise BadQuality(f"metering is {self.metering}; expected 0 to 1")
