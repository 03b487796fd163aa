"""Label Studio's own JSON in: sides in hundredths of the photo, turned about their first corner."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scenes.formats.tools.brush import brushed
from scenes.formats.tools.drawn import (
    BAD_RECORDS,
    NO_AREA,
    ROUND,
    UNKNOWN,
    BadExport,
    Drawing,
    DrawnPhoto,
    drawn_set,
    load,
    records_of,
    round_box,
    size_of,
)
from scenes.formats.tools.label_studio_min import as_task
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.belonging import parts_of, suffix_of
from scenes.sets.boxes.orders import Order, number_of
from scenes.sets.boxes.turns import clockwise
from scenes.sets.photos import SUFFIXES

TITLE = "Label Studio"
FURTHER = "further versions of a task (other annotators) left aside"
PREDICTED = "tasks with predictions, which are no annotations, left aside"
SEVERAL = "objects of several labels read under their first"
UNTURNED = "rotated boxes on photos whose size the file does not tell turned about their centre"
BRUSHED = "brushed masks that are not whole left aside"
BITMASK = "bitmasks left aside (export the set as COCO to keep them)"
SHOWN_TURNED = "objects drawn on photos that Label Studio had turned left aside"
SHARES = Order("x, y, w, h", shares=True)


def read_label_studio(
    root: Path, files: Sequence[Path], paths: Mapping[str, str] = MappingProxyType({})
) -> AnnotatedSet:
    """Return the set in a Label Studio export, valid, with every repair counted.

    Of a task's versions the first that was not cancelled is read. paths: what the export calls a
    folder (a path, a URL, or what follows `?d=`), to where it is. Raises BadExport.
    """
    repairs: Counter[str] = Counter()
    photos = [
        replace(photo, names=_mapped(photo.names, paths), called=photo.names[0])
        for path in files for photo in _photos(path, repairs)
    ]  # fmt: skip
    return drawn_set("labelstudio", root, photos, repairs)


def _photos(path: Path, repairs: Counter[str]) -> Iterator[DrawnPhoto]:
    told = load(path, TITLE)
    if not isinstance(told, list):
        raise BadExport(f"{path}: no list of tasks; expected Label Studio's JSON; export it again")
    for task in map(as_task, told):
        name = _name(task) if isinstance(task, dict) else None
        if name is None:
            repairs[BAD_RECORDS.format(title=TITLE)] += 1
            continue
        results = _results(task, repairs)
        sizes = [size_of(r.get("original_width"), r.get("original_height")) for r in results]
        size_px = next((size for size in sizes if size is not None), None)
        drawings = (_drawing(one, size_px, repairs) for one in _upright(results, repairs))
        uploaded = task.get("file_upload")
        yield DrawnPhoto(
            names=(name, *([uploaded] if isinstance(uploaded, str) else [])), home=path.parent,
            size_px=size_px, drawings=[d for d in drawings if d is not None],
        )  # fmt: skip


def _upright(results: Sequence[dict[str, Any]], repairs: Counter[str]) -> list[dict[str, Any]]:
    kept = [result for result in results if not number_of(result.get("image_rotation"))]
    repairs[SHOWN_TURNED] += len(results) - len(kept)
    return kept


def _mapped(names: tuple[str, ...], paths: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names, before them those that the longest fitting entry of `paths` makes."""
    made = []
    for name in names:
        tellings = (name, "/" + "/".join(parts_of(name)), "/".join(parts_of(name)))
        told = [
            (len(key), f"{Path(to).absolute()}/{telling[len(key):].lstrip('/')}")
            for key, to in paths.items() for telling in tellings
            if telling == key or telling.startswith(f"{key.rstrip('/')}/")
        ]  # fmt: skip
        made += [max(told)[1]] if told else []
    return (*made, *names)


def _name(task: Mapping[str, Any]) -> str | None:
    data = task.get("data")
    texts = {k: v for k, v in data.items() if isinstance(v, str)} if isinstance(data, dict) else {}
    photos = (v for v in texts.values() if (p := parts_of(v)) and suffix_of(p[-1]) in SUFFIXES)
    return texts.get("image") or texts.get("img") or next(photos, None)


