"""linear/000000.exr: what a picture is developed from, kept so that it can be developed again."""

from pathlib import Path

import numpy as np

from scenes.files.exr import encode_exr, read_half_rgb
from scenes.optics.colour import Linear

FOLDER = "linear"


def as_kept(light: Linear) -> Linear:
    """Return linear light, (H, W, 3), as it would be read back: rounded to half floats."""
    return light.astype(np.float16).astype(np.float32)


def encode_light(light: Linear) -> bytes:
    """Return the EXR of linear light, (H, W, 3), that `as_kept` has rounded."""
    return encode_exr(light.astype(np.float16))


def read_light(path: Path) -> Linear:
    """Return (H, W, 3) linear light in [0, 1]. Raises BadPicture."""
    return read_half_rgb(path).astype(np.float32)
