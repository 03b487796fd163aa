"""Previews on disk, round by round, so that a search that was stopped goes on where it was."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from alignment.align.pool.grid import GridPoint
from alignment.align.pool.previews import Preview, Previewed, Probing, Report, previewed_from
from assets.project import PROJECT
from scenes.files.atomic import make_folder, writing
from scenes.measuring.table import MetadataTable

SHOWN_BY = ("assets", "scenes")  # the code that decides what a seed shows


@dataclass(frozen=True, kw_only=True, eq=False)
class PoolStore:
    """A folder with one parquet file a round, named by all that its previews depend on.

    assets: what tells one catalogue from another.
    """

    folder: Path
    how: Probing
    assets: str
    preview: Preview

    def __call__(
        self, points: Sequence[GridPoint], first: int, report: Report
    ) -> tuple[Previewed, ...]:
        """Return the previews of a round, from disk where they are there."""
        path = self.folder / f"{self._key(points, first)}.parquet"
        stored = _table(path)
        if stored is not None:
            pooled = self._parted(stored, points, first)
            report(len(points), sum(one.config.scenes for one in pooled))
            return pooled
        pooled = self.preview(points, first, report)
        make_folder(self.folder)
        with writing(self.folder):
            _joined(pooled).write(path)
        return pooled

    def _key(self, points: Sequence[GridPoint], first: int) -> str:
        bases = [point.config.digest() for point in points]
        told = [_code(), first, bases, self.assets, _plain(asdict(self.how)),
                [point.values for point in points]]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]

    def _parted(
        self, table: MetadataTable, points: Sequence[GridPoint], first: int
    ) -> tuple[Previewed, ...]:
        each = self.how.rounds.most_scenes
        begin = np.searchsorted(table.image_ids, 1 + each * np.arange(len(points) + 1))
        return tuple(
            previewed_from(
                first + place, point, each,
                _renumbered(table.rows(np.arange(begin[place], begin[place + 1])), -each * place),
                self.how.attributes,
            )
            for place, point in enumerate(points)
        )  # fmt: skip


def _table(path: Path) -> MetadataTable | None:
    """Return what is stored; None where nothing is, or what is cannot be read."""
    try:
        return MetadataTable.read(path)
    except (OSError, pa.ArrowException):  # a damaged file is previewed again
        return None


def _joined(pooled: Sequence[Previewed]) -> MetadataTable:
    tables = [
        _renumbered(one.table, place * one.config.scenes).table for place, one in enumerate(pooled)
    ]
    return MetadataTable(table=pa.concat_tables(tables).combine_chunks())


def _renumbered(table: MetadataTable, more: int) -> MetadataTable:
    at = table.table.column_names.index("image_id")
    return MetadataTable(
        table=table.table.set_column(at, "image_id", pa.array(table.image_ids + more))
    )


@cache
def _code() -> str:
    files = sorted(path for room in SHOWN_BY for path in (PROJECT / room).rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {str(key): _plain(value) for key, value in told.items()}
    if isinstance(told, np.ndarray):
        return told.tolist()
    return [_plain(v) for v in told] if isinstance(told, list | tuple) else str(told)
