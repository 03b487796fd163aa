"""How one thing is made to belong to its place: settings, and one draw of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenes.config.span import Span

Blend = Literal["alpha", "feather", "poisson"]
BLENDS: tuple[Blend, ...] = ("alpha", "feather", "poisson")


@dataclass(frozen=True, kw_only=True)
class LookSettings:
    """All of conf/seam. Everything is drawn object by object.

    blend: how often each way of blending an edge is taken. feather_px: standard deviation of the
    Gaussian over the edge. poisson_shift: how far Poisson blending may move a thing's mean colour,
    in Lab; further, it is blended by its alpha. light, colour: the share of the way from a thing's
    mean L, and mean a and b, to those of its place. gain, contrast: on L about its mean. tint: on a
    and b, at most, either way. blur_px: of the thing alone. shadow: how much light its foot takes
    from the ground.
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

    def __post_init__(self) -> None:
        if set(self.blend) - set(BLENDS) or min(self.blend.values(), default=0) < 0:
            raise ValueError(
                f"blend is {dict(self.blend)}; expected weights, 0 or more, of {', '.join(BLENDS)}"
            )
        if sum(self.blend.values()) <= 0:
            raise ValueError("blend weighs nothing; expected one weight above 0")
        for name, low, high in (("light", 0, 1), ("colour", 0, 1), ("shadow", 0, 1),
                                ("feather_px", 0, 20), ("blur_px", 0, 20),
                                ("gain", 0.1, 10), ("contrast", 0.1, 10)):  # fmt: skip
            check_span(name, getattr(self, name), (low, high))
        if self.tint < 0 or self.poisson_shift < 0:
            raise ValueError(
                f"tint is {self.tint}, poisson_shift {self.poisson_shift}; expected 0 or more"
            )


def check_span(name: str, span: Span, least_most: tuple[float, float]) -> None:
    """Raise ValueError where a span is not within [least, most]."""
    low, high = least_most
    if not low <= span.low <= span.high <= high:
        raise ValueError(f"{name} is [{span.low}, {span.high}]; expected {low} to {high}")


@dataclass(frozen=True, kw_only=True)
class Look:
    """What `LookSettings` gave one thing; its fields' units are the same."""

    blend: Blend
    feather_px: float
    poisson_shift: float
    light: float
    colour: float
    gain: float
    contrast: float
    tint: tuple[float, float]
    blur_px: float
    shadow: float


def draw_look(rng: np.random.Generator, settings: LookSettings) -> Look:
    """Return one draw; always as many numbers of the generator."""
    weights = np.array([settings.blend.get(way, 0.0) for way in BLENDS])
    way = int(np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(), side="right"))
    red, yellow = rng.uniform(-settings.tint, settings.tint, 2).tolist()
    return Look(
        blend=BLENDS[min(way, len(BLENDS) - 1)], feather_px=settings.feather_px.draw(rng),
        poisson_shift=settings.poisson_shift,
        light=settings.light.draw(rng), colour=settings.colour.draw(rng),
        gain=settings.gain.draw(rng), contrast=settings.contrast.draw(rng), tint=(red, yellow),
        blur_px=settings.blur_px.draw(rng), shadow=settings.shadow.draw(rng),
    )  # fmt: skip
