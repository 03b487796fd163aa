"""sRGB and linear light, both with the primaries of Rec. 709."""

import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Linear = npt.NDArray[np.float32]
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear R, G and B: Rec. 709
LUMINANCE.flags.writeable = False


def linear(image: Rgb) -> Linear:
    """Return linear light in [0, 1] of sRGB. Source: IEC 61966-2-1."""
    light: Linear = _LINEAR[image]
    return light


def decoded(shown: Linear) -> Linear:
    """Return linear light of sRGB in [0, 1]. Source: IEC 61966-2-1."""
    light: Linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def srgb(light: Linear) -> Rgb:
    """Return uint8 sRGB of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    return codes(coded(light))


def coded(light: Linear) -> Linear:
    """Return sRGB in [0, 1] of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    kept = np.clip(light, 0.0, 1.0, dtype=np.float32)
    shown: Linear = np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)
    return shown


def codes(shown: Linear) -> Rgb:
    """Return uint8 of sRGB in [0, 1], clipped to it and rounded."""
    rounded: Rgb = np.rint(255 * np.clip(shown, 0.0, 1.0)).astype(np.uint8)
    return rounded


def _linear_of_codes() -> Linear:
    return decoded(np.arange(256) / 255)


_LINEAR = _linear_of_codes()
