"""conf/augment_images.yaml as a frozen dataclass; no default lives here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.detection.training.views.augmentation import AugmentSettings


@dataclass(frozen=True, kw_only=True)
class ImagesSettings:
    """One run of `make augment-images`. images: how many new ones, None for one of each.

    only, without: lists that make explore kept, of what is copied or is not.
    """

    set: Path | None
    only: Path | None
    without: Path | None
    out: Path | None
    images: int | None
    seed: int
    originals: bool
    image_format: Literal["png", "jpg"]
    jpeg_quality: int
    change: AugmentSettings

    def __post_init__(self) -> None:
        if self.set is None:
            raise ValueError("set is not told; give SET=a COCO file or a folder that has one")
        if self.only is not None and self.without is not None:
            raise ValueError("only and without are both told; expected one of them")
        if self.images is not None and self.images < 1:
            raise ValueError(f"images is {self.images}; expected 1 or more")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        if not 1 <= self.jpeg_quality <= 100:
            raise ValueError(f"jpeg_quality is {self.jpeg_quality}; expected 1 to 100")
        if self.change.mosaic:
            raise ValueError(
                f"change.mosaic is {self.change.mosaic}; expected 0: a copy is of one image, whose "
                "split it stays in"
            )
