"""Post-effects at work: a rendered frame as another camera would have brought it home."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from scenes.frame import Frame
from scenes.post import PostEffects
from scenes.transfer import References, transferred

Rgb = npt.NDArray[np.uint8]
Linear = npt.NDArray[np.float32]
NOISE_STREAM = 0x4015E  # of a scene's seed, apart from those that the scene is drawn from
BLUR_REACH = 4.0  # standard deviations after which the kernel ends
PIVOT = 0.18  # linear light that the tone curve leaves as it is: a grey card
_DARKEST = np.float32(1e-4)  # luminance: below, the curve is a straight line
_LUMINANCE = np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32)
SHARPENING_PX = 1.0  # standard deviation of the blurred picture in unsharp masking


def developed(frame: Frame, references: References) -> Frame:
    """Return the frame with its scene's post-effects on the image; nothing else changes.

    Where they end in a JPEG, `jpeg` is that file and `image` what it shows.
    Raises MissingReference, PhotoUnreadable, NoStyle.
    """
    post = frame.scene.post
    if post is None:
        return frame
    image = frame.image
    if post.transfer is not None:
        image = transferred(image, post.transfer, references)
    image, jpeg = taken(image, post, frame.scene.seed)
    return replace(frame, image=image, jpeg=jpeg)


def taken(image: Rgb, post: PostEffects, seed: int) -> tuple[Rgb, bytes | None]:
    """Return (H, W, 3) sRGB after all that follows colour transfer, and the JPEG if it is one."""
    image = photographed(image, post, seed)
    if post.jpeg_quality is None:
        return image, None
    jpeg = jpeg_bytes(image, post.jpeg_quality)
    return decoded(jpeg), jpeg


def photographed(image: Rgb, post: PostEffects, seed: int) -> Rgb:
    """Return (H, W, 3) sRGB after exposure, lens blur, noise, white balance, tone and sharpening.

    All but sharpening act on linear light; what they push beyond black and white is lost.
    """
    light = linear(image) * np.float32(2.0**post.exposure_stops)
    light = noisy(blurred(light, post.blur_px), post, seed)
    light = curved(light * np.array(post.gains, dtype=np.float32), post.contrast)
    if post.sharpening == 0:
        return srgb(light)
    return _codes(sharpened(coded(light), post.sharpening))


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


def sharpened(shown: Linear, amount: float) -> Linear:
    """Return x + amount * (x - G x) of (H, W, 3) sRGB in [0, 1], G a Gaussian of SHARPENING_PX.

    Source: Gonzalez and Woods, Digital Image Processing, unsharp masking. May leave [0, 1].
    """
    drawn: Linear = shown + np.float32(amount) * (shown - blurred(shown, SHARPENING_PX))
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


def noisy(light: Linear, post: PostEffects, seed: int) -> Linear:
    """Return linear light with shot and read noise: variance shot_noise * x + read_noise^2.

    The same seed gives the same noise. Source: Foi et al. 2008, Practical Poissonian-Gaussian
    noise modeling, eq. 3, with the normal approximation of its Poisson part.
    """
    if post.shot_noise == 0 and post.read_noise == 0:
        return light
    rng = np.random.default_rng([seed, NOISE_STREAM])
    variance = np.float32(post.shot_noise) * light + np.float32(post.read_noise**2)
    drawn: Linear = light + rng.standard_normal(light.shape, dtype=np.float32) * np.sqrt(variance)
    return drawn


def linear(image: Rgb) -> Linear:
    """Return linear light in [0, 1] of sRGB. Source: IEC 61966-2-1."""
    light: Linear = _LINEAR[image]
    return light


def srgb(light: Linear) -> Rgb:
    """Return uint8 sRGB of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    return _codes(coded(light))


def coded(light: Linear) -> Linear:
    """Return sRGB in [0, 1] of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    kept = np.clip(light, 0.0, 1.0, dtype=np.float32)
    shown: Linear = np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)
    return shown


def jpeg_bytes(image: Rgb, quality: int) -> bytes:
    """Return a baseline JPEG of (H, W, 3) sRGB."""
    bgr = np.ascontiguousarray(image[..., ::-1])
    ok, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {image.shape} {image.dtype} JPEG")
    return bytes(content)


def decoded(jpeg: bytes) -> Rgb:
    """Return (H, W, 3) sRGB of a JPEG."""
    bgr = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(bgr[..., ::-1], dtype=np.uint8)


def _codes(shown: Linear) -> Rgb:
    codes: Rgb = np.rint(255 * np.clip(shown, 0.0, 1.0)).astype(np.uint8)
    return codes


def _linear_of_codes() -> Linear:
    shown = np.arange(256) / 255
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


_LINEAR = _linear_of_codes()
