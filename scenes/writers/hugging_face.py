"""A Hugging Face image folder: train/, validation/, test/, each with its metadata.jsonl."""

from collections.abc import Callable, Sequence
from typing import Any

from scenes.writers.example import VAL, Contents, Example, Thing
from scenes.writers.files import Files, text
from scenes.writers.outlines import area_px, outline, outlines


class HuggingFaceWriter:
    """A line an image: `objects` holds a list a property, as `datasets` wants sequences.

    bbox: x, y, w, h in pixels. category: the class's place, from 0; category_name: its name.
    `datasets` takes the types from the first lines of each split, and wants the same in all: so
    coordinates are fractional numbers, and no list of an object is empty. Without a mask its
    segmentation is the box's corners and has_mask false; keypoints that it has not are 0, 0, 0.
    """

    def __init__(self, files: Files, contents: Contents) -> None:
        self._categories = contents.categories
        self._lines = {s: files.begin(f"{split_folder(s)}/metadata.jsonl") for s in contents.splits}
        self._points = max((len(one.keypoints) for one in contents.categories), default=0)

    def place(self, example: Example) -> str:
        """Return FOLDER/NAME."""
        return f"{split_folder(example.split)}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's line."""
        told = {
            "file_name": example.file_name, "image_id": example.number, "width": example.width_px,
            "height": example.height_px, "source": example.source, "objects": self._told(example),
        }  # fmt: skip
        self._lines[example.split].write(f"{text(told)}\n".encode())

    def end(self) -> None:
        """Nothing is left to do."""

    def _told(self, example: Example) -> dict[str, list[Any]]:
        told = {key: [of(thing) for thing in example.things] for key, of in _COLUMNS.items()}
        told["category_name"] = [self._categories[t.category].name for t in example.things]
        told["area"] = [area_px(thing, example) for thing in example.things]
        if self._points:
            lacking = [0.0] * (3 * self._points)
            told["keypoints"] = [_floats(t.keypoints) or lacking for t in example.things]
        return told


def split_folder(split: str) -> str:
    """Return the folder of a split, by the name that `datasets` has for it."""
    return "validation" if split == VAL else split


def _floats(values: Sequence[float]) -> list[float]:
    return [round(float(n), 3) for n in values]


_COLUMNS: dict[str, Callable[[Thing], Any]] = {
    "category": lambda thing: thing.category,
    "bbox": lambda thing: _floats(thing.bbox),
    "segmentation": lambda thing: [_floats(r) for r in outlines(thing) or [outline(thing)]],
    "has_mask": lambda thing: thing.mask is not None,
}
