"""How fast cut-outs are pasted: `python -m bench.cost.pasting FRAGMENTS NAME [IMAGES [WORKERS]]`.

A run of render/main.py as a user starts it, 640 x 480, two workers unless told, everything written.
Images a second are those of the run's own progress lines, from the first finished image on, so that
neither the start of Python nor the merge counts.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assets.project import PROJECT

IMAGES, WORKERS = 400, 2
SIZE = "resolution_px=[640,480]"


def main() -> None:
    """Print images a second."""
    fragments, category, *rest = sys.argv[1:]
    count = int(rest[0]) if rest else IMAGES
    workers = int(rest[1]) if len(rest) > 1 else WORKERS
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        began = time.monotonic()
        subprocess.run(
            [
                sys.executable, "render/main.py", "engine=paste", "quality=draft", SIZE,
                f"fragments.folder={fragments}", f"category={category}", f"images={count}",
                f"workers={workers}", "post=mild", f"out={out}",
            ],
            cwd=PROJECT, check=True, capture_output=True,
        )  # fmt: skip
        whole_s = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        done_s = _done_s(out / "log" / "progress.jsonl")
    pace = (len(done_s) - 1) / (done_s[-1] - done_s[0])
    sys.stdout.write(
        f"Pasting: {count} images of 640 x 480 by {workers} workers, {pace:.1f} images a second "
        f"({whole_s:.1f} s and {used.ru_utime + used.ru_stime:.1f} s of processor time with start "
        f"and merge); load {load:.1f} on {os.cpu_count()} cores\n"
    )


def _done_s(lines: Path) -> list[float]:
    told = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    return [line["at_s"] for line in told if line["event"] == "done"]


if __name__ == "__main__":
    main()
