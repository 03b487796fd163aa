"""What every writer is handed: an image with all that is known of it, and what holds of all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Box = tuple[float, float, float, float]
Labels = Literal["boxes", "segments", "pose"]
TRAIN, VAL, TEST = "train", "val", "test"


@dataclass(frozen=True, kw_only=True)
class Category:
    """A class. id: its COCO id. keypoints: names in order, none where it has no keypoints.

    skeleton: pairs of them, 1-based, as COCO has it.
    """

    id: int
    name: str
    keypoints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One labelled object. category: its place among the categories, from 0. bbox: x, y, w, h, px.

    mask: COCO polygons, or RLE of the image's size, or None. keypoints: x, y, v for each name of
    the category, flat; px, pixel centres at +0.5; empty where none are told. facts: what is known
    beside (depth, shape, visible_fraction, ...), by name.
    """

    category: int
    bbox: Box
    mask: Any = None
    keypoints: tuple[float, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One image of an export. number: from 1. file_name: bare, its stem unique in the export.

    split: train, val or test. source: rendered or real. facts: where it comes from (its name in the
    set, scene_seed, config_id, focal_px), by name.
    """

    number: int
    file_name: str
    split: str
    source: str
    width_px: int
    height_px: int
    things: tuple[Thing, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The file name without its suffix."""
        return self.file_name.rpartition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What holds of a whole export. name: the folder's. licence: of the images, in a word.

    splits: those that hold any image. labels: which of an object's labels a YOLO line tells.
    """

    name: str
    licence: str
    categories: tuple[Category, ...]
    splits: tuple[str, ...]
    labels: Labels
