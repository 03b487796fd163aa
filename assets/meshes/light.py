"""Between sRGB, which pictures hold, and linear light, which surfaces are told in."""

import numpy as np
import numpy.typing as npt

from assets.meshes.part import FloatArray


def linear(srgb: FloatArray) -> FloatArray:
    """Decode sRGB in [0, 1]. Source: IEC 61966-2-1."""
    low, high = srgb / 12.92, ((np.maximum(srgb, 0.0) + 0.055) / 1.055) ** 2.4
    return np.where(srgb <= 0.04045, low, high)


def srgb_bytes(light: FloatArray) -> npt.NDArray[np.uint8]:
    """Encode linear light in [0, 1] as sRGB in 0..255. Source: IEC 61966-2-1."""
    low, high = 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    encoded = np.round(255 * np.where(light <= 0.0031308, low, high))
    return np.asarray(encoded, np.uint8)
