"""One truth, written as a good set of every format that is read: file names to their bytes."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

Box = tuple[int, int, int, int]
Files = dict[str, bytes]

SIZES = {"a": (64, 48), "b": (48, 64), "c": (60, 60)}
NAMES = ("chair", "table")


@dataclass(frozen=True)
class Truth:
    """What is on the photos a, b and c: (photo, name, x, y, w, h) each."""

    objects: tuple[tuple[str, str, Box], ...]

    def of(self, photo: str) -> list[tuple[str, Box]]:
        return [(name, box) for on, name, box in self.objects if on == photo]


@cache
def truth(number: int) -> Truth:
    """Return the truth of a number: two objects a photo, right of and below its middle or not."""
    rng = np.random.default_rng(number)
    objects = []
    for photo, (width, height) in SIZES.items():
        for half in (0, 1):
            w, h = (int(side) for side in rng.integers(8, 18, 2))
            x = int(rng.integers(2, width // 2 - 20 + 16)) + half * 10
            y = int(rng.integers(2, height // 2 - 20 + 16)) + half * 8
            box = (min(x, width - w - 3), min(y, height - h - 3), w, h)
            objects.append((photo, NAMES[int(rng.integers(0, 2)) if half else 0], box))
    return Truth(tuple(objects))


@cache
def photo(name: str, orientation: int = 1) -> bytes:
    """Return the PNG of a photo, of noise, perhaps stored on its side."""
    size = SIZES[name][::-1] if orientation > 4 else SIZES[name]
    rng = np.random.default_rng(ord(name))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    pixels = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG", exif=exif)
    return file.getvalue()


def photos(folder: str) -> Files:
    return {f"{folder}{name}.png": photo(name) for name in SIZES}


def as_json(told: object) -> bytes:
    return json.dumps(told).encode()


def outline(box: Box) -> list[list[int]]:
    x, y, w, h = box
    return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]


def sides(box: Box, *place: str) -> dict[str, int]:
    return dict(zip((*place, "width", "height"), box, strict=True))


def coco(told: Truth) -> Files:
    ids = {name: number for number, name in enumerate(SIZES, 1)}
    images = [{"id": ids[n], "file_name": f"{n}.png", "width": w, "height": h}
              for n, (w, h) in SIZES.items()]  # fmt: skip
    boxes = [
        {
            "id": number, "image_id": ids[on], "category_id": NAMES.index(name) + 1,
            "bbox": list(box), "area": box[2] * box[3], "iscrowd": 0,
            "segmentation": [[side for point in outline(box) for side in point]],
        }
        for number, (on, name, box) in enumerate(told.objects, 1)
    ]  # fmt: skip
    kinds = [{"id": n, "name": name} for n, name in enumerate(NAMES, 1)]
    made = {"images": images, "annotations": boxes, "categories": kinds}
    return {"annotations.json": as_json(made), **photos("images/")}


def voc(told: Truth) -> Files:
    files = photos("JPEGImages/")
    for on, (width, height) in SIZES.items():
        objects = "".join(
            f"<object><name>{name}</name><difficult>0</difficult><bndbox><xmin>{x + 1}</xmin>"
            f"<ymin>{y + 1}</ymin><xmax>{x + w}</xmax><ymax>{y + h}</ymax></bndbox></object>"
            for name, (x, y, w, h) in told.of(on)
        )
        size = f"<size><width>{width}</width><height>{height}</height></size>"
        text = f"<annotation><filename>{on}.png</filename>{size}{objects}</annotation>"
        files[f"Annotations/{on}.xml"] = text.encode()
    return files


def yolo(told: Truth) -> Files:
    files = photos("images/")
    for on, (width, height) in SIZES.items():
        rows = [
            f"{NAMES.index(name)} {(x + w / 2) / width} {(y + h / 2) / height} {w / width} "
            f"{h / height}\n"
            for name, (x, y, w, h) in told.of(on)
        ]
        files[f"labels/{on}.txt"] = "".join(rows).encode()
    files["data.yaml"] = b"path: .\ntrain: images\nnc: 2\nnames:\n- chair\n- table\n"
    return files


def darknet(told: Truth) -> Files:
    files = {name.replace("labels/", "obj_train_data/").replace("images/", "obj_train_data/"): data
             for name, data in yolo(told).items() if name != "data.yaml"}  # fmt: skip
    files["obj.names"] = b"chair\ntable\n"
    files["obj.data"] = b"classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n"
    files["train.txt"] = "".join(f"data/obj_train_data/{n}.png\n" for n in SIZES).encode()
    return files


def cvat(told: Truth) -> Files:
    images = ""
    for number, (on, (width, height)) in enumerate(SIZES.items()):
        boxes = "".join(
            f'<box label="{name}" occluded="0" xtl="{x}" ytl="{y}" xbr="{x + w}" ybr="{y + h}"/>'
            for name, (x, y, w, h) in told.of(on)
        )
        told_px = f'width="{width}" height="{height}"'
        images += f'<image id="{number}" name="{on}.png" {told_px}>{boxes}</image>'
    text = f"<annotations><version>1.1</version>{images}</annotations>"
    return {"annotations.xml": text.encode(), **photos("images/")}


def label_studio(told: Truth) -> Files:
    tasks = []
    for number, (on, (width, height)) in enumerate(SIZES.items(), 1):
        results = [
            {
                "type": "rectanglelabels", "original_width": width, "original_height": height,
                "value": {
                    "x": 100 * x / width, "y": 100 * y / height, "width": 100 * w / width,
                    "height": 100 * h / height, "rotation": 0, "rectanglelabels": [name],
                },
            }
            for name, (x, y, w, h) in told.of(on)
        ]  # fmt: skip
        tasks.append({"id": number, "data": {"image": f"/data/upload/1/{on}.png"},
                      "annotations": [{"result": results, "was_cancelled": False}]})  # fmt: skip
    return {"export.json": as_json(tasks), **photos("images/")}


def supervisely(told: Truth) -> Files:
    files = photos("ds/img/")
    for on, (width, height) in SIZES.items():
        objects = [
            {
                "classTitle": name, "geometryType": "rectangle",
                "points": {"exterior": [[x, y], [x + w - 1, y + h - 1]], "interior": []},
            }
            for name, (x, y, w, h) in told.of(on)
        ]  # fmt: skip
        made = {"size": {"width": width, "height": height}, "objects": objects, "tags": []}
        files[f"ds/ann/{on}.png.json"] = as_json(made)
    files["meta.json"] = as_json({"classes": [{"title": name} for name in NAMES]})
    return files


def via(told: Truth) -> Files:
    records = {
        f"{on}.png123": {
            "filename": f"{on}.png", "size": 123, "file_attributes": {},
            "regions": [
                {
                    "shape_attributes": {"name": "rect", **sides(box, "x", "y")},
                    "region_attributes": {"label": name},
                }
                for name, box in told.of(on)
            ],
        }
        for on in SIZES
    }  # fmt: skip
    return {"via.json": as_json({"_via_img_metadata": records}), **photos("images/")}


def labelme(told: Truth) -> Files:
    files = photos("")
    for on, (width, height) in SIZES.items():
        shapes = [
            {"label": name, "points": [[x, y], [x + w, y + h]], "shape_type": "rectangle"}
            if n % 2 else
            {"label": name, "points": outline((x, y, w, h)), "shape_type": "polygon"}
            for n, (name, (x, y, w, h)) in enumerate(told.of(on))
        ]  # fmt: skip
        made = {"version": "5.2.1", "flags": {}, "shapes": shapes, "imagePath": f"{on}.png",
                "imageData": None, "imageWidth": width, "imageHeight": height}  # fmt: skip
        files[f"{on}.json"] = as_json(made)
    return files


def vott(told: Truth) -> Files:
    assets = {
        f"{n:032x}": {
            "asset": {"name": f"{on}.png", "size": {"width": SIZES[on][0], "height": SIZES[on][1]}},
            "regions": [
                {
                    "type": "RECTANGLE", "tags": [name],
                    "boundingBox": sides(box, "left", "top"),
                }
                for name, box in told.of(on)
            ],
        }
        for n, on in enumerate(SIZES)
    }  # fmt: skip
    return {"chairs-export.json": as_json({"name": "chairs", "assets": assets}), **photos("")}


def create_ml(told: Truth) -> Files:
    records = [
        {
            "image": f"{on}.png",
            "annotations": [
                {
                    "label": name,
                    "coordinates": {"x": x + w / 2, "y": y + h / 2, "width": w, "height": h},
                }
                for name, (x, y, w, h) in told.of(on)
            ],
        }
        for on in SIZES
    ]  # fmt: skip
    return {"_annotations.createml.json": as_json(records), **photos("")}


EXPORTS = ("labelstudio", "supervisely", "via", "labelme", "vott")
WRITERS: Mapping[str, Callable[[Truth], Files]] = {
    "coco": coco, "voc": voc, "yolo": yolo, "darknet": darknet, "cvat": cvat,
    "labelstudio": label_studio, "supervisely": supervisely, "via": via, "labelme": labelme,
    "vott": vott, "createml": create_ml,
}  # fmt: skip
