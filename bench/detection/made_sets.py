"""Sets made of others, to be judged: `python -m bench.detection.made_sets HOW OUT SET ...`.

    halves 75 OUT SET ...      five subsets of 75 images of each set: by chance, and those with the
                               smallest, largest, lowest boxes, and with the fewest
    shuffled OUT SET           every image with the boxes of another: there is nothing to learn
    renamed CATEGORY OUT SET   boxes of SET, whatever they are of, as CATEGORY
    joined N OUT SET ...       N images of each set, by chance, as one set

Images are hard links. Every set is written at OUT, or in a folder of its own below it.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alignment.real.pair import coco_file
from scenes.files.atomic import make_folder, write_text, writing

Coco = dict[str, Any]
Boxes = Mapping[int, list[Any]]
Rule = Callable[[Any, list[Any]], float]

RULES: Mapping[str, Rule] = {
    "small": lambda image, boxes: _mean(_share(image, box) for box in boxes),
    "large": lambda image, boxes: -_mean(_share(image, box) for box in boxes),
    "low": lambda image, boxes: -_mean((b[1] + b[3] / 2) / image["height"] for b in boxes),
    "few": lambda image, boxes: len(boxes) + 1e-3 * (_share(image, boxes[0])),
}


def main() -> None:
    """Write what was asked for; print the folders."""
    how, *words = sys.argv[1:] or [""]
    makers = {"halves": _halves, "shuffled": _shuffled, "renamed": _renamed, "joined": _joined}
    if how not in makers or len(words) < 2:
        sys.exit(__doc__)
    for folder in makers[how](words):
        sys.stdout.write(f"{folder}\n")


def _halves(words: Sequence[str]) -> list[Path]:
    count, out, made = int(words[0]), Path(words[1]), []
    for number, name in enumerate(words[2:]):
        told, of = _read(Path(name))
        shown = [image for image in told["images"] if of[image["id"]]]
        orders = {"chance": np.random.default_rng([number, count]).permutation(len(shown))}
        for rule, key in RULES.items():
            keys = [key(image, of[image["id"]]) for image in shown]
            orders[rule] = np.argsort(keys, kind="stable")
        for rule, order in orders.items():
            some = [shown[place] for place in order[:count]]
            folder = out / f"{Path(name).resolve().name}-{rule}"
            made.append(_write(folder, told, [(Path(name), image, of) for image in some]))
    return made


def _shuffled(words: Sequence[str]) -> list[Path]:
    """Boxes keep their shares of the picture, and go to the next image of a drawn order."""
    out, name = map(Path, words)
    told, of = _read(name)
    shown = [image for image in told["images"] if of[image["id"]]]
    order = np.random.default_rng(len(shown)).permutation(len(shown))
    others: dict[int, list[Any]] = {}
    for here, there in zip(order, np.roll(order, 1), strict=True):
        one, other = shown[here], shown[there]
        x, y = one["width"] / other["width"], one["height"] / other["height"]
        others[one["id"]] = [[b[0] * x, b[1] * y, b[2] * x, b[3] * y] for b in of[other["id"]]]
    return [_write(out, told, [(name, image, others) for image in shown])]


def _renamed(words: Sequence[str]) -> list[Path]:
    category, out, name = words[0], Path(words[1]), Path(words[2])
    told, of = _read(name)
    told["categories"] = [{"id": 1, "name": category}]
    shown = [image for image in told["images"] if of[image["id"]]]
    return [_write(out, told, [(name, image, of) for image in shown])]


def _joined(words: Sequence[str]) -> list[Path]:
    count, out = int(words[0]), Path(words[1])
    chosen: list[tuple[Path, Any, Boxes]] = []
    told: Coco = {}
    for number, name in enumerate(words[2:]):
        told, of = _read(Path(name))
        shown = [image for image in told["images"] if of[image["id"]]]
        some = np.random.default_rng([number, count]).permutation(len(shown))[:count]
        chosen += [(Path(name), shown[place], of) for place in some]
    return [_write(out, told, chosen)]


def _read(folder: Path) -> tuple[Coco, Boxes]:
    told = json.loads(coco_file(folder).read_text(encoding="utf-8"))
    of: dict[int, list[Any]] = {image["id"]: [] for image in told["images"]}
    for annotation in told["annotations"]:
        if not annotation.get("iscrowd"):
            of[annotation["image_id"]].append(annotation["bbox"])
    return told, of


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _share(image: Any, box: Any) -> float:
    return float(box[2] * box[3] / (image["width"] * image["height"]))


def _write(folder: Path, told: Coco, chosen: Sequence[tuple[Path, Any, Boxes]]) -> Path:
    """Write images and the boxes that are given them, all as the set's first category."""
    make_folder(folder / "images")
    images: list[Any] = []
    annotations: list[Any] = []
    for number, (source, image, of) in enumerate(chosen, 1):
        own = source / "images" / image["file_name"]
        path = own if own.exists() else source / image["file_name"]
        name = f"{number:06d}{path.suffix}"
        link = folder / "images" / name
        with writing(link):
            link.unlink(missing_ok=True)
            os.link(path.resolve(), link)
        size = {side: image[side] for side in ("width", "height")}
        images.append({"id": number, "file_name": name, **size})
        for box in of[image["id"]]:
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "bbox": box, "iscrowd": 0,
                 "category_id": told["categories"][0]["id"], "area": box[2] * box[3]}
            )  # fmt: skip
    whole = {"categories": told["categories"][:1], "images": images, "annotations": annotations}
    write_text(folder / "annotations.json", json.dumps(whole))
    return folder


if __name__ == "__main__":
    main()
