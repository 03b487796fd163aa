"""Workers beside a plain BlenderProc script, and what they promise.

`python -m bench.workers.compare` does all, `... speed|memory|kills|same` one of the four.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assets.project import PROJECT
from bench.scenes import composed
from bench.tables import table, times
from bench.workers.tiny_scenes import kills, memory, same

IMAGES = int(os.environ.get("BENCH_IMAGES", "50"))
DRAFT = ("quality=draft", "background=room")
SAMPLES = int(composed("render", *DRAFT)["quality"]["samples"])
ALIKE = 32  # so many of BlenderProc's own reach a draft's SSIM in rooms: docs/benchmarks.md


def main() -> None:
    """Print one table a topic."""
    topics = {"speed": _speed, "memory": memory, "kills": kills, "same": same}
    for name in sys.argv[1:] or topics:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(topics[name](Path(folder)) + "\n")
            sys.stdout.flush()


def _speed(folder: Path) -> str:
    cores = len(os.sched_getaffinity(0))
    _seconds(_render(folder / "plan", *DRAFT, "images=1"))  # compiles what is compiled once
    ours = {count: (*DRAFT, f"images={IMAGES}", f"workers={count}") for count in (1, 2)}
    made = {"ours, 1 worker": _seconds(_render(folder / "w1", *ours[1]))}
    plan = folder / "w1" / "plan.jsonl"
    script = "bench/blender/plain_blenderproc.py"
    plain = _blenderproc(script, str(plan), str(folder / "plain"), "ours", str(SAMPLES))
    made["plain BlenderProc, its COCO and HDF5 writers"] = reference = _seconds(plain)
    made["ours, 2 workers"] = _seconds(_render(folder / "w2", *ours[2]))
    for samples in (SAMPLES, ALIKE):
        own = _blenderproc(script, str(plan), str(folder / f"own{samples}"), "own", str(samples))
        made[f"plain BlenderProc by its own settings of Cycles, {samples} samples"] = _seconds(own)
    rows = [
        [
            name, f"{wall_s:.0f}", f"{3600 * IMAGES / wall_s:.0f}", times(reference[0], wall_s),
            f"{cpu_s / IMAGES:.2f}", times(reference[1], cpu_s),
        ]
        for name, (wall_s, cpu_s) in made.items()
    ]  # fmt: skip
    title = (
        f"The same {IMAGES} scenes at 320x240, quality=draft, {cores} cores, load average "
        f"{os.getloadavg()[0]:.1f} at the end: whole commands, Blender's start included"
    )
    head = ["", "s", "images an hour", "ratio", "CPU s an image", "ratio of CPU s"]
    return table(title, head, rows)


def _render(out: Path, *words: str) -> list[str]:
    return [sys.executable, "render/main.py", f"out={out}", *words]


def _blenderproc(script: str, *words: str) -> list[str]:
    program = str(Path(sys.executable).parent / "blenderproc")
    return [program, "run", script, *words, "--custom-blender-path", ".blender"]


def _seconds(command: Sequence[str]) -> tuple[float, float]:
    """Return how long a command takes by the wall, and in CPU seconds of all its processes."""
    began, used = time.perf_counter(), _cpu_s()
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: {command[1]} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return time.perf_counter() - began, _cpu_s() - used


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
