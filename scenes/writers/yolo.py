"""YOLO as Ultralytics reads it: images/SPLIT/, labels/SPLIT/, data.yaml; a line an object."""

from collections.abc import Iterable, Sequence

import yaml

from scenes.writers.example import Category, Contents, Example, Thing
from scenes.writers.files import Files
from scenes.writers.outlines import outline

_SWAPPED = {"left": "right", "right": "left"}


class YoloWriter:
    """Boxes, segments or poses, in shares of the image; class k is the k-th category, from 0.

    A set has lines of one kind, since its readers take a mixed file for corrupt. Segments: a ring
    an object, parts joined by bridges of no width, a box's corners where there is no mask. Poses:
    the box, then x, y, v of every category's keypoints in turn, 0 for those of other categories.
    An image without objects has an empty file.
    """

    def __init__(self, files: Files, contents: Contents) -> None:
        self._files, self._contents = files, contents
        self._before = _keypoints_before(contents.categories)

    def place(self, example: Example) -> str:
        """Return images/SPLIT/NAME."""
        return f"images/{example.split}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's label file."""
        lines = (self._line(thing, example) for thing in example.things)
        told = "".join(f"{line}\n" for line in lines)
        self._files.put(f"labels/{example.split}/{example.stem}.txt", told.encode())

    def end(self) -> None:
        """Write data.yaml. It has no `path`, so that its folder can be moved."""
        told = {
            **{split: f"images/{split}" for split in self._contents.splits},
            "names": {k: one.name for k, one in enumerate(self._contents.categories)},
            **(self._pose() if self._contents.labels == "pose" else {}),
        }
        text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None)
        self._files.put("data.yaml", text.encode())

    def _line(self, thing: Thing, example: Example) -> str:
        size = example.width_px, example.height_px
        if self._contents.labels == "segments":
            return _told(thing.category, _shares(outline(thing), size))
        x, y, w, h = thing.bbox
        box = _shares((x + w / 2, y + h / 2, w, h), size)
        if self._contents.labels == "boxes":
            return _told(thing.category, box)
        return _told(thing.category, [*box, *self._points(thing, size)])

    def _points(self, thing: Thing, size: tuple[int, int]) -> list[float]:
        told = [0.0] * (3 * self._before[-1])
        at = 3 * self._before[thing.category]
        for x, y, v in zip(*(thing.keypoints[i::3] for i in range(3)), strict=True):
            told[at : at + 3] = [*_shares((x, y), size), v] if v else (0.0, 0.0, 0.0)
            at += 3
        return told

    def _pose(self) -> dict[str, object]:
        every = [(k, name) for k, one in enumerate(self._contents.categories)
                 for name in one.keypoints]  # fmt: skip
        names = [name for _, name in every]
        return {
            "kpt_shape": [len(every), 3],
            "flip_idx": [_mirrored(every, point) for point in every],
            "kpt_names": {k: list(names) for k in range(len(self._contents.categories))},
        }


def _keypoints_before(categories: Sequence[Category]) -> list[int]:
    counts = [0]
    for one in categories:
        counts.append(counts[-1] + len(one.keypoints))
    return counts


def _mirrored(every: Sequence[tuple[int, str]], point: tuple[int, str]) -> int:
    """Return where the point is told that a mirror makes of this one: left and right swap."""
    category, name = point
    other = category, "_".join(_SWAPPED.get(word, word) for word in name.split("_"))
    return every.index(other if other in every else point)


def _shares(values: Iterable[float], size: tuple[int, int]) -> list[float]:
    return [min(max(n / size[i % 2], 0.0), 1.0) for i, n in enumerate(values)]


def _told(category: int, values: Iterable[float]) -> str:
    return " ".join([str(category), *("%.7g" % n for n in values)])  # noqa: UP031  # a third faster
