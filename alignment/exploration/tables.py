"""What is measured of a set's boxes: its own table, one kept from before, or a new one."""

import hashlib
from pathlib import Path

import numpy as np

from alignment.exploration.members import Opened
from scenes.files.atomic import make_folder
from scenes.files.canonical_json import json_bytes
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.named_list import digest_of

TABLE = "metadata.parquet"


def table_of(one: Opened, kept: Path, side_px: int, *, pixels: bool) -> MetadataTable:
    """Return the set's own table where it has these boxes, else what was measured of them.

    kept: the folder of tables that were measured before. side_px: longer side of the pictures whose
    pixels are measured; pixels: whether they are. Raises what measuring raises.
    """
    annotated = one.annotated
    own = annotated.root / TABLE
    if own.is_file():
        found = MetadataTable.read(own)
        shown = np.isin(found.table["annotation_id"].to_numpy(), _ids(annotated))
        if shown.sum() == len(annotated.annotations):
            return found.rows(shown)
    side = side_px if pixels and annotated.has_photos else None
    path = kept / f"{_digest(one, side)}.parquet"
    if path.is_file():
        return MetadataTable.read(path)
    measured = measure(annotated, pixels=side is not None, long_side_px=side)
    make_folder(kept)
    measured.write(path)
    return measured


def _ids(annotated: AnnotatedSet) -> list[int]:
    return [one.id for one in annotated.annotations]


def _digest(one: Opened, side_px: int | None) -> str:
    """Return what changes where the boxes, the pictures or the question do."""
    pictures = [
        (i.id, str(i.path), i.path.stat().st_size if i.path is not None else 0)
        for i in one.annotated.images
    ]
    told = {
        "files": [digest_of(file) for file in one.files], "pixels": side_px, "pictures": pictures,
        "depth": [str(i.depth_path) for i in one.annotated.images],
    }  # fmt: skip
    return hashlib.sha256(json_bytes(told)).hexdigest()[:32]
