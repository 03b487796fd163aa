"""Post-effects at work: a rendered frame as another camera would have brought it home."""

from dataclasses import replace
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import cv2
import numba
import numpy as np
import numpy.typing as npt

from scenes.effects.colour_transfer import References, transferred
from scenes.files.pictures import decode_picture, encode_jpeg
from scenes.model.effects import PostEffects
from scenes.model.frame import Frame
from scenes.optics.colour import (
    CODES,
    LUMINANCE,
    Linear,
    Rgb,
    code_of,
    coded,
    codes,
    linear,
    srgb,
)

NOISE_STREAM = 0x4015E  # of a scene's seed, apart from those that the scene is drawn from
BLUR_REACH = 4.0  # standard deviations after which the kernel ends
PIVOT = 0.18  # linear light that the tone curve leaves as it is: a grey card
_DARKEST = np.float32(1e-4)  # luminance: below, the curve is a straight line
_LUMINANCE = LUMINANCE.astype(np.float32)[None]  # as cv2.transform takes it
QUANTILES = 2**16
_NONE_PICKED = np.empty(0, np.uint16)
SHARPENING_PX = 1.0  # standard deviation of the blurred picture in unsharp masking


def developed(frame: Frame, post: PostEffects | None, references: References) -> Frame:
    """Return the frame with post-effects on the image; nothing else changes.

    Where they end in a JPEG, `jpeg` is that file and `image` what it shows.
    Raises MissingReference, PhotoUnreadable, NoStyle.
    """
    if post is None:
        return frame
    light = linear(frame.image) if frame.light is None else frame.light
    image, jpeg = shown(light, post, frame.shot.seed, references)
    return replace(frame, image=image, jpeg=jpeg)


def shown(
    light: Linear, post: PostEffects | None, seed: int, references: References
) -> tuple[Rgb, bytes | None]:
    """Return (H, W, 3) sRGB of linear light after all effects, and the JPEG if it ends in one.

    seed: the scene's, of its noise. Raises MissingReference, PhotoUnreadable, NoStyle.
    """
    if post is None:
        return srgb(light), None
    return taken(recoloured(light, post, references), post, seed)


def recoloured(light: Linear, post: PostEffects | None, references: References) -> Linear:
    """Return linear light, (H, W, 3), after the colour transfer that is asked for, if any.

    Raises MissingReference, PhotoUnreadable, NoStyle.
    """
    if post is None or post.transfer is None:
        return light
    return linear(transferred(srgb(light), post.transfer, references))


def taken(light: Linear, post: PostEffects, seed: int) -> tuple[Rgb, bytes | None]:
    """Return (H, W, 3) sRGB after all that follows colour transfer, and the JPEG if it is one."""
    image = photographed(light, post, seed)
    if post.jpeg_quality is None:
        return image, None
    jpeg = encode_jpeg(image, post.jpeg_quality)
    return decode_picture(jpeg), jpeg


def photographed(light: Linear, post: PostEffects, seed: int) -> Rgb:
    """Return (H, W, 3) sRGB after exposure, lens blur, noise, white balance, tone and sharpening.

    All but sharpening act on linear light; what they push beyond black and white is lost.
    """
    light = blurred(light, post.blur_px)
    if post.contrast == 1 and post.sharpening == 0:
        shown: Rgb = np.empty(light.shape, np.uint8)
        _strewn_codes(shown.reshape(-1, 3), *_strewing(light, post, seed), CODES)
        return shown
    drawn: Linear = np.empty(light.shape, np.float32)
    _strewn(drawn.reshape(-1, 3), *_strewing(light, post, seed))
    drawn = curved(drawn, post.contrast)
    return srgb(drawn) if post.sharpening == 0 else codes(sharpened(coded(drawn), post.sharpening))


