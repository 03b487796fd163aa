"""Workers beside a plain BlenderProc script, and what they promise.

`python -m bench.workers.compare` does all, `... speed|standard|memory|kills|same` one of the five.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.project import PROJECT
from bench.scenes import composed
from bench.tables import table, times
from bench.workers.tiny_scenes import kills, memory, same

IMAGES = int(os.environ.get("BENCH_IMAGES", "50"))
DRAFT = ("quality=draft", "background=room")
SAMPLES = int(composed("render", *DRAFT)["quality"]["samples"])
MANY = f"images={IMAGES}"
THEIRS, FEW = (
    1024,
    min(IMAGES, 3),
)  # samples of BlenderProc's default, and scenes by them: minutes each
ALIKE = 32  # so many of BlenderProc's own reach a draft's SSIM in rooms: docs/benchmarks.md


def main() -> None:
    """Print one table a topic."""
    topics = {
        "speed": _speed,
        "standard": _standard,
        "memory": memory,
        "kills": kills,
        "same": same,
    }
    for name in sys.argv[1:] or topics:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(topics[name](Path(folder)) + "\n")
            sys.stdout.flush()


@dataclass(frozen=True, kw_only=True)
class Took:
    """What whole commands took, for so many images."""

    images: int
    wall_s: float
    cpu_s: float


def _speed(folder: Path) -> str:
    plan = folder / "w1" / "plan.jsonl"
    _took(0, _render(folder / "plan", *DRAFT, "images=1"))  # compiles what is compiled once
    made = {
        "ours, 1 worker": _took(IMAGES, _render(folder / "w1", *DRAFT, MANY, "workers=1")),
        "ours, 1 worker, as for a set with photos": _took(
            IMAGES, _render(folder / "lit", *DRAFT, MANY, "workers=1", "linear=keep"),
            _developed(folder / "lit", folder / "w1" / "images"),
        ),
        "plain BlenderProc, our settings of Cycles, its COCO and HDF5 writers": _took(
            IMAGES, _plain(plan, folder / "plain", "draft")),
        "ours, 2 workers": _took(IMAGES, _render(folder / "w2", *DRAFT, MANY, "workers=2")),
        f"plain BlenderProc by its own settings, {SAMPLES} samples": _took(
            IMAGES, _plain(plan, folder / "own", str(SAMPLES))),
        f"the same, {ALIKE} samples: a draft's SSIM": _took(
            IMAGES, _plain(plan, folder / "alike", str(ALIKE))),
        f"the same, its own {THEIRS} samples at most, {FEW} of the scenes": _took(
            FEW, _plain(plan, folder / "theirs", str(THEIRS), str(FEW))),
    }  # fmt: skip
    return _compared("draft", made)


def _standard(folder: Path) -> str:
    few = max(1, IMAGES // 5)
    words = ("quality=standard", "background=room", f"images={few}", "workers=1")
    _took(0, _render(folder / "plan", *DRAFT, "images=1"))  # compiles what is compiled once
    made = {
        "ours, 1 worker": _took(few, _render(folder / "w1", *words)),
        "plain BlenderProc, our settings of Cycles, its COCO and HDF5 writers": _took(
            few, _plain(folder / "w1" / "plan.jsonl", folder / "plain", "standard")),
    }  # fmt: skip
    return _compared("standard", made)


def _compared(quality: str, made: Mapping[str, Took]) -> str:
    cores, first = len(os.sched_getaffinity(0)), next(iter(made.values()))
    rows = [
        [
            name, f"{took.wall_s:.0f}", f"{3600 * took.images / took.wall_s:.0f}",
            times(first.wall_s / first.images, took.wall_s / took.images),
            f"{took.cpu_s / took.images:.2f}",
            times(first.cpu_s / first.images, took.cpu_s / took.images),
        ]
        for name, took in made.items()
    ]  # fmt: skip
    title = (
        f"The same {first.images} scenes at 320x240, quality={quality}, {cores} cores, load "
        f"average {os.getloadavg()[0]:.1f} at the end: whole commands, Blender's start included"
    )
    head = ["", "s", "images an hour", "ratio", "CPU s an image", "ratio of CPU s"]
    return table(title, head, rows)


def _render(out: Path, *words: str) -> list[str]:
    return [sys.executable, "render/main.py", f"out={out}", *words]


def _plain(plan: Path, out: Path, *words: str) -> list[str]:
    program = str(Path(sys.executable).parent / "blenderproc")
    script = "bench/blender/plain_blenderproc.py"
    return [program, "run", script, str(plan), str(out), *words,
            "--custom-blender-path", ".blender"]  # fmt: skip


def _developed(made: Path, photos: Path) -> list[str]:
    """Return the command that solves effects on a set's linear pictures and develops them."""
    told = [f"set={made}", f"real={photos}"]
    return [sys.executable, "-m", "alignment.darkroom.main", *told]


def _took(images: int, *commands: Sequence[str]) -> Took:
    """Return what commands take by the wall, and in CPU seconds of all their processes."""
    began, used = time.perf_counter(), _cpu_s()
    for command in commands:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"bench: {command[1]} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return Took(images=images, wall_s=time.perf_counter() - began, cpu_s=_cpu_s() - used)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
