"""What is to be stood somewhere: an asset at a size, labelled or not."""

import math
from dataclasses import dataclass

import numpy as np

from assets.catalogue import Asset
from scenes.config.cast import Cast, pick_indices
from scenes.config.scene import SceneConfig
from scenes.layout.standing import Position, Standing

OBJECT_SCALE = 0.04  # how far one object's size strays from its image's, as a share


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An asset at a size."""

    asset: Asset
    is_target: bool
    scale: float

    def at(self, position: Position, yaw_rad: float, z_m: float = 0.0) -> Standing:
        """Return it in a place."""
        return Standing(
            asset=self.asset, is_target=self.is_target, x_m=position[0], y_m=position[1],
            yaw_rad=yaw_rad, scale=self.scale, z_m=z_m,
        )  # fmt: skip


def draw_targets(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> list[Kind]:
    """Return the targets of an image, at least one; by `same_share` all of one asset and size."""
    count = max(1, config.objects.count.draw_count(rng))
    scale = config.objects.scale.draw(rng)
    same = rng.random() < config.objects.same_share
    picks = pick_indices(rng, cast.target_weights, count)
    strays = rng.uniform(1 - OBJECT_SCALE, 1 + OBJECT_SCALE, size=count)
    if same:
        picks[:], strays[:] = picks[0], 1.0
    return [
        Kind(asset=cast.targets[number], is_target=True, scale=scale * float(stray))
        for number, stray in zip(picks, strays, strict=True)
    ]


def draw_prop(rng: np.random.Generator, cast: Cast, category: str) -> Kind:
    """Return something of a category that the scene needs; a target where it is of theirs."""
    prop = cast.props[category]
    asset = prop.assets[int(pick_indices(rng, prop.weights, 1)[0])]
    return Kind(asset=asset, is_target=asset.category == cast.targets[0].category, scale=1.0)


def turn(rng: np.random.Generator) -> float:
    """Return any yaw, radians."""
    return float(rng.uniform(-math.pi, math.pi))
