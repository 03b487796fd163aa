"""Which assets a configuration may use, and how often each is picked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.catalogue import Asset, Catalogue
from assets.errors import UserError
from scenes.config.scene import SceneConfig

FLOOR = "floor"  # what is no furniture, in what things stand on
Weights = npt.NDArray[np.float64]


class UnknownShape(UserError):
    """A shape name that no asset of the category has."""


class BadWeight(UserError):
    """A weight for what is not there, or one that no chance can be made of."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prop:
    """Assets of which a scene needs some, and the chance of each (none where all weigh 0)."""

    assets: tuple[Asset, ...]
    weights: Weights


@dataclass(frozen=True, kw_only=True, eq=False)
class Cast:
    """The assets a configuration may use: what it labels, and what only stands about.

    target_weights, clutter_weights: the chance that each is picked, summing to 1 (or empty).
    props: by category, what targets stand on or in a group with; of their own category they are
    the targets themselves.
    """

    targets: tuple[Asset, ...]
    clutter: tuple[Asset, ...]
    target_weights: Weights
    clutter_weights: Weights
    props: Mapping[str, Prop]


def cast_of(config: SceneConfig, catalogue: Catalogue) -> Cast:
    """Return a configuration's cast. Raises UnknownAsset, UnknownShape or BadWeight."""
    _check_weights(config.weights, catalogue)
    targets = _chosen(config, catalogue)
    own = targets[0].category
    clutter = tuple(
        asset
        for name in config.clutter.categories
        for asset in catalogue.of_category(name)
        if asset.category != own  # an unlabelled target would teach the detector to miss it
    )
    own_prop, others = (prop_of(assets, config.weights) for assets in (targets, clutter))
    if not own_prop.assets:
        shapes = ", ".join(sorted({asset.shape for asset in targets}))
        raise BadWeight(
            f"weights: every {config.category} has weight 0; give one of {shapes} a weight above 0"
        )
    return Cast(
        targets=own_prop.assets,
        clutter=others.assets,
        target_weights=own_prop.weights,
        clutter_weights=others.weights,
        props={**_props(config, catalogue, own_prop.assets), own: own_prop},
    )


def prop_of(assets: Sequence[Asset], weights: Mapping[str, float]) -> Prop:
    """Return the assets that a configuration's weights leave, and the chance of each."""
    told = np.array([_weight(asset, weights) for asset in assets], dtype=np.float64)
    kept = tuple(a for a, weight in zip(assets, told, strict=True) if weight)
    return Prop(assets=kept, weights=_shares(told))


def pick(rng: np.random.Generator, assets: Sequence[Asset], weights: Weights) -> Asset:
    """Return one asset, by weight, for one uniform draw."""
    return assets[int(pick_indices(rng, weights, 1)[0])]


def pick_indices(rng: np.random.Generator, weights: Weights, count: int) -> npt.NDArray[np.int64]:
    """Return `count` indices into what has these weights, for one uniform draw each."""
    below = np.searchsorted(np.cumsum(weights), rng.random(count), side="right")
    return np.minimum(below, len(weights) - 1).astype(np.int64)


def _props(
    config: SceneConfig, catalogue: Catalogue, targets: tuple[Asset, ...]
) -> dict[str, Prop]:
    """Return what the placement of the targets and their groups may ask for, by its name there."""
    group, own = config.group, targets[0].category
    names = {*group.middle, *group.around, *group.on_top}
    names |= {place for t in targets for place in config.placement.places_of(own, t.shape)}
    props = {}
    for name in sorted(names - {FLOOR, own}):
        prop = prop_of(catalogue.of_category(name), config.weights)
        if prop.assets:
            props[name] = prop
    return props


def _chosen(config: SceneConfig, catalogue: Catalogue) -> tuple[Asset, ...]:
    targets = catalogue.of_category(config.category)
    known = {asset.shape for asset in targets}
    for shape in config.shapes:
        if shape not in known:
            raise UnknownShape(
                f"shapes: {shape!r} is no shape of {config.category}; "
                f"expected some of {', '.join(sorted(known))}"
            )
    return tuple(a for a in targets if not config.shapes or a.shape in config.shapes)


def _check_weights(weights: Mapping[str, float], catalogue: Catalogue) -> None:
    shapes = {f"{asset.category}/{asset.shape}": asset.shape for asset in catalogue.assets.values()}
    for name, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise BadWeight(f"weights.{name}: found {weight}; expected a number, 0 or more")
        if name not in catalogue.assets and name not in shapes and name not in shapes.values():
            raise BadWeight(
                f"weights.{name}: no asset or shape has that name; expected the id of an asset "
                f"({next(iter(catalogue.assets))}) or a shape, one of {', '.join(shapes)}"
            )


def _weight(asset: Asset, weights: Mapping[str, float]) -> float:
    """Return the weight that names an asset most closely: its id, its shape, or its own."""
    names = (asset.id, f"{asset.category}/{asset.shape}", asset.shape)
    return next((weights[name] for name in names if name in weights), asset.weight)


def _shares(weights: Weights) -> Weights:
    kept = weights[weights > 0]
    if not len(kept):
        return kept
    kept = kept / kept.max()  # first, so that no sum of huge weights is infinite
    return np.asarray(kept / kept.sum())
