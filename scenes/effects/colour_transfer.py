"""Colour transfer: a rendered picture with the colours of a real photo."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt
from skimage.exposure import match_histograms

from assets.errors import UserError
from scenes.effects.neural_style import check_style, stylized
from scenes.model.effects import PostEffects, Transfer
from scenes.optics.colour import Rgb, codes
from scenes.sets.photos import find_photo, inspect_photo, read_rgb

Floats = npt.NDArray[np.float32]
KEPT_PHOTOS = 8  # a plan takes its photos in random order; each is quick to read again
_FLAT = 1e-3  # Lab units; a channel with less spread than this is only moved


class MissingReference(UserError):
    """A photo whose colours a plan asks for and that is not to be had."""


@dataclass(frozen=True, kw_only=True)
class References:
    """What colour transfer needs beside the plan: where the real photos lie, and style weights."""

    photos: Path | None
    style: Path | None

    def check(self, effects: Iterable[PostEffects | None]) -> None:
        """Raise MissingReference or NoStyle, before any rendering, where something is not there."""
        transfers = {post.transfer for post in effects if post and post.transfer}
        for name in sorted({transfer.reference for transfer in transfers}):
            self.find(name)
        if any(transfer.method == "style" for transfer in transfers):
            check_style(self.style)

    def photo(self, name: str) -> Rgb:
        """Return a photo's pixels. Raises MissingReference or PhotoUnreadable."""
        return _upright(self.find(name))

    def find(self, name: str) -> Path:
        """Return where a photo lies. Raises MissingReference."""
        if self.photos is None:
            raise MissingReference(
                f"the plan takes colours from photo {name!r} and no folder of photos is given; "
                "expected real_images=FOLDER"
            )
        found = find_photo(name, [self.photos]) if _is_inside(name) else None
        if found is None:
            raise MissingReference(
                f"real_images={self.photos} has no photo {name!r}, whose colours the plan takes; "
                "expected the folder of the set that the plan was made from"
            )
        return found


def transferred(image: Rgb, transfer: Transfer, references: References) -> Rgb:
    """Return (H, W, 3) sRGB with the reference's colours, mixed in by the transfer's strength.

    Raises MissingReference, PhotoUnreadable, NoStyle.
    """
    reference = references.photo(transfer.reference)
    if transfer.method == "reinhard":
        return reinhard(image, reference, transfer.strength)
    if transfer.method == "histogram":
        return histogram_matched(image, reference, transfer.strength)
    return stylized(image, reference, transfer.strength, references.style)


def reinhard(image: Rgb, reference: Rgb, strength: float) -> Rgb:
    """Return the image with the mean and spread of each Lab channel of the reference.

    Source: Reinhard et al. 2001, Color Transfer between Images, eq. 10 and 11, in CIE L*a*b* (D65)
    instead of their l alpha beta. What leaves the gamut of sRGB is clipped.
    """
    lab, wanted = _lab(image), _lab(reference)
    mean, spread = _moments(lab)
    wanted_mean, wanted_spread = _moments(wanted)
    gain = np.where(spread > _FLAT, wanted_spread / np.maximum(spread, _FLAT), 1.0)
    moved = (lab - mean) * gain + wanted_mean
    mixed = (lab + strength * (moved - lab)).astype(np.float32)
    return codes(np.asarray(cv2.cvtColor(mixed, cv2.COLOR_Lab2RGB), dtype=np.float32))


def histogram_matched(image: Rgb, reference: Rgb, strength: float) -> Rgb:
    """Return the image with the reference's histogram of each sRGB channel.

    Source: Gonzalez and Woods, Digital Image Processing, histogram specification.
    """
    matched = match_histograms(image, reference, channel_axis=-1).astype(np.float32)
    original = image.astype(np.float32)
    return codes((original + np.float32(strength) * (matched - original)) / np.float32(255))


@lru_cache(maxsize=KEPT_PHOTOS)
def _upright(path: Path) -> Rgb:
    size_px = inspect_photo(path, None).size_px
    image = read_rgb(path, size_px or (1, 1))  # one that cannot be read raises here
    image.flags.writeable = False
    return image


def _is_inside(name: str) -> bool:
    told = PurePosixPath(name.replace("\\", "/"))
    return not told.is_absolute() and ".." not in told.parts


def _lab(image: Rgb) -> Floats:
    shares = image.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(shares, cv2.COLOR_RGB2Lab), dtype=np.float32)


def _moments(lab: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    flat = lab.reshape(-1, 3)
    return flat.mean(axis=0, dtype=np.float64), flat.std(axis=0, dtype=np.float64)
