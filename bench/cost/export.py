"""What an export costs: `python -m bench.cost.export [FORMAT[:ANNOTATIONS] ...] [IMAGES ...]`.

On a set written for it, whose masks are those of previewed scenes; its images are empty files, hard
linked. Each export is a process of its own, as make starts it.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.cost.labelled import write_empty_pictures, write_labelled
from bench.cost.watching import HEAD, Taken, watched
from bench.tables import table

FORMATS, SIZES = ("yolo", "coco", "hf"), (10_000, 100_000)


def main() -> None:
    """Print seconds and peak memory of every export, smaller sets first."""
    words = sys.argv[1:]
    formats = [word for word in words if not word.isdigit()] or FORMATS
    sizes = sorted(int(word) for word in words if word.isdigit()) or SIZES
    load, rows = os.getloadavg()[0], []
    for images in sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            labels = write_labelled(folder / "set", images)
            write_empty_pictures(folder / "set", images)
            for told in formats:
                taken = _exported(folder, told)
                rows.append([told, f"{images:,}", f"{labels:,}", *taken.row(images)])
                sys.stderr.write(f"{' '.join(rows[-1])}\n")  # for who stops before the table
        finally:
            shutil.rmtree(folder)
    title = f"Export with hard links, one process; load when it began {load:.1f}"
    sys.stdout.write(table(title, ["format", "images", "labels", *HEAD], rows) + "\n")


def _exported(folder: Path, told: str) -> Taken:
    """Return what one export took. told: FORMAT or FORMAT:ANNOTATIONS."""
    to, _, labels = told.partition(":")
    out = folder / told.replace(":", "-")
    taken = watched([
        sys.executable, "-m", "alignment.export.main", f"set={folder / 'set'}", f"to={to}",
        f"out={out}", f"annotations={labels or 'boxes'}", "link=true",
    ])  # fmt: skip
    shutil.rmtree(out)
    return taken


if __name__ == "__main__":
    main()
