"""The figure of docs/benchmarks.md: `python -m bench.alignment_picture FILE.json docs/FIGURE.png`.

FILE.json is what `make bench-alignment OPTIONS="--json FILE.json"` wrote.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

COLORS = {"baseline": "#9aa0a6", "config": "#c7622b", "mixture": "#6aa84f", "scenes": "#1668a8"}


def main() -> None:
    """Draw, for each case, every split's ratio to the floor, by attribute and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("told", type=Path)
    parser.add_argument("picture", type=Path)
    asked = parser.parse_args()
    mpl.use("Agg")
    cases = json.loads(asked.told.read_text(encoding="utf-8"))
    figure, axes = plt.subplots(
        1, len(cases), figsize=(3.4 * len(cases), 3.6), sharey=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for place, case in zip(axes[0], cases, strict=True):
        _case(place, case)
    figure.supxlabel("distance to held-out boxes, as a ratio to the floor", fontsize=9)
    axes[0, 0].legend(frameon=False, fontsize=7, loc="lower left")
    figure.savefig(asked.picture, dpi=90)


def _case(axes: Axes, case: Mapping[str, Any]) -> None:
    distances = case["distances"]
    floor = distances["floor"]
    rows = np.arange(len(floor))
    for shift, (method, color) in enumerate(COLORS.items()):
        if method not in distances:
            continue
        ratio = np.array([np.divide(distances[method][name], floor[name]) for name in floor])
        axes.plot(
            np.median(ratio, axis=1), rows + 0.16 * (shift - 1.5), "o", color=color, ms=5,
            label=method,
        )  # fmt: skip
        axes.hlines(
            rows + 0.16 * (shift - 1.5), ratio.min(axis=1), ratio.max(axis=1), color=color,
            alpha=0.4, lw=1.5,
        )  # fmt: skip
    axes.axvline(1, color="black", lw=0.8, ls=":")
    axes.set_xscale("log")
    axes.set_yticks(rows, list(floor), fontsize=7)
    axes.set_title(f"{case['category']}, {case['exposed']} exposed", fontsize=9)
    axes.invert_yaxis()


if __name__ == "__main__":
    main()
