"""What of a scene is labelled, and what is said of it beside its box."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class LabelPolicy:
    """What a person would have boxed, in pixels of the rendered image.

    An object in view that stays below one of these limits is in the segmentation but not labelled:
    visible pixels, the share visible of what it would cover alone inside the image, the box's
    shorter side, the box's area, and the shorter side of a box that touches the border.
    """

    min_visible_px: int
    min_visible_fraction: float
    min_side_px: int
    min_box_px: int = 0
    min_cut_side_px: int = 0


@dataclass(frozen=True, kw_only=True)
class LabelCategory:
    """A COCO category."""

    id: int
    name: str

    def __post_init__(self) -> None:
        if self.id < 1 or not self.name:
            raise ValueError(f"id is {self.id}, name {self.name!r}; expected 1 or more, and a name")


@dataclass(frozen=True, kw_only=True)
class LabelSettings:
    """All of conf/labels.

    rule: "learned" puts limits read off a real set in place of those that stand here, which are
    then the least it may learn. learned_share: of the real boxes, that may lie below a learned
    limit. learned_boxes: fewer than this teach nothing. keypoints, amodal_masks: whether they are
    written. categories: of the catalogue, that are labelled though they are not the target.
    """

    rule: Literal["fixed", "learned"]
    min_visible_px: int
    min_visible_fraction: float
    min_side_px: int
    min_box_px: int
    min_cut_side_px: int
    learned_share: float
    learned_boxes: int
    keypoints: bool
    amodal_masks: bool
    categories: Mapping[str, LabelCategory]

    def __post_init__(self) -> None:
        for name in ("min_visible_px", "min_side_px", "min_box_px", "min_cut_side_px"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")
        for name in ("min_visible_fraction", "learned_share"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to below 1")
        if self.learned_boxes < 2:
            raise ValueError(f"learned_boxes is {self.learned_boxes}; expected 2 or more")

    @property
    def policy(self) -> LabelPolicy:
        """The limits as they stand here."""
        return LabelPolicy(
            min_visible_px=self.min_visible_px, min_visible_fraction=self.min_visible_fraction,
            min_side_px=self.min_side_px, min_box_px=self.min_box_px,
            min_cut_side_px=self.min_cut_side_px,
        )  # fmt: skip
