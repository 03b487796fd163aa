"""Pascal VOC XML in.

Read by hand, because the kept-up readers (supervision, datumaro, globox) cannot do what is needed
here: supervision and datumaro walk the image files, so a set without photos is empty to them, and
all three stop at the first bad row instead of counting it.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, parse

from assets.errors import UserError
from scenes.formats.coco import MAX_SIDE_PX
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.assembly import FoundBox, FoundImage, FoundSet, assembled
from scenes.sets.belonging import parts_of
from scenes.sets.boxes.orders import PIXEL_CORNERS, number_of
from scenes.sets.boxes.turns import UPRIGHT, Turn, turn_of
from scenes.sets.repair import RawBox

UNREADABLE = "XML files that are not whole Pascal VOC skipped"
DELETED = "objects marked as deleted left out"
OTHER_NAME = "XML files that name another photo than their own name says (their own is looked for)"
HOMES = ("annotations", "annotation", "ann", "xml", "labels")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding=(["'])([\w.-]+)\1""")
FLAGS = ("difficult", "truncated", "occluded")


class BadVoc(UserError):
    """A set whose XML files are none of them Pascal VOC."""


def read_voc(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in Pascal VOC files, valid, with every repair counted.

    Coordinates are 1-based and inclusive, as VOC defines them: x = xmin - 1, w = xmax - xmin + 1.
    Images are numbered by file name from 1, categories by name from 1. `difficult` objects are kept
    and say so in `extra`. Raises BadVoc, UnknownImageSize, EmptySet.
    """
    parsed, broken = _parsed(files)
    repairs = Counter({UNREADABLE: len(broken)})
    images = [_image(root, n, told, repairs) for n, told in enumerate(parsed, 1)]
    objects = [(number, element) for number, (_, e) in enumerate(parsed, 1)
               for element in e.findall("object") if not _gone(element, repairs)]  # fmt: skip
    names = sorted({name for _, element in objects if (name := _text(element, "name"))})
    numbers = {name: number for number, name in enumerate(names, 1)}
    return assembled(FoundSet(
        name=root.absolute().name, format="voc", root=root, images=images, repairs=repairs,
        boxes=[_box(n, image, element, numbers) for n, (image, element) in enumerate(objects, 1)],
        categories=[(number, name) for name, number in numbers.items()],
        notes=(f"first file skipped: {broken[0]}",) if broken else (),
    ))  # fmt: skip


def _parsed(files: Sequence[Path]) -> tuple[list[tuple[Path, Element]], list[str]]:
    parsed, broken = [], []
    for path in sorted(files):
        try:
            parsed.append((path, _annotation(path)))
        except BadVoc as error:
            broken.append(str(error))
    if not parsed:
        raise BadVoc(broken[0] if broken else "no XML files; expected Pascal VOC")
    return parsed, broken


def _annotation(path: Path) -> Element:
    expected = "expected a whole Pascal VOC <annotation>; export the file again"
    try:
        root = _root(path)
    except ParseError as error:
        line, column = error.position
        raise BadVoc(f"{path}, line {line}, column {column}: {error.msg}; {expected}") from None
    except DefusedXmlException as error:
        raise BadVoc(f"{path}: {error}; {expected}, without entities") from None
    except (OSError, ValueError, LookupError) as error:  # the latter two: odd encodings
        raise BadVoc(f"{path}: {error}; {expected}") from None
    if root is None or root.tag.rpartition("}")[2].lower() != "annotation":
        raise BadVoc(f"{path}: root is <{'' if root is None else root.tag}>; {expected}")
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2].lower()
    return root


def _root(path: Path) -> Element | None:
    """Return a file's root, also in an encoding that the parser does not know and Python does."""
    try:
        return parse(path).getroot()
    except (ValueError, LookupError):
        content = path.read_bytes()
        told = _ENCODING.match(content)
        if told is None:
            raise
        return fromstring(content.decode(told.group(2).decode("ascii")).partition("?>")[2])


def _image(
    root: Path, number: int, parsed: tuple[Path, Element], repairs: Counter[str]
) -> FoundImage:
    """Labelling tools keep the first name of a photo that was renamed since: the XML's is surer."""
    path, element = parsed
    told = _text(element, "filename") or path.stem
    own = _own_name(root, path)
    renamed = PurePosixPath(parts[-1] if (parts := parts_of(told)) else own).stem != path.stem
    repairs[OTHER_NAME] += renamed and told != path.stem
    folders = tuple(
        base / name for base in dict.fromkeys((path.parent, path.parent.parent, root))
        for name in ("", "JPEGImages", "images", "img", "Images")
    )  # fmt: skip
    return FoundImage(
        key=number, file_name=own + PurePosixPath(told).suffix if renamed else told,
        names=(own, told), folders=folders, size_px=_size(element),
    )  # fmt: skip


def _own_name(root: Path, path: Path) -> str:
    """Return an XML's path without its suffix, below Annotations/ or its like."""
    parts = path.with_suffix("").absolute().relative_to(root.absolute()).parts
    return "/".join(parts[1:] if len(parts) > 2 and parts[0].lower() in HOMES else parts[-1:])


def _size(element: Element) -> tuple[int, int] | None:
    width, height = (number_of(_text(element, f"size/{side}")) for side in ("width", "height"))
    if width is None or height is None or not all(1 <= s <= MAX_SIDE_PX for s in (width, height)):
        return None
    return round(width), round(height)


def _gone(element: Element, repairs: Counter[str]) -> bool:
    gone = _text(element, "deleted") == "1"
    repairs[DELETED] += gone
    return gone


def _box(number: int, image: int, element: Element, ids: Mapping[str, int]) -> FoundBox:
    sides = [_side(element, f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
    turned = [_side(element, f"robndbox/{side}") for side in ("cx", "cy", "w", "h", "angle")]
    polygon, there = _polygon(element), element.find("bndbox") is not None
    told: list[Any] = sides
    if element.find("robndbox") is not None and not there:
        told = _degrees(turned)
    raw = RawBox(
        id=None, image_id=None, category_id=None, box=told, order=PIXEL_CORNERS,
        segmentation=polygon, outlined=polygon is not None and not there,
        turn=_turn(element) if there else UPRIGHT,
        extra={flag: _text(element, flag) == "1" for flag in FLAGS if _text(element, flag)},
    )  # fmt: skip
    return FoundBox(key=number, image=image, category=ids.get(_text(element, "name")), raw=raw)


def _turn(element: Element) -> Turn:
    """Return the turn of a box, which CVAT tells among its attributes."""
    told = {_text(one, "name"): _text(one, "value") for one in element.iter("attribute")}
    within = ({one.tag: one.text for one in home} for home in (element.find("bndbox"), element)
              if home is not None)  # fmt: skip
    return turn_of(told, *within)


def _degrees(turned: Sequence[Any]) -> list[Any]:
    """Return roLabelImg's centre, w, h and angle, which it tells in radians."""
    angle = number_of(turned[4])
    return [*turned[:4], None if angle is None else math.degrees(angle)]


def _polygon(element: Element) -> list[list[float | None]] | None:
    """Return LabelMe's <pt><x><y> or Roboflow's <x1><y1> as one outline, or None."""
    polygon = element.find("polygon")
    if polygon is None:
        return None
    points = [(_text(pt, "x"), _text(pt, "y")) for pt in polygon.findall("pt")]
    if not points:
        numbers = (n for n in range(1, len(polygon) + 1) if polygon.find(f"x{n}") is not None)
        points = [(_text(polygon, f"x{n}"), _text(polygon, f"y{n}")) for n in numbers]
    return [[number_of(side) for point in points for side in point]] if points else None


def _side(element: Element, path: str) -> Any:
    """Return a number, or the text where it takes a repair to read one from it."""
    text = _text(element, path)
    return text if "," in text else number_of(text)


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