def _results(task: Mapping[str, Any], repairs: Counter[str]) -> list[dict[str, Any]]:
    versions = task.get("annotations", task.get("completions"))
    told = records_of(versions, TITLE, repairs)
    kept = [v for v in told if v.get("was_cancelled") is not True]
    repairs[PREDICTED] += bool(task.get("predictions")) and not kept
    repairs[FURTHER] += len(told) - min(len(kept), 1)
    return _labelled(records_of(kept[0].get("result"), TITLE, repairs)) if kept else []


def _labelled(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the shapes with the labels that a result of its own tells of the same region."""
    shapes = {r.get("id") for r in results if r.get("type") in _PLAIN} - {None}
    labels = {r.get("id"): r["value"].get("labels") for r in results
              if r.get("type") == "labels" and isinstance(r.get("value"), dict)}  # fmt: skip
    return [
        {**r, "value": {"labels": labels.get(r.get("id")), **r["value"]}}
        if r.get("type") in _PLAIN and isinstance(r.get("value"), dict) else r
        for r in results if r.get("type") != "labels" or r.get("id") not in shapes
    ]  # fmt: skip


def _drawing(
    result: Mapping[str, Any], size_px: tuple[int, int] | None, repairs: Counter[str]
) -> Drawing | None:
    value, kind = result.get("value"), str(result.get("type", ""))
    if not isinstance(value, dict) or (not kind.endswith("labels") and kind not in _PLAIN):
        repairs[UNKNOWN] += kind not in ("choices", "textarea", "relation", "rating", "labels")
        return None
    label = _label(value, kind, repairs)
    if kind.startswith("rectangle"):
        repairs[UNTURNED] += size_px is None and bool(number_of(value.get("rotation")))
        return _rectangle(label, value, size_px)
    if kind.startswith("polygon"):
        points = value.get("points")
        shares = [number_of(v) for p in points if isinstance(p, list) for v in p[:2]] if isinstance(
            points, list) else []  # fmt: skip
        outline = [None if v is None else v / 100 for v in shares]
        return Drawing(label=label, outline=[outline], in_shares=None not in outline)
    if kind.startswith("ellipse"):
        repairs[ROUND] += 1
        return Drawing(label=label, box=_ellipse(value, size_px), order=SHARES)
    if kind.startswith("brush"):
        mask = brushed(value.get("rle"), size_px)
        repairs[BRUSHED] += mask is None
        return None if mask is None else Drawing(label=label, outline=mask)
    repairs[BITMASK if kind.startswith("bitmask") else NO_AREA] += 1
    return None


def _label(value: Mapping[str, Any], kind: str, repairs: Counter[str]) -> str | None:
    told = value.get(kind) or value.get("labels") or []
    labels = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    repairs[SEVERAL] += len(labels) > 1
    return labels[0] if labels else None


def _rectangle(
    label: str | None, value: Mapping[str, Any], size_px: tuple[int, int] | None
) -> Drawing:
    told = [number_of(value.get(key)) for key in ("x", "y", "width", "height")]
    degrees = number_of(value.get("rotation")) or 0.0
    if None in told:
        return Drawing(label=label, box=told, order=SHARES)
    x, y, w, h = (side / 100 for side in told if side is not None)
    if degrees % 360 and size_px is not None:
        x, y = _about_centre((x, y, w, h), degrees, size_px)
    return Drawing(label=label, box=[x, y, w, h], order=SHARES, turn=clockwise(degrees))


def _about_centre(
    box: tuple[float, float, float, float], degrees: float, size_px: tuple[int, int]
) -> tuple[float, float]:
    """Return where the box begins that, turned about its own centre, is the same."""
    (x, y, w, h), (width, height) = box, size_px
    across, down = w * width / 2, h * height / 2
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx = x * width + across * cos - down * sin
    cy = y * height + across * sin + down * cos
    return (cx - across) / width, (cy - down) / height


def _ellipse(value: Mapping[str, Any], size_px: tuple[int, int] | None) -> list[float]:
    """Return the box round an ellipse in shares; it is turned in pixels, where they are known."""
    told = [number_of(value.get(key)) for key in ("x", "y", "radiusX", "radiusY")]
    if None in told:
        return []
    sides = (size_px or (1, 1)) * 2
    in_px = [v / 100 * side for v, side in zip(told, sides, strict=True) if v is not None]
    box = round_box(in_px, (number_of(value.get("rotation")) or 0.0) if size_px else 0.0)
    return [v / side for v, side in zip(box, sides, strict=True)]


_PLAIN = ("rectangle", "polygon", "ellipse", "brush", "keypoint")
