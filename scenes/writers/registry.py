"""The formats by the names that TO= knows them by."""

from collections.abc import Mapping
from typing import Literal

from scenes.writers.coco import CocoWriter
from scenes.writers.createml import CreatemlWriter
from scenes.writers.fiftyone import FiftyoneWriter
from scenes.writers.hugging_face import HuggingFaceWriter
from scenes.writers.label_studio import LabelStudioWriter
from scenes.writers.roboflow import RoboflowWriter
from scenes.writers.voc import VocWriter
from scenes.writers.writer import Format
from scenes.writers.yolo import YoloWriter

To = Literal["yolo", "voc", "coco", "roboflow", "createml", "labelstudio", "fiftyone", "hf"]
FORMATS: Mapping[To, Format] = {
    "yolo": YoloWriter,
    "voc": VocWriter,
    "coco": CocoWriter,
    "roboflow": RoboflowWriter,
    "createml": CreatemlWriter,
    "labelstudio": LabelStudioWriter,
    "fiftyone": FiftyoneWriter,
    "hf": HuggingFaceWriter,
}
