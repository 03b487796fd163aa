"""The figure of docs/benchmarks.md: `python -m bench.alignment.picture FILE.json docs/FIGURE.png`.

FILE.json is what `make bench-alignment OPTIONS="--json FILE.json"` wrote.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from bench.alignment.records import Record, by_size, ratios, read
from bench.alignment.trials import FLOOR

COLORS = {"baseline": "#9aa0a6", "config": "#c7622b", "mixture": "#6aa84f", "scenes": "#1668a8"}

SHOWN = 0.03, 300.0  # what lies beyond is left out


def main() -> None:
    """Draw every split's ratio to the floor: a column a category, a row a number of photos."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("told", type=Path)
    parser.add_argument("picture", type=Path)
    asked = parser.parse_args()
    mpl.use("Agg")
    records = read(asked.told)
    categories = list(dict.fromkeys(record.asked.category for record in records))
    sizes = by_size(records)
    figure, axes = plt.subplots(
        len(sizes), len(categories), figsize=(3.2 * len(categories), 2.9 * len(sizes)),
        sharex=True, sharey=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for row, (size, some) in zip(axes, sizes.items(), strict=True):
        for place, category in zip(row, categories, strict=True):
            own = [record for record in some if record.asked.category == category]
            _case(place, own)
            place.set_title(f"{category}, {size} exposed, {len(own)} splits", fontsize=9)
    axes[0, 0].invert_yaxis()  # shared: of all
    axes[0, 0].set(xscale="log", xlim=SHOWN)
    axes[0, 0].legend(frameon=False, fontsize=7, loc="lower right")
    figure.supxlabel("distance to held-out boxes, as a ratio to the floor", fontsize=9)
    figure.savefig(asked.picture, dpi=90)


def _case(axes: Axes, records: Sequence[Record]) -> None:
    axes.axvline(1, color="black", lw=0.8, ls=":")
    if not records:
        return
    told = records[0].distances
    rows = np.arange(len(told[FLOOR]))
    for shift, (method, color) in enumerate(COLORS.items()):
        if method not in told:
            continue
        ratio = np.array([ratios(records, method, name) for name in told[FLOOR]])
        at = rows + 0.16 * (shift - 1.5)
        axes.plot(np.median(ratio, axis=1), at, "o", color=color, ms=4, label=method)
        axes.hlines(
            at, ratio.min(axis=1), ratio.max(axis=1), color=color, alpha=0.4, lw=1.5,
        )  # fmt: skip
    axes.set_yticks(rows, list(told[FLOOR]), fontsize=7)


if __name__ == "__main__":
    main()
