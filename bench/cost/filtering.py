"""What `make filter` costs: `python -m bench.cost.filtering [IMAGES ...]`.

On a set written for it, held against the photos that come with the program by the geometry of its
boxes: its pictures are not there, so that reading, judging and writing are measured, not pixels.
Each run is a process of its own, as make starts it.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from assets.project import PROJECT
from bench.cost.labelled import write_labelled
from bench.cost.watching import HEAD, Taken, watched
from bench.tables import table

SIZES = (10_000, 20_000, 100_000)
REAL = PROJECT / "assets" / "real" / "coco_indoor"


def main() -> None:
    """Print seconds and peak memory of filtering ever more images."""
    sizes = sorted(int(word) for word in sys.argv[1:]) or SIZES
    load, rows = os.getloadavg()[0], []
    for images in sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            labels = write_labelled(folder / "set", images)
            rows.append([f"{images:,}", f"{labels:,}", *_filtered(folder).row(images)])
        finally:
            shutil.rmtree(folder)
        sys.stderr.write(f"{' '.join(rows[-1])}\n")  # for who stops before the table
    title = f"Filter by geometry, one process; load when it began {load:.1f}"
    sys.stdout.write(table(title, ["images", "labels", *HEAD], rows) + "\n")


def _filtered(folder: Path) -> Taken:
    return watched([
        sys.executable, "-m", "alignment.curation.main", f"set={folder / 'set'}", f"real={REAL}",
        f"out={folder / 'out'}", "features=geometry",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
