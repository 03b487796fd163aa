"""Every way to break one thing of a good set that can be told from a change of mind.

A coordinate that becomes another coordinate is no breakage: nobody could tell. What is done here
leaves a value that cannot be meant, a file that is not whole, a name that is spelled otherwise, a
photo that is not there, or another thing beside; or nothing but another form of the same set.
"""

import copy
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from tests.scenes.formats.good_sets import SIZES, Files, photo

JUNK: dict[str, Any] = {
    "null": None, "nan": float("nan"), "minus": -1, "huge": 10**9, "beyond": 10**400,
    "true": True, "number": 7, "word": "§", "nested": [[None]],
}  # fmt: skip
WORDS = ("nan", "inf", "-1", "1e9", "§", "1_0", "")
# Whose text may be any: another word there is another name, not a breakage.
FREE = {"name", "label", "classTitle", "rectanglelabels", "tags", "title", "region_attributes"}
# Where a record is told that it is left out, whole, empty or of another kind, on purpose.
MEANT = {"iscrowd", "was_cancelled", "occluded", "difficult", "rotation", "id", "tags"}
# Where a number might be any other.
SIDES = {"bbox", "segmentation", "points", "exterior", "x", "y", "width", "height", "left", "top"}
LISTS = {"object", "image", "box", "annotation", "annotations"}


@dataclass(frozen=True)
class Break:
    """What is done, to which file, at which place in it, by which value of JUNK or WORDS."""

    how: str
    file: str
    at: tuple[str | int, ...] = ()
    value: str = ""

    def of(self, files: Files) -> Files:
        made = dict(files)
        WAYS[self.how](made, self)
        return made


def breaks(files: Files) -> list[Break]:
    """Return every breakage of a set, in one order."""
    found: list[Break] = []
    for name, data in sorted(files.items()):
        kind = name.rpartition(".")[2]
        found += [Break("bom", name), Break("empty", name)] if kind in ("json", "xml") else []
        if kind == "json":
            found += [Break("cut", name, (share,)) for share in range(1, 10)]
            found += list(_of_json(name, json.loads(data)))
        elif kind == "xml":
            found += [Break("cut", name, (share,)) for share in range(1, 10)]
            found += list(_of_xml(name, ElementTree.fromstring(data)))
        elif kind == "png":
            found += [Break(how, name) for how in _OF_PHOTOS]
        else:
            found += list(_of_text(name, data.decode()))
    return found + [Break(how, "") for how in ("nest", "split", "stray", "stray_photo", "crlf")]


def _of_json(name: str, told: Any) -> Iterator[Break]:
    for path in _paths(told):
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        record = len(path) > 1 and path[-2] in ("assets", "_via_img_metadata")
        if path and isinstance(path[-1], str) and path[-1] not in MEANT and not record:
            yield Break("drop", name, path)
        if path and isinstance(path[-1], int) and isinstance(_at(told, path), dict):
            yield Break("repeat", name, path)
        if path and path[-1] not in MEANT:
            free = bool(FREE & set(path))
            yield from (Break("put", name, path, value) for value in JUNK
                        if not (free and value == "word") and key not in MEANT
                        and not (value == "number" and key in SIDES))  # fmt: skip
        if isinstance(_at(told, path), int | float) and not isinstance(_at(told, path), bool):
            yield Break("as_text", name, path)


