"""What an export costs: `python -m bench.cost.export [FORMAT[:ANNOTATIONS] ...] [IMAGES ...]`.

On a set written for it, whose masks are those of previewed scenes; its images are empty files, hard
linked. Each export is a process of its own, as make starts it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assets.project import PROJECT
from bench.scenes import SIZES_PX, Studio
from bench.tables import table
from scenes.dataset.coco_file import Head, coco_file
from scenes.dataset.shard import Shard, WriteOptions, annotation_records
from scenes.files.atomic import make_folder
from scenes.labels.labels import label_frame
from scenes.model.frame import FAR_M, Frame
from scenes.plan.digest import shot_of
from scenes.preview.preview import preview

WRITE = WriteOptions(image_format="jpg", jpeg_quality=92, segmentation="rle", pixels=False)
MODELS = 20
FORMATS, SIZES = ("yolo", "coco", "hf"), (10_000, 100_000)
POLL_S = 0.05


def main() -> None:
    """Print seconds and peak memory of every export, smaller sets first."""
    words = sys.argv[1:]
    formats = [word for word in words if not word.isdigit()] or FORMATS
    sizes = sorted(int(word) for word in words if word.isdigit()) or SIZES
    load, rows = os.getloadavg()[0], []
    for images in sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            labels = _generate(folder / "set", images)
            for told in formats:
                rows.append(_row(folder, told, images, labels))
                sys.stderr.write(f"{' '.join(rows[-1])}\n")  # for who stops before the table
        finally:
            shutil.rmtree(folder)
    head = ["format", "images", "labels", "s", "of the CPU", "ms an image", "peak resident, MB"]
    title = f"Export with hard links, one process; load when it began {load:.1f}"
    sys.stdout.write(table(title, head, rows) + "\n")


def _row(folder: Path, told: str, images: int, labels: int) -> list[str]:
    passed_s, busy_s, peak_mb = _exported(folder, told)
    return [
        told, f"{images:,}", f"{labels:,}", f"{passed_s:.0f}", f"{busy_s:.0f}",
        f"{1e3 * passed_s / images:.2f}", f"{peak_mb:.0f}",
    ]  # fmt: skip


def _generate(out: Path, images: int) -> int:
    """Write a set of so many images; return how many labels it has."""
    make_folder(out / "images")
    models = list(_models())
    names = {t["category_id"]: str(t["category_id"]) for m in models for t in m.annotations}
    categories = [{"id": key, "name": name} for key, name in sorted(names.items())]
    head = Head(version="bench", licence="CC0-1.0", categories=categories)
    with coco_file(out / "annotations.json", head) as file:
        for index in range(images):
            model, name = models[index % len(models)], f"{index:06d}.jpg"
            (out / "images" / name).write_bytes(b"")
            told = {**model.image, "file_name": name, "scene_seed": index}
            file.add(index + 1, -1, replace(model, image=told))
    return file.annotations


def _models() -> Iterator[Shard]:
    """Yield the records of a few scenes, as previews of them give."""
    studio, size_px = Studio.of_conf(), SIZES_PX[-1]
    for scene in studio.scenes(MODELS, size_px):
        seen = preview(scene, studio.catalogue, size_px)
        frame = Frame(
            shot=shot_of(scene), image=np.zeros((size_px[1], size_px[0], 3), np.uint8),
            instances=seen.instances, depth_m=np.minimum(seen.depth_m, FAR_M),
        )  # fmt: skip
        labels = label_frame(frame, scene, studio.catalogue, studio.labels)
        yield Shard(
            scene_digest="", files={}, image={"width": size_px[0], "height": size_px[1]},
            annotations=annotation_records(frame, labels, WRITE), measured={}, dropped={},
        )  # fmt: skip


def _exported(folder: Path, told: str) -> tuple[float, float, float]:
    """Return seconds, those of the CPU, and peak resident MB of one export.

    told: FORMAT or FORMAT:ANNOTATIONS.
    """
    to, _, labels = told.partition(":")
    out = folder / told.replace(":", "-")
    command = [
        sys.executable, "-m", "alignment.export.main", f"set={folder / 'set'}", f"to={to}",
        f"out={out}", f"annotations={labels or 'boxes'}", "link=true",
    ]  # fmt: skip
    began = time.perf_counter()
    busy_s, peak_mb = _watched(command)
    passed_s = time.perf_counter() - began
    shutil.rmtree(out)
    return passed_s, busy_s, peak_mb


def _watched(command: Sequence[str]) -> tuple[float, float]:
    """Return a command's seconds of the CPU and its peak resident MB, looked up while it runs.

    What the system tells of a process that is over counts the memory that it was forked with.
    """
    peak_mb = 0.0
    with subprocess.Popen(command, cwd=PROJECT) as run:
        while not (over := os.wait4(run.pid, os.WNOHANG))[0]:
            peak_mb = max(peak_mb, _peak_mb(run.pid))
            time.sleep(POLL_S)
        run.returncode = os.waitstatus_to_exitcode(over[1])
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command)
    return over[2].ru_utime + over[2].ru_stime, peak_mb


def _peak_mb(process: int) -> float:
    told = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
