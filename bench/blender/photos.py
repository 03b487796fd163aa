"""Pictures to stand behind objects as a user's photos would, made of nothing but arithmetic."""

from pathlib import Path

import numpy as np
from PIL import Image

COUNT, SIZE_PX = 3, (1024, 768)


def write_photos(folder: Path) -> Path:
    """Write COUNT pictures of a grainy ground below a sky, and return their folder."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    width, height = SIZE_PX
    for number in range(COUNT):
        sky, ground = rng.uniform(120, 250, 3), rng.uniform(40, 160, 3)
        above = np.arange(height)[:, None, None] < rng.uniform(0.3, 0.5) * height
        grain = rng.normal(0.0, 12.0, (height, width, 1))
        picture = np.clip(np.where(above, sky, ground + grain), 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{number}.png")
    return folder
