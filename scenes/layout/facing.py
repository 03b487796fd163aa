"""Cut-outs turned to the camera, as they were photographed, with those that go along with them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from assets.cards.card import Card
from assets.catalogue import Asset
from scenes.config.cast import Cast, pick_indices
from scenes.config.scene import CardConfig
from scenes.layout.standing import Layout, Standing
from scenes.model.scene import Camera

FloatArray = npt.NDArray[np.float64]
SHARPEST = 0.2  # of the cut-outs, where none has pixels enough
NEAR_VIEW_DEG = 12.0  # between how the camera looks down and a cut-out's photo did: hardly seen
BEFORE_M = 0.002  # that a companion stands before what it hides a part of


def faced(
    rng: np.random.Generator, layout: Layout, config: CardConfig, cast: Cast
) -> Layout:  # fmt: skip
    """Return a layout whose cut-outs face the camera, and their companions.

    One that would be magnified too much, or whose photo looked down at it otherwise than the camera
    does, gives its place to another, the same for all alike. What is no cut-out stays, and nothing
    is drawn where there is none.
    """
    standing, supports = list(layout.standing), list(layout.supports)
    swapped: dict[str, Asset] = {}
    for index, one in enumerate(layout.standing):
        if not isinstance(one.asset.imported, Card):
            continue
        if one.is_target:
            fitting = swapped.get(one.asset.id) or _fitting(rng, one, layout.camera, (config, cast))
            swapped[one.asset.id] = fitting
            one = replace(one, asset=fitting)  # noqa: PLW2901  # the same thing, as seen from here
        standing[index] = _turned(rng, one, layout.camera, config)
        along = _companions(standing[index], cast)
        standing += along
        supports += [supports[index]] * len(along)
    return replace(layout, standing=tuple(standing), supports=tuple(supports))


def _card(asset: Asset) -> Card:
    assert isinstance(asset.imported, Card)  # as the callers made sure
    return asset.imported


def _fitting(
    rng: np.random.Generator, one: Standing, camera: Camera, by: tuple[CardConfig, Cast]
) -> Asset:
    """Return the cut-out, or one with pixels enough for where it stands that was seen alike."""
    config, cast = by
    away_m = float(np.linalg.norm(camera.camera_to_world[:3, 3] - one.middle_m))
    coarsest_m = config.most_magnified * away_m / camera.focal_px / one.scale  # a pixel
    pitch_deg = math.degrees(_pitch(one, camera))
    sharp = _card(one.asset).metre_px <= coarsest_m
    if sharp and _off_deg(one.asset, pitch_deg) <= NEAR_VIEW_DEG:
        return one.asset
    cards = [
        (asset, weight)
        for asset, weight in zip(cast.targets, cast.target_weights, strict=True)
        if isinstance(asset.imported, Card) and asset.imported.lying == _card(one.asset).lying
    ]
    cards.sort(key=lambda pair: _card(pair[0]).metre_px)
    fine = sum(_card(asset).metre_px <= coarsest_m for asset, _ in cards)
    kept = cards[: max(fine, math.ceil(SHARPEST * len(cards)))]
    off = np.array([_off_deg(asset, pitch_deg) for asset, _ in kept])
    off -= off.min()  # where none was seen so, those that were least otherwise
    weights = np.array([weight for _, weight in kept]) * np.exp(-((off / NEAR_VIEW_DEG) ** 2))
    return kept[int(pick_indices(rng, weights / weights.sum(), 1)[0])][0]


def _off_deg(asset: Asset, pitch_deg: float) -> float:
    """Return how far a cut-out's view is from a pitch; 0 where nobody knows it, or it lies."""
    card = _card(asset)
    return 0.0 if card.pitch_deg is None or card.lying else abs(card.pitch_deg - pitch_deg)


def _pitch(one: Standing, camera: Camera) -> float:
    """Return how steeply a camera looks down at a thing, radians."""
    way = camera.camera_to_world[:3, 3] - one.middle_m
    return math.atan2(way[2], math.hypot(way[0], way[1]))


def _turned(
    rng: np.random.Generator, one: Standing, camera: Camera, config: CardConfig
) -> Standing:
    """Return it facing the camera, give or take, and mirrored as often as not."""
    way = camera.camera_to_world[:3, 3] - one.middle_m
    yaw = math.atan2(way[0], -way[1]) + math.radians(rng.uniform(-1, 1) * config.yaw_deg)
    lean, roll = (
        config.lean.draw(rng) * _pitch(one, camera),
        math.radians(config.roll_deg.draw(rng)),
    )
    mirror = -1.0 if rng.random() < config.flip else 1.0
    if _card(one.asset).lying:
        lean, roll = 0.0, 0.0
    turned = replace(one, tumbled=_rotation(yaw, lean, roll) * (mirror, 1.0, 1.0))
    lowest_m = float(_corners(turned)[:, 2].min())
    return replace(turned, z_m=one.z_m + (one.z_m - lowest_m))


def _corners(one: Standing) -> FloatArray:
    """Return the box of a cut-out in the world, (4, 3)."""
    (wide, _, high), pose = one.asset.size_m, one.object_to_world()
    box = np.array([(x, 0.0, z) for x in (-wide / 2, wide / 2) for z in (0.0, high)])
    corners: FloatArray = box @ pose[:3, :3].T + pose[:3, 3]
    return corners


def _companions(one: Standing, cast: Cast) -> list[Standing]:
    """Return what is pasted along with a cut-out, as it lay beside it on their photo."""
    card, pose = _card(one.asset), one.object_to_world()
    there = _by_id(cast)
    found = []
    for number, other in enumerate(card.along, 1):
        asset = there.get(other.asset_id)
        if asset is None:
            continue
        aside = (other.right_px * card.metre_px, -BEFORE_M * number, other.up_px * card.metre_px)
        x, y, z = (pose[:3, :3] @ aside + pose[:3, 3]).tolist()
        scale = one.scale * card.metre_px / _card(asset).metre_px
        is_target = asset.category == cast.targets[0].category
        found.append(replace(one, asset=asset, x_m=x, y_m=y, z_m=z, scale=scale,
                             is_target=is_target))  # fmt: skip
    return found


def _by_id(cast: Cast) -> Mapping[str, Asset]:
    every: Sequence[Asset] = (*cast.clutter, *cast.targets)
    return {asset.id: asset for asset in every}


def _rotation(yaw: float, lean: float, roll: float) -> FloatArray:
    """Return the turn in its own plane, then back about x, then about z.

    Written out for the reason that scenes/optics/camera.py gives.
    """
    cy, sy, cl, sl = math.cos(yaw), math.sin(yaw), math.cos(lean), math.sin(lean)
    cr, sr = math.cos(roll), math.sin(roll)
    return np.array(
        [
            [cy * cr + sy * sl * sr, -sy * cl, cy * sr - sy * sl * cr],
            [sy * cr - cy * sl * sr, cy * cl, sy * sr + cy * sl * cr],
            [-cl * sr, -sl, cl * cr],
        ]
    )
