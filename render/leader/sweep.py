"""What a sweep's jobs came to: a record in each job's folder, one table over all of them."""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from scenes.dataset.manifest import read_manifest
from scenes.files.atomic import make_folder, write_bytes
from scenes.measuring.table import MetadataTable

RECORD = "job.json"
MEDIANS = ("bbox_area", "center_y", "depth", "visible_fraction")
SUMMARY = "summary.csv"
MOST_NAME_BYTES = 200  # of a job's folder; most file systems end at 255
_SHOWN = 60  # characters of a cell in the table


def job_folder(overrides: str) -> str:
    """Return the folder of a job: its overrides, where they can be the name of one folder.

    Slashes become underscores and what is too long is cut; eight letters of a hash of all
    overrides then keep such jobs apart.
    """
    name = overrides.translate(str.maketrans("/\\\0\n", "____"))
    if name == overrides and len(name.encode()) <= MOST_NAME_BYTES:
        return name
    tail = f"-{hashlib.sha256(overrides.encode()).hexdigest()[:8]}"
    return name.encode()[: MOST_NAME_BYTES - len(tail)].decode(errors="ignore") + tail


OmegaConf.register_new_resolver("job_folder", job_folder, replace=True)  # for conf/render.yaml


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """How a job of a sweep ended. told: in one line, where it did not end well."""

    overrides: Sequence[str]
    exit_code: int
    told: str

    def write(self, out: Path) -> None:
        """Write it into the job's folder. Raises Unwritable."""
        make_folder(out)
        write_bytes(out / RECORD, f"{json.dumps(asdict(self), indent=1)}\n".encode())


def summary(sweep: Path) -> list[dict[str, str]]:
    """Return a row for every job whose folder is in a sweep's, in order of name."""
    return [_row(path.parent, sweep) for path in sorted(sweep.rglob(RECORD))]


class Summary(Callback):
    """Writes and shows the table when Hydra has run all jobs.

    exit_code: the largest of theirs, for the process to leave with.
    """

    exit_code = 0

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:
        """Write summary.csv into the sweep's folder and show it."""
        folder = Path(config.hydra.sweep.dir)
        Summary.exit_code = worst_exit_code(folder)
        rows = summary(folder)
        if not rows:
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_bytes(folder / SUMMARY, text.getvalue().encode())
        sys.stderr.write(f"{_aligned(rows)}\n{len(rows)} jobs in {folder / SUMMARY}\n")


def worst_exit_code(sweep: Path) -> int:
    """Return the largest exit code of a sweep's jobs, 0 where there is none."""
    return max((_record(path)["exit_code"] for path in sweep.rglob(RECORD)), default=0)


def _row(out: Path, sweep: Path) -> dict[str, str]:
    record, manifest = _record(out / RECORD), read_manifest(out) or {}
    images, labels = manifest.get("images", 0), sum(manifest.get("labels", {}).values())
    row = {
        "job": out.relative_to(sweep).as_posix(), "state": record["told"] or "finished",
        "images": str(images), "labels": str(labels),
    }  # fmt: skip
    overrides = {"overrides": " ".join(record["overrides"])}
    return {**row, **_medians(out / "metadata.parquet"), **overrides}


def _medians(path: Path) -> dict[str, str]:
    table = MetadataTable.read(path) if path.is_file() else None
    return {
        name: f"{np.nanmedian(table.column(name)):.4g}"
        if table is not None and len(table) and name in table.attributes
        else ""
        for name in MEDIANS
    }


def _record(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_bytes())
    return told


def _aligned(rows: Sequence[dict[str, str]]) -> str:
    """Return the table without the column that repeats what the folders' names say."""
    cells = [list(rows[0])[:-1], *(list(row.values())[:-1] for row in rows)]
    short = [list(map(_cut, line)) for line in cells]
    widths = [max(map(len, column)) for column in zip(*short, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in short)


def _cut(cell: str) -> str:
    """Cut in the middle: jobs differ at the ends of their names."""
    half = (_SHOWN - 3) // 2
    return cell if len(cell) <= _SHOWN else f"{cell[:half]}...{cell[-half:]}"
