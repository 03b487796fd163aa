"""Roboflow's layout of COCO: train/, valid/, test/, each with its images and its list.

RF-DETR finds it by train/_annotations.coco.json; its own test at the end of a training wants test/
as well.
"""

from typing import Any

from scenes.writers.coco import annotation_record, coco_records, image_record
from scenes.writers.example import VAL, Contents, Example
from scenes.writers.files import Files

NAME = "_annotations.coco.json"


class RoboflowWriter:
    """Class k has category id k + 1; id 0 is the group that they belong to, as Roboflow has it."""

    def __init__(self, files: Files, contents: Contents) -> None:
        self._lists = {
            split: coco_records(files, f"{_folder(split)}/{NAME}", contents, _categories(contents))
            for split in contents.splits
        }
        self._annotations = 0

    def place(self, example: Example) -> str:
        """Return FOLDER/NAME."""
        return f"{_folder(example.split)}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's record and those of its objects."""
        records = self._lists[example.split]
        records.add({**image_record(example), "license": 1})
        for thing in example.things:
            self._annotations += 1
            told = annotation_record(self._annotations, example, thing, thing.category + 1)
            records.add(told, "annotations")

    def end(self) -> None:
        """Close the lists."""
        for records in self._lists.values():
            records.end("\n]}\n")


def _folder(split: str) -> str:
    return "valid" if split == VAL else split


def _categories(contents: Contents) -> list[dict[str, Any]]:
    names = {one.name for one in contents.categories}
    group = next(
        name for name in ("objects", "all objects", "twinset objects") if name not in names
    )
    told: list[dict[str, Any]] = [{"id": 0, "name": group, "supercategory": "none"}]
    for number, one in enumerate(contents.categories, 1):
        points = {"keypoints": one.keypoints, "skeleton": one.skeleton} if one.keypoints else {}
        told.append({"id": number, "name": one.name, "supercategory": group, **points})
    return told
