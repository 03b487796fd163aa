"""Where a dataset came from, said once beside it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scenes.dataset.coco_file import Tally
from scenes.dataset.provenance import MergeRecord
from scenes.files.atomic import write_bytes

CREDITED = ("photos", "environments", "textures")  # files behind a set's objects, by SHA-256
PROMISED = ("plan.jsonl", "annotations.json", "metadata.parquet")


def write_manifest(out: Path, record: MergeRecord, tally: Tally) -> None:
    """Write manifest.json, the last file of a dataset. Raises Unwritable."""
    told = {
        **asdict(record.provenance),
        "assets": record.assets,
        **record.credits,
        "images": tally.images,
        "labels": dict(tally.labels),
        "labels_dropped_by_policy": dict(tally.dropped),
        "sha256": {name: _digest(out / name) for name in PROMISED},
        **({"images_missing": list(tally.missing)} if tally.missing else {}),
    }
    text = json.dumps(told, sort_keys=True, allow_nan=False, indent=2)
    write_bytes(out / "manifest.json", f"{text}\n".encode())


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Return what the last merge said, or None where there was none."""
    try:
        told: dict[str, Any] = json.loads((out / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None
    return told


def is_merged(out: Path, names: Sequence[str] = PROMISED) -> bool:
    """Return whether the files are the ones of the last merge, and that merge was of all images."""
    told = read_manifest(out)
    if told is None or told.get("images_missing"):
        return False
    digests = told.get("sha256", {})
    return all((out / n).is_file() and digests.get(n) == _digest(out / n) for n in names)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
