"""What can stand in a scene."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assets.errors import UserError
from assets.families import FAMILIES, Family
from assets.mesh import Mesh


class UnknownAsset(UserError):
    """An asset, shape or category that the catalogue does not hold."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One thing that can stand in a scene.

    `family` names the generator and `parameters` what it is given, so the mesh can be made again
    anywhere. `size_m` is (x, y, z) of the mesh. `shape` is the name that `MetadataTable` records.
    """

    id: str
    category: str
    shape: str
    family: str
    parameters: Mapping[str, float]
    size_m: tuple[float, float, float]
    licence: str
    source: str

    def mesh(self) -> Mesh:
        """Return the asset's triangles (cached; the same object every time)."""
        return _mesh(self.family, self.shape, tuple(sorted(self.parameters.items())))

    def digest(self) -> str:
        """Return the SHA-256 of family, shape and parameters: what the manifest records."""
        told = json.dumps([self.family, self.shape, sorted(self.parameters.items())])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All assets, by id, in a fixed order."""

    assets: Mapping[str, Asset]

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories in order of first appearance."""
        return tuple(dict.fromkeys(asset.category for asset in self.assets.values()))

    def get(self, asset_id: str) -> Asset:
        """Return one asset. Raises UnknownAsset."""
        try:
            return self.assets[asset_id]
        except KeyError:
            raise UnknownAsset(f"asset {asset_id!r} is not in the catalogue") from None

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
        return tuple(a for a in self.assets.values() if a.category == category)

    def serving(self, name: str) -> str | None:
        """Return the catalogue category that serves a real set's category name, or None."""
        raise NotImplementedError
