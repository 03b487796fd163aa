"""The formats by the names that FORMAT= knows them by."""

from typing import Literal

FormatName = Literal[
    "coco", "voc", "yolo", "cvat", "labelstudio", "supervisely", "via", "labelme", "vott",
    "createml",
]  # fmt: skip
