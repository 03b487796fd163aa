"""Colours and poses of lights."""

import math

import numpy as np
import numpy.typing as npt

from scenes.model.background import FloatArray
from scenes.optics.colour import LUMINANCE

Color = tuple[float, float, float]
KELVIN = (1667.0, 25000.0)  # where the approximation holds
_XYZ_TO_RGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415],
                        [0.0557, -0.2040, 1.0570]])  # fmt: skip


def blackbody(kelvin: float) -> Color:
    """Return the linear RGB (Rec. 709 primaries) of a black body, of luminance 1.

    Chromaticity by the cubic splines of Kim et al. 2002 (US patent 7024034), good to about
    1e-3 in x and y between 1,667 and 25,000 K; then IEC 61966-2-1's matrix. What lies outside
    the gamut, as below 1,900 K, is clipped.
    """
    x, y = chromaticity(min(max(kelvin, KELVIN[0]), KELVIN[1]))
    rgb = np.maximum(_XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y]), 0.0)
    return _of_luminance_one(rgb)


def chromaticity(kelvin: float) -> tuple[float, float]:
    """Return CIE 1931 (x, y) of the Planckian locus. Source: Kim et al. 2002, eq. 1 and 2."""
    t = 1000.0 / kelvin
    if kelvin <= 4000:
        x = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
    else:
        x = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
    if kelvin <= 2222:
        y = ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
    elif kelvin <= 4000:
        y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
    else:
        y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483
    return x, y


def light_color(kelvin: float, adaptation: float) -> Color:
    """Return a lamp's linear RGB, of luminance 1, as a camera shows it.

    adaptation: the share, 0 to 1, of its colour that white balance takes away, in the logarithm.
    """
    return _of_luminance_one(np.maximum(blackbody(kelvin), 1e-3) ** (1.0 - adaptation))


def shining(azimuth_rad: float, elevation_rad: float, from_m: npt.ArrayLike) -> FloatArray:
    """Return light_to_world of a light at a place that shines along its -z.

    azimuth_rad: the horizontal direction in which its light travels, from +x towards +y.
    elevation_rad: how far above the horizon it stands; pi / 2 shines straight down.
    """
    tilt = math.pi / 2 - elevation_rad
    cos_y, sin_y = math.cos(azimuth_rad - math.pi / 2), math.sin(azimuth_rad - math.pi / 2)
    cos_t, sin_t = math.cos(tilt), math.sin(tilt)
    about_z = np.array([[cos_y, -sin_y, 0], [sin_y, cos_y, 0], [0, 0, 1.0]])
    pose = np.eye(4)
    pose[:3, :3] = about_z @ np.array([[1, 0, 0], [0, cos_t, -sin_t], [0, sin_t, cos_t]])
    pose[:3, 3] = from_m
    return pose


def _of_luminance_one(rgb: npt.ArrayLike) -> Color:
    red, green, blue = (np.asarray(rgb) / (LUMINANCE @ np.asarray(rgb))).tolist()
    return red, green, blue
