"""CreateML in: one JSON, boxes by their centre in pixels. Sizes are the photos'."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenes.formats.tools.drawn import (
    BAD_RECORDS,
    BadExport,
    Drawing,
    DrawnPhoto,
    drawn_set,
    load,
    records_of,
)
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.orders import CENTRED
from scenes.sets.boxes.turns import turn_of

TITLE = "CreateML"


def read_create_ml(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in a CreateML file, valid, with every repair counted. Raises BadExport."""
    repairs: Counter[str] = Counter()
    photos = [photo for path in files for photo in _photos(path, repairs)]
    return drawn_set("createml", root, photos, repairs)


def _photos(path: Path, repairs: Counter[str]) -> list[DrawnPhoto]:
    told = load(path, TITLE)
    if not isinstance(told, list):
        raise BadExport(f"{path}: no list of photos; expected CreateML's JSON; export it again")
    sound = [one for one in told if isinstance(one, dict) and isinstance(_name(one), str)]
    repairs[BAD_RECORDS.format(title=TITLE)] += len(told) - len(sound)
    return [
        DrawnPhoto(
            names=(str(_name(one)),), home=path.parent, size_px=None,
            drawings=[_drawing(a) for a in records_of(one.get("annotations"), TITLE, repairs)],
        )
        for one in sound
    ]  # fmt: skip


def _name(record: Mapping[str, Any]) -> Any:
    return record.get("image", record.get("imagefilename"))


def _drawing(told: Mapping[str, Any]) -> Drawing:
    label = told.get("label")
    sides = told["coordinates"] if isinstance(told.get("coordinates"), dict) else {}
    return Drawing(
        label=label if isinstance(label, str) else None, order=CENTRED, turn=turn_of(sides, told),
        box=[sides.get(side) for side in ("x", "y", "width", "height")],
    )  # fmt: skip
