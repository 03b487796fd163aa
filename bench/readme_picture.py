"""The README's picture, from a finished run.

`python -m bench.readme_picture OUT docs/default_run.jpg`
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

SHOWN = ("bbox_area", "center_y", "center_x", "objects_per_image")
TITLES = {
    "bbox_area": "box area (log)", "center_y": "centre height", "center_x": "centre across",
    "objects_per_image": "objects an image",
}  # fmt: skip
COLORS = {"real": "#9aa0a6", "baseline": "#c7622b", "aligned": "#1668a8"}
COLUMNS, ROWS = 4, 3


def main() -> None:
    """Draw histograms above rendered images with their boxes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder of a finished run")
    parser.add_argument("picture", type=Path)
    asked = parser.parse_args()
    mpl.use("Agg")
    figure = plt.figure(figsize=(12, 9.6), layout="constrained")
    grid = figure.add_gridspec(1 + ROWS, COLUMNS, height_ratios=[1.05] + [1] * ROWS)
    report = json.loads((asked.out / "report.json").read_text())
    rows = {"+".join(row["attributes"]): row for row in report["categories"][0]["attributes"]}
    for column, name in enumerate(SHOWN):
        _histogram(figure.add_subplot(grid[0, column]), name, rows[name], first=column == 0)
    coco = json.loads((asked.out / "annotations.json").read_text())
    for place, image in enumerate(_wide(coco)):
        axes = figure.add_subplot(grid[1 + place // COLUMNS, place % COLUMNS])
        _photo(axes, asked.out / "images" / image["file_name"], _boxes(coco, image["id"]))
    figure.savefig(asked.picture, dpi=100, pil_kwargs={"quality": 82, "optimize": True})


def _histogram(axes: Axes, name: str, row: Mapping[str, Any], *, first: bool) -> None:
    edges = np.asarray(row["histogram"]["inner_edges"][0])
    for series, style in (("real", "stepfilled"), ("baseline", "step"), ("aligned", "step")):
        share = np.asarray(row["histogram"]["shares"][series])[1:-1]
        axes.stairs(
            share, edges, fill=style == "stepfilled", color=COLORS[series], label=series,
            alpha=0.55 if style == "stepfilled" else 1.0, linewidth=1.6,
        )  # fmt: skip
    axes.set_title(f"{TITLES[name]}\n{row['verdict']}", fontsize=10)
    axes.set_yticks([])
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if first:
        axes.legend(frameon=False, fontsize=8)


def _wide(coco: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the images in the order of the plan, wide ones only so that the sheet is even."""
    wide = [image for image in coco["images"] if image["width"] > image["height"]]
    return wide[: COLUMNS * ROWS]


def _boxes(coco: Mapping[str, Any], image_id: int) -> list[tuple[float, float, float, float]]:
    return [tuple(a["bbox"]) for a in coco["annotations"] if a["image_id"] == image_id]


def _photo(axes: Axes, path: Path, boxes: Sequence[tuple[float, float, float, float]]) -> None:
    axes.imshow(Image.open(path))
    for x, y, w, h in boxes:
        axes.add_patch(Rectangle((x, y), w, h, fill=False, color="#ffb000", linewidth=1.2))
    axes.set_axis_off()


if __name__ == "__main__":
    main()
