"""The same boxes written as COCO, Pascal VOC and YOLO."""

from collections.abc import Sequence
from pathlib import Path

from scenes.formats.read import read_real
from scenes.sets.annotated_set import AnnotatedSet
from tests.scenes.sets import box, image, write_coco, write_photo

WIDTH, HEIGHT = 40, 30
Boxes = Sequence[Sequence[float]]

XML = """<annotation><filename>{name}</filename>
<size><width>40</width><height>30</height><depth>3</depth></size>{objects}</annotation>"""
OBJECT = """<object><name>{name}</name><difficult>1</difficult><bndbox><xmin>{0}</xmin>
<ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object>"""


def read(folder: Path) -> AnnotatedSet:
    return read_real(folder, format=None)


def as_coco(folder: Path, boxes: Boxes) -> Path:
    annotations = [box(n, list(told)) for n, told in enumerate(boxes, 1)]
    return write_coco(folder, images=[image(1)], annotations=annotations).parent


def as_voc(folder: Path, boxes: Boxes, within: str = "Annotations", name: str = "1") -> Path:
    objects = "".join(
        OBJECT.format(x + 1, y + 1, x + w, y + h, name="chair") for x, y, w, h in boxes
    )
    path = folder / within / f"{name}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(XML.format(name=f"{name}.png", objects=objects))
    return folder


def as_yolo(folder: Path, boxes: Boxes, within: str = "labels", name: str = "1") -> Path:
    lines = [
        f"0 {(x + w / 2) / WIDTH} {(y + h / 2) / HEIGHT} {w / WIDTH} {h / HEIGHT}\n"
        for x, y, w, h in boxes
    ]
    path = folder / within / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines))
    (folder / "data.yaml").write_text("names: [chair]\n")
    return folder


def with_photo(folder: Path, within: str = "images", name: str = "1") -> Path:
    write_photo(folder / within / f"{name}.png", (WIDTH, HEIGHT))
    return folder
