"""Memory of one Blender over many scenes: `python -m bench.workers.memory`."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from assets.project import PROJECT

IMAGES = 200
TOLD = (1, 25, 50, 100, 150, 200)
POLL_S = 0.05


def main() -> None:
    """Render 200 tiny scenes in one process and print its resident memory as it goes."""
    folder = Path(tempfile.mkdtemp())
    try:
        measured = dict(_watched(folder))
    finally:
        shutil.rmtree(folder)
    lines = [f"| {image} | {measured[image]:.0f} |" for image in TOLD if image in measured]
    heading = f"{IMAGES} scenes of 64x48 in one process, resident memory of the largest\n"
    sys.stdout.write("\n".join([heading, "| image | MB |", "|---|---|", *lines]) + "\n")


def _watched(folder: Path) -> Iterator[tuple[int, float]]:
    """Yield (images done, MB of the largest process) whenever another image is done."""
    command = [
        str(PROJECT / ".venv/bin/blenderproc"), "run", str(PROJECT / "render/main.py"),
        f"images={IMAGES}", f"out={folder}", "resolution_px=[64,48]", "quality=draft",
        "quality.samples=1", "workers=1", "--custom-blender-path", str(PROJECT / ".blender"),
    ]  # fmt: skip
    done = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            count = len(list((folder / "shards").glob("[0-9]*.json")))
            if count > done:
                done = count
                yield done, max(map(_resident_mb, family(run.pid)), default=0.0)
            time.sleep(POLL_S)


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    told: list[str] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):  # a worker is a thread's child
        try:
            told += thread.read_text().split()
        except OSError:
            continue
    return [pid, *(found for child in told for found in family(int(child)))]


def _resident_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]
    return sizes[0] if sizes else 0.0


if __name__ == "__main__":
    main()
