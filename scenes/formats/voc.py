"""Pascal VOC XML in.

Read by hand, because the kept-up readers (supervision, datumaro, globox) cannot do what is needed
here: supervision and datumaro walk the image files, so a set without photos is empty to them, and
all three stop at the first bad row instead of counting it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from assets.errors import UserError
from scenes.formats.coco import MAX_SIDE_PX
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.photos import find_photo
from scenes.sets.repair import RawBox, RawImage, repair_boxes, repair_images, settled

UNREADABLE = "XML files that are not whole Pascal VOC skipped"
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
    ids = {path: number for number, (path, _) in enumerate(parsed, 1)}
    images, of_images = repair_images(_raw_image(root, p, e, ids[p]) for p, e in parsed)
    objects = [(ids[path], o) for path, element in parsed for o in element.findall("object")]
    names = sorted({name for _, o in objects if (name := _text(o, "name"))})
    numbers = {name: number for number, name in enumerate(names, 1)}
    categories = {number: name for name, number in numbers.items()}
    annotations, of_boxes = repair_boxes(
        (_raw_box(i, image_id, o, numbers) for i, (image_id, o) in enumerate(objects, 1)),
        images, categories,
    )  # fmt: skip
    return settled(AnnotatedSet(
        name=root.absolute().name, format="voc", root=root, images=images, annotations=annotations,
        categories=categories,
        repairs=Counter({UNREADABLE: len(broken)}) + of_images + of_boxes,
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
        root = parse(path).getroot()
    except ParseError as error:
        line, column = error.position
        raise BadVoc(f"{path}, line {line}, column {column}: {error.msg}; {expected}") from None
    except DefusedXmlException as error:
        raise BadVoc(f"{path}: {error}; {expected}, without entities") from None
    except (OSError, ValueError, LookupError) as error:  # the latter two: odd encodings
        raise BadVoc(f"{path}: {error}; {expected}") from None
    if root is None or root.tag != "annotation":
        raise BadVoc(f"{path}: root is <{'' if root is None else root.tag}>; {expected}")
    return root


def _raw_image(root: Path, path: Path, element: Element, number: int) -> RawImage:
    told = _text(element, "filename") or path.stem
    folders = tuple(base / name for base in (path.parent, path.parent.parent, root)
                    for name in ("", "JPEGImages", "images"))  # fmt: skip
    # Labelling tools keep the first name of a photo that was renamed since: its stem is the XML's.
    found = find_photo(told, folders) or find_photo(path.stem, folders)
    width, height = (_number(_text(element, f"size/{side}")) for side in ("width", "height"))
    sized = all(isinstance(side, float) and 1 <= side <= MAX_SIDE_PX for side in (width, height))
    return RawImage(
        id=number, file_name=told, path=found,
        size_px=(round(width), round(height)) if sized else None,
    )  # fmt: skip


def _raw_box(number: int, image_id: int, element: Element, ids: Mapping[str, int]) -> RawBox:
    sides = [_number(_text(element, f"bndbox/{s}")) for s in ("xmin", "ymin", "xmax", "ymax")]
    box: Any = None
    if all(isinstance(side, float) for side in sides):
        x0, y0, x1, y1 = sides
        box = (x0 - 1, y0 - 1, x1 - x0 + 1, y1 - y0 + 1)
    flags = {flag: _text(element, flag) == "1" for flag in FLAGS if _text(element, flag)}
    return RawBox(
        id=number, image_id=image_id, category_id=ids.get(_text(element, "name")), box=box,
        extra=flags,
    )  # fmt: skip


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return None
