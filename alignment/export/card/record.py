"""What an export was made from and how, said in it: export.json, the first file and the last."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.dataset.resume import first_difference
from scenes.files.atomic import write_bytes
from scenes.sets.annotated_set import AnnotatedSet

NAME = "export.json"
_OWN = {NAME, ".lock"}


class OtherExport(UserError):
    """A folder that holds another export, or something else."""


def hold(out: Path, made: Mapping[str, Any]) -> None:
    """Write down what a folder's export is made from, or compare. Raises OtherExport, Unwritable.

    What another run finished is unfinished until `finish` says so again.
    """
    found = _found(out)
    if found is None and (other := sorted(p.name for p in out.iterdir() if p.name not in _OWN)):
        raise OtherExport(
            f"{out} holds {other[0]} but no {NAME}; expected an empty folder, or one that an "
            "export was begun in; choose another OUT"
        )
    difference = None if found is None else first_difference(found.get("made"), dict(made))
    if difference:
        raise OtherExport(
            f"{out} was exported otherwise: {difference}; choose an empty OUT, or delete it"
        )
    _write(out, {"finished": False, "made": made})


def finish(out: Path, made: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
    """Say that all of an export is there. Raises Unwritable."""
    _write(out, {"finished": True, "made": made, **counts})


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest_of_set(annotated: AnnotatedSet) -> str:
    """Return the SHA-256 of a set's images and boxes as read, wherever its folder is."""
    told = hashlib.sha256()
    for image in annotated.images:
        told.update(f"{image.id} {image.file_name} {image.width_px} {image.height_px}\n".encode())
    for a in annotated.annotations:
        told.update(f"{a.image_id} {a.category_id} {a.bbox} {a.segmentation}\n".encode())
    return told.hexdigest()


def _found(out: Path) -> dict[str, Any] | None:
    try:
        told = json.loads((out / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise OtherExport(f"{out / NAME} is no record of an export; choose another OUT")
    return told


def _write(out: Path, told: Mapping[str, Any]) -> None:
    text = json.dumps(told, sort_keys=True, allow_nan=False, indent=1, ensure_ascii=False)
    write_bytes(out / NAME, f"{text}\n".encode())
