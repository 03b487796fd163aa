"""How one thing is made to belong to its place: one draw of it."""

from dataclasses import dataclass

import numpy as np

from render.asked.paste import BLENDS, Blend, PasteSettings


@dataclass(frozen=True, kw_only=True)
class Look:
    """What `PasteSettings` gave one thing; its fields' units are the same."""

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


def draw_look(rng: np.random.Generator, settings: PasteSettings) -> Look:
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
