"""What can stand in a scene."""

import hashlib
import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import yaml

from assets.errors import UserError
from assets.families import FAMILIES, Model, Shape
from assets.mesh import Mesh
from assets.naming import plain_singular
from assets.support import Support

LICENCE = "GPL-3.0-or-later"
SOURCE = "procedural"
CUT_OUT = "fragment"  # the family of what is cut out of photos
CATEGORY_KEYPOINTS: Mapping[str, tuple[str, ...]] = {
    category: family.keypoints for category, family in FAMILIES.items()
}
"""One fixed list of keypoint names a category: its COCO skeleton."""


class UnknownAsset(UserError):
    """An asset, shape or category that the catalogue does not hold."""


class Source(Protocol):
    """Where triangles come from that no family makes."""

    @property
    def sha256(self) -> str:
        """Of the bytes that they are made of."""

    def mesh(self) -> Mesh:
        """Return the triangles, the same object every time. Raises UserError where they changed."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One thing that can stand in a scene.

    `family` names the generator and `parameters` what it is given, so the mesh can be made again
    anywhere. `size_m` is (x, y, z) of the mesh. `shape` is the name that `MetadataTable` records.
    `keypoints` lie on the surface, in the object's frame, metres: some or all of the names that
    `CATEGORY_KEYPOINTS` fixes for the category, in its order. `supports` is what can be stood on,
    lowest first. `weight` is how often it is picked where a configuration says nothing of it.
    `path` is the file of a user's mesh, whose family is "mesh"; else None. `imported` is how that,
    or a cut-out of the family "fragment", is read.
    """

    id: str
    category: str
    shape: str
    family: str
    parameters: Mapping[str, float]
    size_m: tuple[float, float, float]
    licence: str
    source: str
    keypoints: Mapping[str, tuple[float, float, float]]
    supports: tuple[Support, ...]
    path: str | None
    imported: Source | None = None
    weight: float = 1.0

    def mesh(self) -> Mesh:
        """Return the asset's triangles (cached; the same object every time).

        Raises ChangedMesh, ChangedCutOut.
        """
        if self.imported is not None:
            return self.imported.mesh()
        return _model(self.family, self.shape, tuple(sorted(self.parameters.items()))).mesh

    def digest(self) -> str:
        """Return the SHA-256 that the manifest records.

        Of family, shape and parameters; of a user's file and of the files that it refers to.
        """
        if self.imported is not None:
            return self.imported.sha256
        told = json.dumps([self.family, self.shape, sorted(self.parameters.items())])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All assets, by id, in a fixed order."""

    assets: Mapping[str, Asset]

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Categories in order of first appearance."""
        return tuple(dict.fromkeys(asset.category for asset in self.assets.values()))

    def get(self, asset_id: str) -> Asset:
        """Return one asset. Raises UnknownAsset."""
        try:
            return self.assets[asset_id]
        except KeyError:
            raise UnknownAsset(
                f"asset {asset_id!r} is not among the {len(self.assets)} of the catalogue; if a "
                "plan names it, load the catalogue with as many variants as it was planned with"
            ) from None

    def of_category(self, name: str) -> tuple[Asset, ...]:
        """Return the assets that serve a category of a real set, by name or known alias.

        Case, plural and separators do not matter: "Dining Table", "diningtable" and "tables" are
        all served by `table`. Raises UnknownAsset, which lists what is there.
        """
        category = self.serving(name)
        if category is None:
            raise UnknownAsset(
                f"no asset family serves category {name!r}; the catalogue serves "
                f"{', '.join(self.categories)}"
            )
        return self._by_category[category]

    @cached_property
    def _by_category(self) -> Mapping[str, tuple[Asset, ...]]:
        """Every scene's sampler asks, so it is found once."""
        return {
            name: tuple(a for a in self.assets.values() if a.category == name)
            for name in self.categories
        }

    def serving(self, name: str) -> str | None:
        """Return the catalogue category that serves a real set's category name, or None."""
        for spelling in _spellings(name):
            category = self._by_spelling.get(_aliases().get(spelling, spelling))
            if category is not None:
                return category
        return None

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        return {plain_singular(category): category for category in self.categories}

    def digest(self) -> str:
        """Return a SHA-256 that differs between catalogues whose assets do."""
        told = "".join(f"{key} {asset.digest()} " for key, asset in sorted(self.assets.items()))
        return hashlib.sha256(told.encode()).hexdigest()

    def real_height_m(self, name: str) -> float:
        """Return the median height of the assets that serve a category. Raises UnknownAsset.

        Cut-outs count where nothing else serves it: they are as high as they looked from above.
        """
        every = self.of_category(name)
        solid = [asset for asset in every if asset.family != CUT_OUT]
        return statistics.median(asset.size_m[2] for asset in solid or every)


class BadVariants(UserError):
    """A number of variants that no catalogue can have."""


@cache
def load_catalogue(variants: int) -> Catalogue:
    """Return the catalogue with `variants` assets of every shape; the same ones every time.

    Asset "chair/dining/2" is the same in every catalogue that holds it. Raises BadVariants.
    """
    if variants < 1:
        raise BadVariants(f"variants is {variants}; expected 1 or more assets of each shape")
    return Catalogue(assets={asset.id: asset for asset in _assets(variants)})


def _assets(variants: int) -> Iterator[Asset]:
    for category, family in FAMILIES.items():
        for shape in family.shapes.values():
            for variant in range(variants):
                yield _asset(category, shape, variant)


def _asset(category: str, shape: Shape, variant: int) -> Asset:
    name = f"{category}/{shape.name}/{variant}"
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    parameters = shape.draw(np.random.default_rng(seed))
    model = _model(category, shape.name, tuple(sorted(parameters.items())))
    return Asset(
        id=name,
        category=category,
        shape=shape.name,
        family=category,
        parameters=parameters,
        size_m=model.mesh.size_m,
        licence=LICENCE,
        source=SOURCE,
        keypoints={
            n: model.keypoints[n] for n in CATEGORY_KEYPOINTS[category] if n in model.keypoints
        },
        supports=model.supports,
        path=None,
    )


@cache
def _model(family: str, shape: str, parameters: tuple[tuple[str, float], ...]) -> Model:
    try:
        told = FAMILIES[family].shapes[shape]
    except KeyError:
        raise UnknownAsset(f"no family {family!r} with a shape {shape!r} is there") from None
    return told.build(dict(parameters))


@cache
def _aliases() -> Mapping[str, str]:
    """Spelling to category, as `plain_singular` writes both."""
    told = yaml.safe_load(Path(__file__).with_name("aliases.yaml").read_text(encoding="utf-8"))
    return {
        plain_singular(alias): plain_singular(category)
        for category, aliases in told.items()
        for alias in aliases
    }


def _spellings(name: str) -> tuple[str, ...]:
    """The name, and the last part of a path-like one ("furniture/chair"), made plain."""
    whole = plain_singular(name)
    return whole, plain_singular(name.rsplit("/", 1)[-1])
