"""conf/augment_images.yaml as a frozen dataclass; no default lives here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.detection.training.views.augmentation import AugmentSettings
from scenes.config.span import Span
from scenes.pasting.look import LookSettings, check_span


@dataclass(frozen=True, kw_only=True)
class PasteSettings(LookSettings):
    """How cut-outs are pasted into copies, with conf/seam.

    objects: on each. size: deviation of the logarithm of their area about that of a box of the set.
    shift: of their middle about that box's, as a share of the picture's sides. turn_deg: either
    way, at most. flip: how often mirrored. outside: share of their sides that may be beyond the
    border. covered: share of a box that another one may cover. within: share of a pasted box that
    may lie in another one.
    """

    objects: Span
    size: float
    shift: float
    turn_deg: float
    flip: float
    outside: float
    covered: float
    within: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_span("objects", self.objects, (0, 100))
        for name, high in (("size", 2), ("shift", 1), ("turn_deg", 180), ("flip", 1),
                           ("outside", 0.5), ("covered", 1), ("within", 1)):  # fmt: skip
            if not 0 <= getattr(self, name) <= high:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to {high}")


@dataclass(frozen=True, kw_only=True)
class ImagesSettings:
    """One run of `make augment-images`. images: how many new ones, None for one of each.

    only, without: lists that make explore kept, of what is copied or is not. splits: a plan's
    splits.json, whose held-out photos stay unseen; None: the one beside the set, if any. fragments:
    what `make fragments` wrote, pasted into copies; None: nothing is.
    """

    set: Path | None
    only: Path | None
    without: Path | None
    out: Path | None
    splits: Path | None
    fragments: Path | None
    images: int | None
    seed: int
    originals: bool
    image_format: Literal["png", "jpg"]
    jpeg_quality: int
    change: AugmentSettings
    paste: PasteSettings

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
