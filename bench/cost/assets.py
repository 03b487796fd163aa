"""How large the procedural assets are, and of how many triangles: `python -m bench.cost.assets`."""

import sys
from collections import defaultdict

import numpy as np

from assets.catalogue import Asset, load_catalogue
from bench.tables import table

VARIANTS = 24


def main() -> None:
    """Print the range of sizes of every shape, over VARIANTS assets each."""
    shapes: dict[tuple[str, str], list[Asset]] = defaultdict(list)
    for asset in load_catalogue(VARIANTS).assets.values():
        shapes[asset.category, asset.shape].append(asset)
    rows = [(*name, *_told(assets)) for name, assets in shapes.items()]
    head = ("category", "shape", "width, m", "depth, m", "height, m", "triangles at most")
    sys.stdout.write(table(f"**Sizes** of {VARIANTS} assets of each shape", head, rows))


def _told(assets: list[Asset]) -> tuple[str, ...]:
    sizes = np.array([asset.size_m for asset in assets])
    spans = zip(sizes.min(axis=0), sizes.max(axis=0), strict=True)
    most = max(len(asset.mesh().triangles) for asset in assets)
    return (*(f"{low:.2f} to {high:.2f}" for low, high in spans), f"{most:,}")


if __name__ == "__main__":
    main()
