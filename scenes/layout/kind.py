"""What is to be stood somewhere: an asset at a size, labelled or not."""

import math
from dataclasses import dataclass, replace

import numpy as np

from assets.catalogue import Asset
from scenes.config.cast import Cast, pick_indices
from scenes.config.scene import SceneConfig
from scenes.layout.nesting import nesting_m
from scenes.layout.posing import draw_rests
from scenes.layout.resting import Resting, upturned
from scenes.layout.standing import Position, Standing

OBJECT_SCALE = 0.04  # how far one object's size strays from its image's, as a share


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An asset at a size. rest: how it lies; None where it stands."""

    asset: Asset
    is_target: bool
    scale: float
    rest: Resting | None = None

    @property
    def height_m(self) -> float:
        """Height as scaled, as it rests."""
        return (self.rest or self.asset).size_m[2] * self.scale

    def at(self, position: Position, yaw_rad: float, z_m: float = 0.0) -> Standing:
        """Return it in a place."""
        return Standing(
            asset=self.asset, is_target=self.is_target, x_m=position[0], y_m=position[1],
            yaw_rad=yaw_rad, scale=self.scale, z_m=z_m, rest=self.rest,
        )  # fmt: skip

    def into(self, below: Standing, yaw_rad: float) -> Standing | None:
        """Return it put into one of its own asset, or over one upside down; None if it is none."""
        mesh = self.asset.mesh()
        if below.asset is not self.asset or below.rest not in (None, upturned(mesh)):
            return None
        step_m = nesting_m(mesh)
        if step_m is None:
            return None
        like = replace(self, scale=below.scale, rest=below.rest)
        return like.at((below.x_m, below.y_m), yaw_rad, below.z_m + step_m * below.scale)


def draw_targets(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> list[Kind]:
    """Return the targets of an image, at least one; by `same_share` all of one asset and size."""
    count = max(1, config.objects.count.draw_count(rng))
    scale = config.objects.scale.draw(rng)
    same = rng.random() < config.objects.same_share
    picks = pick_indices(rng, cast.target_weights, count)
    strays = rng.uniform(1 - OBJECT_SCALE, 1 + OBJECT_SCALE, size=count)
    if same:
        picks[:], strays[:] = picks[0], 1.0
    kinds = [
        Kind(asset=cast.targets[number], is_target=True, scale=scale * float(stray))
        for number, stray in zip(picks, strays, strict=True)
    ]
    rests = draw_rests(rng, config.placement, [kind.asset for kind in kinds])
    return [replace(kind, rest=rest) for kind, rest in zip(kinds, rests, strict=True)]


def draw_prop(rng: np.random.Generator, cast: Cast, category: str) -> Kind:
    """Return something of a category that the scene needs; a target where it is of theirs."""
    prop = cast.props[category]
    asset = prop.assets[int(pick_indices(rng, prop.weights, 1)[0])]
    return Kind(asset=asset, is_target=asset.category == cast.targets[0].category, scale=1.0)


def turn(rng: np.random.Generator) -> float:
    """Return any yaw, radians."""
    return float(rng.uniform(-math.pi, math.pi))
