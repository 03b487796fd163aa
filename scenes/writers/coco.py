"""COCO: images/SPLIT/ and annotations/instances_SPLIT.json, masks as polygons."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenes.writers.example import Category, Contents, Example, Thing
from scenes.writers.files import Files, Records, text, tidy
from scenes.writers.outlines import area_px, outlines

DESCRIPTION = "Exported by Twinset"


class CocoWriter:
    """Category ids are those of the set. Image and annotation ids count from 1 over all splits."""

    def __init__(self, files: Files, contents: Contents) -> None:
        self._categories = contents.categories
        self._lists = {
            split: coco_records(
                files, f"annotations/instances_{split}.json", contents,
                [_category(one) for one in contents.categories],
            ) for split in contents.splits
        }  # fmt: skip
        self._annotations = 0

    def place(self, example: Example) -> str:
        """Return images/SPLIT/NAME."""
        return f"images/{example.split}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's record and those of its objects."""
        records = self._lists[example.split]
        records.add(image_record(example))
        for thing in example.things:
            self._annotations += 1
            category = self._categories[thing.category]
            records.add(
                annotation_record(self._annotations, example, thing, category.id), "annotations"
            )

    def end(self) -> None:
        """Close the lists."""
        for records in self._lists.values():
            records.end("\n]}\n")


def coco_records(
    files: Files, name: str, contents: Contents, categories: Sequence[Mapping[str, Any]]
) -> Records:
    """Return a COCO file that waits for images, and for annotations in the list of that name."""
    head = (
        f'{{"info":{text({"description": DESCRIPTION})},\n'
        f'"licenses":{text([{"id": 1, "name": contents.licence}])},\n'
        f'"categories":{text(categories)},\n"images":['
    )
    return Records(files, name, head, ("annotations",))


def image_record(example: Example) -> dict[str, Any]:
    """Return an image as COCO tells it, with its source and where it comes from."""
    return {
        "id": example.number, "file_name": example.file_name, "width": example.width_px,
        "height": example.height_px, "source": example.source, **example.facts,
    }  # fmt: skip


def annotation_record(
    number: int, example: Example, thing: Thing, category_id: int
) -> dict[str, Any]:
    """Return an object as COCO tells it, its mask as polygons, with what is known beside."""
    told: dict[str, Any] = {
        "id": number, "image_id": example.number, "category_id": category_id,
        "bbox": [tidy(n) for n in thing.bbox], "area": tidy(area_px(thing, example)),
        "iscrowd": 0, "segmentation": outlines(thing),
    }  # fmt: skip
    if thing.keypoints:
        told["keypoints"] = [tidy(n) for n in thing.keypoints]
        told["num_keypoints"] = sum(v > 0 for v in thing.keypoints[2::3])
    return {**told, **thing.facts}


def _category(told: Category) -> dict[str, Any]:
    points = {"keypoints": told.keypoints, "skeleton": told.skeleton} if told.keypoints else {}
    return {"id": told.id, "name": told.name, **points}
