"""How cut-outs are laid over a photo; known wherever settings are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scenes.config.span import Span

Blend = Literal["alpha", "feather", "poisson"]
BLENDS: tuple[Blend, ...] = ("alpha", "feather", "poisson")


@dataclass(frozen=True, kw_only=True)
class PasteSettings:
    """All of conf/render.yaml, paste. Everything is drawn object by object from the scene's seed.

    blend: how often each way of blending an edge is taken. feather_px: standard deviation of the
    Gaussian over the edge. poisson_shift: how far Poisson blending may move a thing's mean colour,
    in Lab; further, it is blended by its alpha. light, colour: the share of the way from a thing's
    mean L, and mean a and b, to those of its place. gain, contrast: on L about its mean. tint: on a
    and b, at most, either way. blur_px: of the thing alone. shadow: how much light its foot takes
    from the ground. zoom: how far a photo is enlarged beyond filling the picture. mirrored: how
    often the photo is. cover: how often it is cut so that a thing comes where one was painted out.
    """

    blend: Mapping[str, float]
    feather_px: Span
    poisson_shift: float
    light: Span
    colour: Span
    gain: Span
    contrast: Span
    tint: float
    blur_px: Span
    shadow: Span
    zoom: Span
    mirrored: float
    cover: float

    def __post_init__(self) -> None:
        if set(self.blend) - set(BLENDS) or min(self.blend.values(), default=0) < 0:
            raise ValueError(
                f"blend is {dict(self.blend)}; expected weights, 0 or more, of {', '.join(BLENDS)}"
            )
        if sum(self.blend.values()) <= 0:
            raise ValueError("blend weighs nothing; expected one weight above 0")
        for name, low, high in (("light", 0, 1), ("colour", 0, 1), ("shadow", 0, 1),
                                ("feather_px", 0, 20), ("blur_px", 0, 20), ("zoom", 1, 10),
                                ("gain", 0.1, 10), ("contrast", 0.1, 10)):  # fmt: skip
            span: Span = getattr(self, name)
            if not low <= span.low <= span.high <= high:
                raise ValueError(f"{name} is [{span.low}, {span.high}]; expected {low} to {high}")
        if not (
            0 <= self.mirrored <= 1
            and 0 <= self.cover <= 1
            and self.tint >= 0
            and self.poisson_shift >= 0
        ):
            raise ValueError(
                f"mirrored is {self.mirrored}, cover {self.cover}, tint {self.tint}, poisson_shift "
                f"{self.poisson_shift}; expected 0 to 1, and 0 or more"
            )
