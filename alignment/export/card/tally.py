"""What an export holds, counted while it is written, and the list of its images."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO

from scenes.writers.example import Contents, Example

COLUMNS = ("file", "split", "source", "original", "scene_seed", "config_id")


class Tally:
    """Counts images and boxes by split and source, boxes by class, and lists every image."""

    def __init__(self, listing: BinaryIO, contents: Contents) -> None:
        self._listing, self._names = listing, [one.name for one in contents.categories]
        self.images: Counter[tuple[str, str]] = Counter()
        self.boxes: Counter[tuple[str, str]] = Counter()
        self.classes: Counter[str] = Counter(dict.fromkeys(self._names, 0))
        self.unmasked, self.empty = 0, 0
        self._row(COLUMNS)

    def add(self, example: Example, place: str) -> None:
        """Count an image and write its line. place: its path inside the export."""
        key = example.split, example.source
        self.images[key] += 1
        self.boxes[key] += len(example.things)
        self.empty += not example.things
        for thing in example.things:
            self.classes[self._names[thing.category]] += 1
            self.unmasked += thing.mask is None
        facts = [example.facts.get(name, "") for name in COLUMNS[3:]]
        self._row((place, example.split, example.source, *facts))

    @property
    def told(self) -> Mapping[str, Any]:
        """The counts as plain data."""
        return {
            "images": {"/".join(key): count for key, count in sorted(self.images.items())},
            "boxes": {"/".join(key): count for key, count in sorted(self.boxes.items())},
            "classes": dict(self.classes), "boxes_without_mask": self.unmasked,
            "images_without_boxes": self.empty,
        }  # fmt: skip

    def _row(self, values: tuple[Any, ...]) -> None:
        held = io.StringIO()
        csv.writer(held, lineterminator="\n").writerow(values)
        self._listing.write(held.getvalue().encode())
