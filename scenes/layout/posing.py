"""Which of the targets lie, stand upside down, or go into the one before."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from assets.cards.card import Card
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
        _rest(asset, _poses(told, asset), shares, tuple(drawn.tolist()))
        for asset, drawn in zip(assets, draws, strict=True)
    ]


def wants_stacking(rng: np.random.Generator, told: PlacementConfig, asset: Asset) -> bool:
    """Return True where a target is to go into the one before it; nothing is drawn if none may."""
    may = "stacked" in _poses(told, asset)
    return may and told.stacked.high > 0 and bool(rng.random() < told.stacked.draw(rng))


def _poses(told: PlacementConfig, asset: Asset) -> tuple[Pose, ...]:
    """Return how an asset may also be; a cut-out is as it was on its photo."""
    if isinstance(asset.imported, Card):
        return ()
    return told.poses_of(asset.category, asset.shape)


def _rest(
    asset: Asset,
    poses: tuple[Pose, ...],
    shares: tuple[float, float],
    drawn: tuple[float, float, float],
) -> Resting | None:
    x, y, _ = asset.keypoints.get("handle", (0.0, 0.0, 0.0))
    ways = _ways((x, y), poses)
    if ways and drawn[0] < shares[0]:
        return on_side(asset.mesh(), ways[int(drawn[1] * len(ways))])
    if "upturned" in poses and drawn[2] < shares[1]:
        return upturned(asset.mesh())
    return None


@cache
def _ways(handle_m: tuple[float, float], poses: tuple[Pose, ...]) -> tuple[int, ...]:
    """Return which ways a thing may lie: on its back, or on any side but that of a handle."""
    if "side" not in poses:
        return (BACK,) if "back" in poses else ()
    x, y = handle_m
    angles = (2 * math.pi * way / WAYS for way in range(WAYS))
    away = (x * math.cos(a) + y * math.sin(a) <= 1e-6 * (abs(x) + abs(y)) for a in angles)
    return tuple(way for way, kept in enumerate(away) if kept)
