"""What happens to a picture between the light and the file: one draw of it."""

import numpy as np

from scenes.config.scene import PostConfig
from scenes.model.effects import PostEffects, Transfer
from scenes.optics.colour import LUMINANCE
from scenes.optics.lamps import blackbody

_WHITE_KELVIN = 6504.0  # of sRGB


def seeded_post(seed: int, config: PostConfig) -> PostEffects | None:
    """Return what a scene of this seed draws from a configuration: always the same."""
    _, _, post = np.random.SeedSequence(seed).spawn(3)  # after geometry and look
    return draw_post(np.random.default_rng(post), config)


def draw_post(rng: np.random.Generator, config: PostConfig) -> PostEffects | None:
    """Return one draw, or None where the configuration leaves every picture as it is."""
    if config.is_neutral:
        return None
    spans = config.exposure_stops, config.blur_px, config.shot_noise, config.read_noise
    stops, blur_px, shot, read = (span.draw(rng) for span in spans)
    warmth_mired = config.warmth_mired.draw(rng)
    is_jpeg, quality = rng.random() < config.jpeg_share, config.jpeg_quality.draw_count(rng)
    transfer = _draw_transfer(rng, config)
    return PostEffects(
        exposure_stops=stops, blur_px=blur_px, shot_noise=shot, read_noise=read,
        gains=white_balance(warmth_mired),
        jpeg_quality=quality if is_jpeg else None, transfer=transfer,
        contrast=config.contrast.draw(rng), sharpening=config.sharpening.draw(rng),
    )  # fmt: skip


def white_balance(warmth_mired: float) -> tuple[float, float, float]:
    """Return the gains on linear R, G and B that make white look warmth_mired warmer.

    They are those of a black body that many reciprocal megakelvins from 6,504 K, relative to one
    of 6,504 K, scaled so that grey keeps its luminance (Rec. 709).
    """
    kelvin = 1e6 / (1e6 / _WHITE_KELVIN + warmth_mired)
    gains = np.array(blackbody(kelvin)) / np.array(blackbody(_WHITE_KELVIN))
    red, green, blue = (gains / (LUMINANCE @ gains)).tolist()
    return red, green, blue


def _draw_transfer(rng: np.random.Generator, config: PostConfig) -> Transfer | None:
    which, strength = rng.random(), config.transfer_strength.draw(rng)
    if config.transfer == "none":
        return None
    reference = config.references[int(which * len(config.references))]
    return Transfer(method=config.transfer, reference=reference, strength=strength)