def _paths(told: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield before
    inner = enumerate(told) if isinstance(told, list) else ()
    for key, value in told.items() if isinstance(told, dict) else inner:
        yield from _paths(value, (*before, key))


def _at(told: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        told = told[part]
    return told


def _of_xml(name: str, root: ElementTree.Element) -> Iterator[Break]:
    for number, element in enumerate(root.iter()):
        if element.tag in MEANT:
            continue
        if element.tag not in LISTS:
            yield Break("drop_element", name, (number,))
        if element.tag in LISTS and number:
            yield Break("repeat_element", name, (number,))
        if element.text:
            yield from (Break("text", name, (number,), word) for word in WORDS
                        if not word or element.tag not in FREE)  # fmt: skip
        for key in element.attrib:
            if key in MEANT:
                continue
            yield Break("drop_attribute", name, (number, key))
            yield from (Break("attribute", name, (number, key), word) for word in WORDS
                        if not word or key not in FREE)  # fmt: skip


def _of_text(name: str, text: str) -> Iterator[Break]:
    yield Break("utf16", name)
    yield Break("bom", name)
    for number, line in enumerate(text.splitlines()):
        yield Break("repeat_line", name, (number,))
        if name.startswith(("labels/", "obj_train_data/")):
            for column in range(len(line.split())):
                yield Break("drop_column", name, (number, column))
                yield from (Break("column", name, (number, column), word) for word in WORDS)
            yield from (Break("append", name, (number,), word) for word in ("0.9", "0.9 17", "17"))
        elif "names" in name or "yaml" in name:
            yield Break("drop_line", name, (number,))


def _edited(edit: Callable[[Any, Break], Any]) -> Callable[[Files, Break], None]:
    def do(files: Files, one: Break) -> None:
        told = copy.deepcopy(json.loads(files[one.file]))
        edit(told, one)
        files[one.file] = json.dumps(told).encode()

    return do


def _put(told: Any, one: Break) -> None:
    _at(told, one.at[:-1])[one.at[-1]] = JUNK[one.value]


def _drop(told: Any, one: Break) -> None:
    del _at(told, one.at[:-1])[one.at[-1]]


def _repeat(told: Any, one: Break) -> None:
    _at(told, one.at[:-1]).append(_at(told, one.at))


def _as_text(told: Any, one: Break) -> None:
    _at(told, one.at[:-1])[one.at[-1]] = str(_at(told, one.at))


def _xml(edit: Callable[[ElementTree.Element, ElementTree.Element, Break], None]) -> Callable[
    [Files, Break], None
]:  # fmt: skip
    def do(files: Files, one: Break) -> None:
        root = ElementTree.fromstring(files[one.file])
        element = list(root.iter())[int(one.at[0])]
        parent = next((e for e in root.iter() if element in list(e)), root)
        edit(parent, element, one)
        files[one.file] = ElementTree.tostring(root)

    return do


def _text(_: ElementTree.Element, element: ElementTree.Element, one: Break) -> None:
    element.text = one.value


def _attribute(_: ElementTree.Element, element: ElementTree.Element, one: Break) -> None:
    element.set(str(one.at[1]), one.value)


def _drop_attribute(_: ElementTree.Element, element: ElementTree.Element, one: Break) -> None:
    del element.attrib[str(one.at[1])]


def _drop_element(parent: ElementTree.Element, element: ElementTree.Element, _: Break) -> None:
    if parent is not element and element in list(parent):
        parent.remove(element)
    else:
        element.tag = "other"


def _repeat_element(parent: ElementTree.Element, element: ElementTree.Element, _: Break) -> None:
    parent.append(copy.deepcopy(element))


def _lines(edit: Callable[[list[str], Break], None]) -> Callable[[Files, Break], None]:
    def do(files: Files, one: Break) -> None:
        lines = files[one.file].decode().splitlines()
        edit(lines, one)
        files[one.file] = "".join(f"{line}\n" for line in lines).encode()

    return do


def _column(lines: list[str], one: Break) -> None:
    row, column = (int(part) for part in one.at)
    words = lines[row].split()
    words[column] = one.value
    lines[row] = " ".join(words)


def _drop_column(lines: list[str], one: Break) -> None:
    row, column = (int(part) for part in one.at)
    lines[row] = " ".join(w for n, w in enumerate(lines[row].split()) if n != column)


def _append(lines: list[str], one: Break) -> None:
    lines[int(one.at[0])] += f" {one.value}"


def _repeat_line(lines: list[str], one: Break) -> None:
    lines.append(lines[int(one.at[0])])


def _drop_line(lines: list[str], one: Break) -> None:
    del lines[int(one.at[0])]


def _cut(files: Files, one: Break) -> None:
    data = files[one.file]
    files[one.file] = data[: len(data) * int(one.at[0]) // 10]


def _renamed(change: Callable[[str], str]) -> Callable[[Files, Break], None]:
    def do(files: Files, one: Break) -> None:
        folder, slash, name = one.file.rpartition("/")
        files[folder + slash + change(name)] = files.pop(one.file)

    return do


def _as_other(files: Files, one: Break) -> None:
    """Leave another's photo where the photo was."""
    others = [name for name in SIZES if not one.file.endswith(f"{name}.png")]
    files[one.file] = photo(others[0])


def _aside(files: Files, one: Break) -> None:
    """Put the photo into a folder of its own, and another's of its name a folder higher."""
    folder, slash, name = one.file.rpartition("/")
    data = files.pop(one.file)
    files[f"{folder}{slash}cam7/{name}"] = data


def _jpeg(files: Files, one: Break) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(files.pop(one.file))).save(file, "JPEG")
    files[one.file.removesuffix("png") + "jpg"] = file.getvalue()


def _set(files: Files, one: Break, data: bytes) -> None:
    files[one.file] = data


def _all(change: Callable[[Files], Files]) -> Callable[[Files, Break], None]:
    def do(files: Files, _: Break) -> None:
        made = change(dict(files))
        files.clear()
        files.update(made)

    return do


def _crlf(files: Files) -> Files:
    return {n: d if n.endswith("png") else d.replace(b"\n", b"\r\n") for n, d in files.items()}


def _name_of(file: str) -> str:
    return file.rpartition("/")[2][0]


_OF_PHOTOS: dict[str, Callable[[Files, Break], None]] = {
    "gone": lambda files, one: files.pop(one.file) and None,
    "upper": _renamed(lambda name: name.upper()),
    "escaped": _renamed(lambda name: name.replace(".", "%2E")),
    "copied": lambda files, one: files.update({one.file[:-3] + "PNG": files[one.file]}),
    "rotten": lambda files, one: _set(files, one, b"no photo"),
    "half": lambda files, one: _set(files, one, files[one.file][: len(files[one.file]) // 2]),
    "sideways": lambda files, one: _set(files, one, photo(_name_of(one.file), 6)),
    "jpeg": _jpeg, "aside": _aside,
}  # fmt: skip
WAYS: dict[str, Callable[[Files, Break], None]] = {
    "put": _edited(_put), "drop": _edited(_drop), "repeat": _edited(_repeat),
    "as_text": _edited(_as_text), "drop_element": _xml(_drop_element),
    "repeat_element": _xml(_repeat_element), "text": _xml(_text), "attribute": _xml(_attribute),
    "drop_attribute": _xml(_drop_attribute), "column": _lines(_column),
    "drop_column": _lines(_drop_column), "append": _lines(_append),
    "repeat_line": _lines(_repeat_line), "drop_line": _lines(_drop_line), "cut": _cut,
    "bom": lambda files, one: _set(files, one, b"\xef\xbb\xbf" + files[one.file]),
    "utf16": lambda files, one: _set(files, one, files[one.file].decode().encode("utf-16")),
    "empty": lambda files, one: _set(files, one, b""),
    "nest": _all(lambda files: {f"mine/{name}": data for name, data in files.items()}),
    "split": _all(lambda files: {f"Train/{name}": data for name, data in files.items()}),
    "stray": _all(lambda files: files | {"notes.txt": b"1 2 3 4 5", "pom.xml": b"<project/>",
                                         "package.json": b'{"a": [1]}'}),
    "stray_photo": _all(lambda files: files | {"z.png": photo("a"), "images/z.png": photo("b")}),
    "crlf": _all(_crlf), **_OF_PHOTOS,
}  # fmt: skip
