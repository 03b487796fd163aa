"""VoTT in: one JSON of all assets, or one of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenes.formats.tools.drawn import (
    BAD_RECORDS,
    BadExport,
    Drawing,
    DrawnPhoto,
    corners_of,
    drawn_set,
    flat_points,
    load,
    photos_of,
    records_of,
    size_of,
)
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.orders import number_of
from scenes.sets.boxes.turns import turn_of

TITLE = "VoTT"
SEVERAL = "objects of several tags read under their first"


def read_vott(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in a VoTT export, valid, with every repair counted. Raises BadExport."""
    repairs: Counter[str] = Counter()
    photos = photos_of(files, TITLE, lambda path: _photos(path, repairs), repairs)
    return drawn_set("vott", root, photos, repairs)


def _photos(path: Path, repairs: Counter[str]) -> list[DrawnPhoto]:
    return [_photo(path, asset, repairs) for asset in _assets(path, repairs)]


def _assets(path: Path, repairs: Counter[str]) -> list[dict[str, Any]]:
    told = load(path, TITLE)
    told = told if isinstance(told, dict) else {}
    assets = list(told["assets"].values()) if isinstance(told.get("assets"), dict) else [told]
    sound = [a for a in assets if isinstance(a, dict) and _name(a) is not None]
    if not sound:
        raise BadExport(f"{path}: no asset with a name; expected VoTT's JSON; export it again")
    repairs[BAD_RECORDS.format(title=TITLE)] += len(assets) - len(sound)
    return sound


def _name(told: Mapping[str, Any]) -> str | None:
    asset = told.get("asset", told)
    name = asset.get("name") if isinstance(asset, dict) else None
    return name if isinstance(name, str) and name else None


def _photo(path: Path, told: Mapping[str, Any], repairs: Counter[str]) -> DrawnPhoto:
    asset = told.get("asset", told)
    size = asset["size"] if isinstance(asset.get("size"), dict) else {}
    regions = records_of(told.get("regions"), TITLE, repairs)
    return DrawnPhoto(
        names=(_name(told) or "",), home=path.parent,
        size_px=size_of(size.get("width"), size.get("height")),
        drawings=[_drawing(region, repairs) for region in regions],
    )  # fmt: skip


def _drawing(region: Mapping[str, Any], repairs: Counter[str]) -> Drawing:
    tags = region["tags"] if isinstance(region.get("tags"), list) else []
    labels = [tag for tag in tags if isinstance(tag, str)]
    repairs[SEVERAL] += len(labels) > 1
    label = labels[0] if labels else None
    told = region["boundingBox"] if isinstance(region.get("boundingBox"), dict) else {}
    box = [told.get(side) for side in ("left", "top", "width", "height")]
    if str(region.get("type", "")).upper() == "POLYGON":
        return Drawing(label=label, box=box if told else None,
                       outline=[flat_points(region.get("points"))])  # fmt: skip
    corners = corners_of(region.get("points"))
    if not told and corners:
        return Drawing(label=label, box=corners)
    apart = bool(corners) and not _same(box, corners)
    return Drawing(
        label=label, box=box, outline=[flat_points(region["points"])] if apart else None,
        turn=turn_of(told, region),
    )  # fmt: skip


def _same(box: Sequence[Any], corners: Sequence[float]) -> bool:
    """Return whether the points of a rectangle are its box's, which VoTT tells twice."""
    sides = [number_of(side) for side in box]
    return all(a is None or abs(a - b) <= 1 for a, b in zip(sides, corners, strict=True))