def curved(light: Linear, contrast: float) -> Linear:
    """Return linear light whose luminance Y (Rec. 709) became PIVOT * (Y / PIVOT)^contrast.

    Colours keep their ratios: a curve for each channel makes them garish. Source: OpenColorIO,
    ExposureContrastTransform, linear style, there for each channel.
    """
    if contrast == 1:
        return light
    luminance = np.asarray(cv2.transform(light, _LUMINANCE), dtype=np.float32)[..., None]
    gain = (np.maximum(luminance, _DARKEST) / np.float32(PIVOT)) ** np.float32(contrast - 1)
    drawn: Linear = np.maximum(light, 0) * gain
    return drawn


def sharpened(coded_light: Linear, amount: float) -> Linear:
    """Return x + amount * (x - G x) of (H, W, 3) sRGB in [0, 1], G a Gaussian of SHARPENING_PX.

    Source: Gonzalez and Woods, Digital Image Processing, unsharp masking. May leave [0, 1].
    """
    soft = blurred(coded_light, SHARPENING_PX)
    drawn: Linear = coded_light + np.float32(amount) * (coded_light - soft)
    return drawn


def blurred(light: Linear, sigma_px: float) -> Linear:
    """Return (H, W, 3) under a Gaussian of this standard deviation, mirrored at the border."""
    reach_px = int(BLUR_REACH * sigma_px + 0.5)
    if reach_px == 0:
        return light
    side_px = 2 * reach_px + 1
    return np.asarray(
        cv2.GaussianBlur(light, (side_px, side_px), sigma_px, borderType=cv2.BORDER_REFLECT_101),
        dtype=np.float32,
    )


def _strewing(
    light: Linear, post: PostEffects, seed: int
) -> tuple[Linear, npt.NDArray[np.uint16], tuple[Any, ...]]:
    """Return what `_strewn` makes exposed light with noise, white balanced, of.

    Shot and read noise have a variance of shot_noise * x + read_noise^2. The same seed gives the
    same noise. Source: Foi et al. 2008, Practical Poissonian-Gaussian noise modeling, eq. 3, with
    the normal approximation of its Poisson part. A deviate is one of 65,536 quantiles of the normal
    distribution, which 16 bits pick: an eighth of what exact ones cost, and no further off than
    half a code of what is shown.
    """
    told = np.ascontiguousarray(light, dtype=np.float32).reshape(-1, 3)
    by = (
        np.float32(2.0**post.exposure_stops), np.array(post.gains, dtype=np.float32),
        np.float32(post.shot_noise), np.float32(post.read_noise**2), _quantiles(),
    )  # fmt: skip
    if post.shot_noise == 0 and post.read_noise == 0:
        return told, _NONE_PICKED, by
    rng = np.random.Generator(np.random.SFC64([seed, NOISE_STREAM]))
    # four of 16 bits at a time: a fourteenth of what drawing each takes
    return told, rng.integers(2**64, size=-(-light.size // 4), dtype=np.uint64).view(np.uint16), by


@lru_cache(1)
def _quantiles() -> npt.NDArray[np.float32]:
    """Return the middles of QUANTILES equal shares of the normal distribution."""
    normal = NormalDist()
    told = [normal.inv_cdf((step + 0.5) / QUANTILES) for step in range(QUANTILES)]
    return np.array(told, dtype=np.float32)


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _strewn(drawn, light, picked, by):  # type: ignore[no-untyped-def]  # numba's types
    """Exposed light with noise, times a factor for each channel. picked: quantiles, or none."""
    exposed, gains, shot, read, quantiles = by
    some = len(picked) > 0
    for i in range(len(light)):
        for channel in range(3):
            x = light[i, channel] * exposed
            if some:
                x += quantiles[picked[3 * i + channel]] * np.sqrt(shot * x + read)
            drawn[i, channel] = x * gains[channel]


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _strewn_codes(shown, light, picked, by, tables):  # type: ignore[no-untyped-def]
    """The same as it is shown: no light is held meanwhile."""
    exposed, gains, shot, read, quantiles = by
    floors, near = tables
    some = len(picked) > 0
    for i in range(len(light)):
        for channel in range(3):
            x = light[i, channel] * exposed
            if some:
                x += quantiles[picked[3 * i + channel]] * np.sqrt(shot * x + read)
            shown[i, channel] = code_of(x * gains[channel], floors, near)
