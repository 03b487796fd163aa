"""Which of the targets lie, stand upside down, or go into the one before."""

import math
from collections.abc import Sequence

import numpy as np

from assets.catalogue import Asset
from scenes.config.scene import PlacementConfig, Pose
from scenes.layout.resting import WAYS, Resting, on_side, upturned

BACK = WAYS // 4  # the front is towards -y


def draw_rests(
    rng: np.random.Generator, told: PlacementConfig, assets: Sequence[Asset]
) -> list[Resting | None]:
    """Return how each of the targets rests, None where it stands.

    Nothing is drawn where all are to stand, so that such scenes stay as they are.
    """
    if told.lying.high == 0 and told.upturned.high == 0:
        return [None] * len(assets)
    shares = told.lying.draw(rng), told.upturned.draw(rng)
    draws = rng.random((len(assets), 3))
    return [
        _rest(asset, told.poses_of(asset.category, asset.shape), shares, tuple(drawn.tolist()))
        for asset, drawn in zip(assets, draws, strict=True)
    ]


def wants_stacking(rng: np.random.Generator, told: PlacementConfig, asset: Asset) -> bool:
    """Return True where a target is to go into the one before it; nothing is drawn if none may."""
    may = "stacked" in told.poses_of(asset.category, asset.shape)
    return may and told.stacked.high > 0 and bool(rng.random() < told.stacked.draw(rng))


def _rest(
    asset: Asset,
    poses: tuple[Pose, ...],
    shares: tuple[float, float],
    drawn: tuple[float, float, float],
) -> Resting | None:
    ways = [way for way in range(WAYS) if _may_lie_on(asset, way, poses)]
    if ways and drawn[0] < shares[0]:
        return on_side(asset.mesh(), ways[int(drawn[1] * len(ways))])
    if "upturned" in poses and drawn[2] < shares[1]:
        return upturned(asset.mesh())
    return None


def _may_lie_on(asset: Asset, way: int, poses: tuple[Pose, ...]) -> bool:
    """Return True for the back, or for any side but that of a handle, on which nothing lies."""
    if "side" not in poses:
        return "back" in poses and way == BACK
    x, y, _ = asset.keypoints.get("handle", (0.0, 0.0, 0.0))
    angle = 2 * math.pi * way / WAYS
    return x * math.cos(angle) + y * math.sin(angle) <= 1e-6 * abs(x + y)
