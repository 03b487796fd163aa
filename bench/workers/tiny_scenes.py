"""300 scenes of 64x48 and one sample: workers' memory, kills, and the same bytes every time."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from assets.project import PROJECT
from bench.tables import table
from bench.workers.kills import struck_job
from bench.workers.running import PROMISED, command

IMAGES = int(os.environ.get("BENCH_IMAGES", "300"))
KILLS, KILL_IMAGES = 20, 80
WAYS = {
    "1 worker": ("workers=1",), "2 workers": ("workers=2",),
    "2 workers, a fresh process every 20 images": ("workers=2", "worker.most_images=20"),
    "2 workers of a local Ray cluster": ("workers=2", "executor=ray"),
}  # fmt: skip


def memory(folder: Path) -> str:
    """Return a table of two workers' resident memory."""
    _made(folder / "out", IMAGES, "workers=2")
    of_worker = defaultdict(list)
    for event in _events(folder / "out"):
        if event["event"] == "done":
            of_worker[event["worker"]].append(event["memory_mb"])
    rows = []
    for worker, memory_mb in sorted(of_worker.items()):
        late = np.array(memory_mb[len(memory_mb) // 3 :], dtype=float)
        slope = np.polyfit(np.arange(len(late)), late, 1)[0]
        rows.append([
            f"{worker}", f"{len(memory_mb)}", f"{memory_mb[0]:.0f}",
            f"{memory_mb[len(memory_mb) // 2]:.0f}", f"{memory_mb[-1]:.0f}", f"{100 * slope:+.1f}",
        ])  # fmt: skip
    title = f"Memory of 2 workers over {IMAGES} scenes of 64x48, resident MB"
    head = [
        "worker",
        "images",
        "first",
        "middle",
        "last",
        "slope of the last two thirds, MB per 100",
    ]
    return table(title, head, rows)


def kills(folder: Path) -> str:
    """Strike a job at random moments, then compare with an undisturbed one."""
    calm, out = folder / "calm", folder / "struck"
    _made(calm, KILL_IMAGES, "workers=2")
    began = time.perf_counter()
    job = (f"images={KILL_IMAGES}", "workers=2", "worker.attempts=99")
    struck = struck_job(np.random.default_rng(0), out, job, KILLS)
    passed_s = time.perf_counter() - began
    before = len(list((out / "shards").glob("[0-9]*.json")))
    _made(out, KILL_IMAGES, "workers=2")
    alike = {
        "labels": all((out / n).read_bytes() == (calm / n).read_bytes() for n in PROMISED),
        "shards": _same_files(calm, out, "shards"),
        "images, depth, segmentation": _same_files(calm, out, "images", "depth", "segmentation"),
    }
    title = (
        f"A job of {KILL_IMAGES} scenes of 64x48 by 2 workers, struck {KILLS} times in "
        f"{passed_s:.0f} s with Blender up, each time begun again; {before} images were there "
        f"when the last run, undisturbed, began. The run that got SIGTERM left with "
        f"{struck.left_with}"
    )
    head = ["SIGKILL of workers", "SIGKILL of leaders", "SIGTERM", *(f"same {n}" for n in alike)]
    hit = [f"{struck.count[name]}" for name in ("worker", "leader", "SIGTERM")]
    return table(title, head, [[*hit, *("yes" if one else "NO" for one in alike.values())]])


def same(folder: Path) -> str:
    """Return a table of whether every way of rendering the same plan gives the same bytes."""
    rows = []
    for number, (name, words) in enumerate(WAYS.items()):
        out = folder / f"{number}"
        _made(out, IMAGES, *words)
        labels = all((out / n).read_bytes() == (folder / "0" / n).read_bytes() for n in PROMISED)
        pictures = _same_files(folder / "0", out, "images", "depth", "segmentation")
        rows.append([name, "yes" if labels else "NO", "yes" if pictures else "NO"])
    title = f"{IMAGES} scenes of 64x48, bytes as those of the first row"
    return table(title, ["", f"{', '.join(PROMISED)}", "images, depth, segmentation"], rows)


def _same_files(there: Path, here: Path, *folders: str) -> bool:
    paths = [path.relative_to(there) for name in folders for path in (there / name).glob("[0-9]*")]
    return all((there / path).read_bytes() == (here / path).read_bytes() for path in paths)


def _made(out: Path, images: int, *words: str) -> None:
    done = subprocess.run(
        command(out, f"images={images}", *words), cwd=PROJECT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"bench: a render ended with {done.returncode}\n{done.stderr[-2000:]}")


def _events(out: Path) -> Iterator[dict[str, Any]]:
    path = out / "log" / "progress.jsonl"
    for line in path.read_text().splitlines() if path.is_file() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # half a line, of a run that was killed
