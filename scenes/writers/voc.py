"""Pascal VOC: JPEGImages/, Annotations/ (an XML an image), ImageSets/Main/SPLIT.txt."""

import io
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt
from PIL import Image
from pycocotools import mask as coco_mask

from assets.errors import UserError
from scenes.writers.example import Contents, Example, Thing
from scenes.writers.files import Files
from scenes.writers.outlines import rle_of

MOST = 254  # 255 is VOC's void


class TooManyObjects(UserError):
    """More objects or classes than a VOC segmentation can tell apart."""


class VocWriter:
    """Boxes 1-based and inclusive, in whole pixels, as VOC's development kit defines them.

    With annotations=segments also SegmentationClass/ and SegmentationObject/: 8-bit PNGs of VOC's
    palette, class k as k + 1, objects from 1 in the order of the XML; a box without a mask has no
    pixels there.
    """

    def __init__(self, files: Files, contents: Contents) -> None:
        self._files, self._contents = files, contents
        self._masks = contents.labels == "segments"
        kinds = ("Main", "Segmentation") if self._masks else ("Main",)
        self._lists = {split: [files.begin(f"ImageSets/{kind}/{split}.txt") for kind in kinds]
                       for split in contents.splits}  # fmt: skip
        if self._masks and len(contents.categories) > MOST:
            raise TooManyObjects(
                f"{len(contents.categories)} classes; VOC's masks hold {MOST}; choose some with "
                "CATEGORY=, or leave annotations=segments out"
            )

    def place(self, example: Example) -> str:
        """Return JPEGImages/NAME."""
        return f"JPEGImages/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's XML, its masks if asked for, and its name into the split's list."""
        self._files.put(f"Annotations/{example.stem}.xml", self._xml(example).encode())
        for handle in self._lists[example.split]:
            handle.write(f"{example.stem}\n".encode())
        if self._masks:
            self._put_masks(example)

    def end(self) -> None:
        """Write labelmap.txt, from which CVAT and Datumaro take classes that are not VOC's own."""
        names = ["background", *(one.name for one in self._contents.categories)]
        colours = (",".join(map(str, _PALETTE[3 * k : 3 * k + 3])) for k in range(256))
        lines = (f"{name}:{colour}::\n" for name, colour in zip(names, colours, strict=False))
        told = "# label:color_rgb:parts:actions\n" + "".join(lines)
        self._files.put("labelmap.txt", told.encode())

    def _xml(self, example: Example) -> str:
        objects = "".join(self._object(thing) for thing in example.things)
        return (
            f"<annotation>\n  <folder>JPEGImages</folder>\n"
            f"  <filename>{escape(example.file_name)}</filename>\n"
            f"  <source>\n    <database>{escape(self._contents.name)}</database>\n"
            f"    <image>{example.source}</image>\n  </source>\n"
            f"  <size>\n    <width>{example.width_px}</width>\n"
            f"    <height>{example.height_px}</height>\n    <depth>3</depth>\n  </size>\n"
            f"  <segmented>{int(self._masks)}</segmented>\n{objects}</annotation>\n"
        )

    def _object(self, thing: Thing) -> str:
        sides = "".join(f"<{key}>{n}</{key}>" for key, n in _sides(thing).items())
        flags = "".join(f"    <{key}>{int(bool(thing.facts.get(key)))}</{key}>\n"
                        for key in ("truncated", "difficult"))  # fmt: skip
        name = escape(self._contents.categories[thing.category].name)
        return (
            f"  <object>\n    <name>{name}</name>\n    <pose>Unspecified</pose>\n{flags}"
            f"    <bndbox>{sides}</bndbox>\n  </object>\n"
        )

    def _put_masks(self, example: Example) -> None:
        if len(example.things) > MOST:
            raise TooManyObjects(
                f"{example.file_name}: {len(example.things)} objects; VOC's masks hold {MOST}; "
                "leave annotations=segments out"
            )
        classes, objects = np.zeros((2, example.height_px, example.width_px), dtype=np.uint8)
        for number, thing in enumerate(example.things, 1):
            told = rle_of(thing, example)
            if told is not None:
                seen = np.asarray(coco_mask.decode(told), dtype=np.bool_)
                classes[seen], objects[seen] = thing.category + 1, number
        self._files.put(f"SegmentationClass/{example.stem}.png", _png(classes))
        self._files.put(f"SegmentationObject/{example.stem}.png", _png(objects))


def _sides(thing: Thing) -> dict[str, int]:
    x, y, w, h = thing.bbox
    x0, y0 = round(x) + 1, round(y) + 1
    return {"xmin": x0, "ymin": y0, "xmax": max(x0, round(x + w)), "ymax": max(y0, round(y + h))}


def _png(numbers: npt.NDArray[np.uint8]) -> bytes:
    image, held = Image.fromarray(numbers), io.BytesIO()
    image.putpalette(_PALETTE)
    image.save(held, "PNG")
    return held.getvalue()


def _palette() -> bytes:
    """Return VOC's colours: the bits of a number dealt out to red, green and blue from the top."""
    return bytes(
        sum((number >> (3 * k + channel) & 1) << (7 - k) for k in range(3))
        for number in range(256) for channel in range(3)
    )  # fmt: skip


_PALETTE = _palette()
