"""What choosing scenes costs as the pool grows: `python -m bench.search.selection`.

Pools are planted: boxes drawn as a wide space shows them, without a preview, so that a million
scenes can be had. 60 photos are exposed. Each size runs in a process of its own, whose greatest
memory is the kernel's count; that of the pool before selection is printed beside it. --picture
draws both over the size of the pool.
"""

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import yaml

from alignment.align.matching.exchange import draw
from alignment.align.matching.match import match
from alignment.align.matching.settings import MatchSettings
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from assets.project import CONF
from bench.scenes import seconds
from bench.tables import table
from scenes.config.from_mapping import from_mapping
from scenes.measuring.table import MetadataTable

SIZES = (
    (10_000, 2500), (20_000, 2500), (50_000, 2500), (100_000, 2500), (300_000, 2500),
    (1_000_000, 2500),
)  # fmt: skip
PHOTOS = 60
Figures = Mapping[str, float]


def main() -> None:
    """Print a row for every size of pool, and one for previews where they are asked for."""
    asked = _asked()
    if asked.one:
        sys.stdout.write(json.dumps(_selected(*asked.one)))
        return
    _say(f"{len(os.sched_getaffinity(0))} cores, load average {os.getloadavg()[0]:.1f}\n\n")
    rows, grown = [], {}
    for scenes, images in SIZES[: asked.sizes]:
        found = grown[scenes] = _alone(scenes, images)
        rows.append([
            f"{scenes:,}", f"{images:,}", f"{found['match_s']:.1f}", f"{found['draw_s']:.1f}",
            f"{found['cpu_s']:.1f}", f"{found['effective']:.0f}", f"{found['before_mb']:.0f}",
            f"{found['peak_mb']:.0f}",
        ])  # fmt: skip
        sys.stderr.write(f"selection: {scenes:,} scenes\n")
    head = ["scenes in the pool", "chosen", "match, s", "draw, s", "CPU, s", "effective scenes",
            "MB with the pool", "MB at most"]  # fmt: skip
    _say(
        table(
            "Selection: match.match and exchange.draw of alignment.align.matching",
            head,
            rows,
        )
    )
    if asked.picture:
        _drawn(grown, asked.picture)


def _drawn(grown: Mapping[int, Figures], picture: Path) -> None:
    plt = importlib.import_module("matplotlib.pyplot")  # here: whose memory is told has none of it
    plt.switch_backend("Agg")
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.1), sharex=True, layout="constrained")
    sizes = list(grown)
    for axis, unit, shown in (
        (axes[0], "s", {"weights": "match_s", "draw": "draw_s"}),
        (axes[1], "MB", {"at most": "peak_mb", "the pool before": "before_mb"}),
    ):
        for (label, key), color in zip(shown.items(), ("#1668a8", "#c7622b"), strict=True):
            axis.plot(sizes, [grown[size][key] for size in sizes], "o-", color=color, label=label)
        axis.set(xscale="log", yscale="log", xlabel="scenes in the pool", ylabel=unit)
        axis.grid(which="major", lw=0.3)
        axis.legend(frameon=False, fontsize=8)
    figure.savefig(picture, dpi=90)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many sizes of pool")
    parser.add_argument("--picture", type=Path, help="where the growth curves go")
    parser.add_argument("--one", type=int, nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _alone(scenes: int, images: int) -> Figures:
    words = [sys.executable, "-m", "bench.search.selection", "--one", str(scenes), str(images)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told: Figures = json.loads(done.stdout)
    return told


def _selected(scenes: int, images: int) -> Figures:
    rng = np.random.default_rng(0)
    exposed = Exposed(table=_boxes(rng, PHOTOS, (-2.5, 0.6), (0.6, 0.08)))
    told = yaml.safe_load((CONF / "align.yaml").read_text())
    match_told = {**told["match"], "attributes": told["attributes"], "pairs": told["pairs"]}
    settings = from_mapping(MatchSettings, match_told, "match")
    pool = _planted(rng, scenes)
    before_mb, began = _peak_mb(), sum(os.times()[:2])
    found = []
    match_s = seconds(lambda: found.append(match(rng, exposed, pool, settings)))
    weights = found[0].weighted.weights
    draw_s = seconds(lambda: draw(rng, pool, found[0].moments, weights, images))
    return {
        "match_s": match_s, "draw_s": draw_s, "cpu_s": sum(os.times()[:2]) - began,
        "effective": found[0].weighted.effective, "before_mb": before_mb, "peak_mb": _peak_mb(),
    }  # fmt: skip


def _planted(rng: np.random.Generator, scenes: int) -> ScenePool:
    """Return a pool of 8 scenes a configuration; the configurations themselves are left out."""
    return ScenePool(
        configs=(), table=_boxes(rng, scenes, (-3.0, 0.55), (1.5, 0.18)),
        owner=np.arange(scenes) // 8, place=np.arange(scenes) % 8,
    )  # fmt: skip


def _boxes(
    rng: np.random.Generator, images: int, mean: tuple[float, float], spread: tuple[float, float]
) -> MetadataTable:
    counts = rng.geometric(0.45, images)
    n = int(counts.sum())
    return MetadataTable.from_columns({
        "image_id": np.repeat(np.arange(images), counts),
        "bbox_area": np.exp(np.minimum(rng.normal(mean[0], spread[0], n), 0)),
        "center_x": rng.uniform(0.05, 0.95, n),
        "center_y": np.clip(rng.normal(mean[1], spread[1], n), 0, 1),
        "aspect": np.exp(rng.normal(-0.2, 0.3, n)),
        "truncated": (rng.uniform(size=n) < 0.2).astype(float),
        "objects_per_image": np.repeat(counts, counts),
    })  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
