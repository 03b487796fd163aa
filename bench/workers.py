"""Workers beside a plain BlenderProc script, their memory, and kills: `python -m bench.workers`.

`python -m bench.workers speed|memory|kills` does one of the three.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.kills import struck_job
from bench.tables import table, times
from tests.render.kills import PROMISED, lead

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = int(os.environ.get("BENCH_IMAGES", "50"))
DRAFT = ("quality=draft", "background=room")
TINY = ("resolution_px=[64,48]", "quality=draft", "quality.samples=1")
TINY_IMAGES, KILLS, KILL_IMAGES = 300, 20, 80


def main() -> None:
    """Print one table a topic."""
    topics = {"speed": _speed, "memory": _memory, "kills": _kills}
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
    script = "bench/plain_blenderproc.py"
    plain = _blenderproc(script, str(plan), str(folder / "plain"), "ours")
    made["plain BlenderProc, its COCO and HDF5 writers"] = reference = _seconds(plain)
    made["ours, 2 workers"] = _seconds(_render(folder / "w2", *ours[2]))
    own = _blenderproc(script, str(plan), str(folder / "own"), "own")
    made["plain BlenderProc by its own settings of Cycles"] = _seconds(own)
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


def _memory(folder: Path) -> str:
    _seconds(_render(folder, f"images={TINY_IMAGES}", *TINY, "workers=2"))
    of_worker = defaultdict(list)
    for event in _events(folder):
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
    title = f"Memory of 2 workers over {TINY_IMAGES} scenes of 64x48, resident MB"
    head = [
        "worker",
        "images",
        "first",
        "middle",
        "last",
        "slope of the last two thirds, MB per 100",
    ]
    return table(title, head, rows)


def _kills(folder: Path) -> str:
    """Strike a job of tiny scenes at random moments, then compare with an undisturbed one."""
    job = (f"images={KILL_IMAGES}", "workers=2")
    calm, out = folder / "calm", folder / "struck"
    _ended_well(lead(calm, *job))
    began = time.perf_counter()
    struck = struck_job(np.random.default_rng(0), out, (*job, "worker.attempts=99"), KILLS)
    passed_s = time.perf_counter() - began
    before = len(list((out / "shards").glob("[0-9]*.json")))
    _ended_well(lead(out, *job))
    same = {
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
    head = ["SIGKILL of workers", "SIGKILL of leaders", "SIGTERM", *(f"same {n}" for n in same)]
    hit = [f"{struck.count[name]}" for name in ("worker", "leader", "SIGTERM")]
    return table(title, head, [[*hit, *("yes" if one else "NO" for one in same.values())]])


def _same_files(there: Path, here: Path, *folders: str) -> bool:
    paths = [path.relative_to(there) for name in folders for path in (there / name).glob("[0-9]*")]
    return all((there / path).read_bytes() == (here / path).read_bytes() for path in paths)


def _ended_well(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        sys.exit(f"bench: a render ended with {done.returncode}\n{done.stderr[-2000:]}")


def _events(out: Path) -> Iterator[dict[str, Any]]:
    path = out / "log" / "progress.jsonl"
    for line in path.read_text().splitlines() if path.is_file() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # half a line, of a run that was killed


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
