"""The cut-outs of a fragments folder as assets, each as large as its category is."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from assets.cards.by_ground import ByGround, Supposed, by_ground
from assets.cards.card import Card, Companion, sha256_of
from assets.cards.groups import along_of, usable
from assets.cards.known import as_known, known_as
from assets.cards.size import Extent, Size, extent_of, metres_a_pixel, size_of
from assets.catalogue import CUT_OUT, Asset, Catalogue
from assets.errors import UserError
from assets.fragments.background import PaintedBackground
from assets.fragments.folder import read_fragments
from assets.fragments.fragment import Fragment
from assets.fragments.set_ground import SetGround

FAMILY, SHAPE = CUT_OUT, "cut-out"
LYING = "lying"
LICENCE = "unknown: cut out of the user's own photo"


class NoCutOuts(UserError):
    """A folder of fragments of which none can be used, or a size that no thing has."""


@dataclass(frozen=True, kw_only=True)
class CutOuts:
    """Which cut-outs stand in scenes.

    folder: of fragments; None for none. height_m: by category, how high a thing stands; else it is
    as large as meshes of its category are seen; without any as the ground of the photos tells,
    their camera being camera_m above it where nothing tells that; else unknown_m high. share: how
    often a cut-out is picked where meshes serve the category as well. alone: nothing else stands
    anywhere. lying: of cut-outs, how often on the ground. without: SHA-256 of photos that only
    judge, whose cut-outs stand nowhere.
    """

    folder: Path | None
    height_m: Mapping[str, float]
    unknown_m: float
    camera_m: float | None
    share: float
    alone: bool
    lying: float
    without: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, metres in {**self.height_m, "unknown_m": self.unknown_m}.items():
            if not 0 < metres < 1e4:
                raise ValueError(f"height of {name} is {metres}; expected metres above 0")
        if self.camera_m is not None and not 0 < self.camera_m < 1e4:
            raise ValueError(f"camera_m is {self.camera_m}; expected metres above 0, or null")
        if not (0 <= self.share <= 1 and 0 <= self.lying <= 1):
            raise ValueError(f"share is {self.share}, lying {self.lying}; expected 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What a folder gives.

    left_out: cut-outs of photos that only judge. supposed: the sizes that nobody told.
    """

    assets: tuple[Asset, ...]
    left_out: int
    supposed: ByGround


def with_cut_outs(catalogue: Catalogue, wanted: CutOuts) -> Catalogue:
    """Return a catalogue with a folder's cut-outs after what it holds. Raises NoCutOuts.

    Where both serve a category, weights are such that the two are picked as `share` says.
    """
    if wanted.folder is None and not wanted.alone:
        return catalogue
    own = cut_outs(catalogue, wanted).assets
    if wanted.alone:
        return Catalogue(assets={asset.id: asset for asset in own})
    assets = dict(catalogue.assets)
    for category in dict.fromkeys(asset.category for asset in own):
        there = [a for a in catalogue.assets.values() if a.category == category]
        new = [a for a in own if a.category == category]
        assets |= {a.id: a for a in _weighed(there, 1 - wanted.share if there else 0.0)}
        assets |= {a.id: a for a in _weighed(new, wanted.share if there else 1.0)}
    return Catalogue(assets=assets)


def cut_outs(catalogue: Catalogue, wanted: CutOuts) -> Cut:
    """Return the assets of a folder. Raises NoCutOuts, BadFragments.

    catalogue: what is told of the sizes of its categories.
    """
    if wanted.folder is None:
        raise NoCutOuts(
            "no folder of cut-outs is named; expected FRAGMENTS=, fragments.folder=, the OUT of "
            "`make fragments`"
        )
    told = {known_as(name): Size(metres=high) for name, high in wanted.height_m.items()}
    sizes = {c: size_of(catalogue.of_category(c)) for c in catalogue.categories} | told
    key = (wanted.folder.resolve(), tuple(sorted(sizes.items())))
    by = Supposed(camera_m=wanted.camera_m, height_m=wanted.unknown_m)
    return _read(key, by, wanted.lying, frozenset(wanted.without))


def photos_of(wanted: CutOuts) -> tuple[PaintedBackground, ...]:
    """Return the photos that things can be pasted on; none that only judges.

    What their grounds tell is by the catalogue's names for categories.
    """
    if wanted.folder is None:
        return ()
    return tuple(
        as_known(one) for one in read_fragments(wanted.folder).used_backgrounds
        if one.photo_sha256 not in wanted.without
    )  # fmt: skip


@cache
def _read(
    key: tuple[Path, tuple[tuple[str, Size], ...]], by: Supposed, lying: float,
    without: frozenset[str],
) -> Cut:  # fmt: skip
    folder, told = key
    held = read_fragments(folder)
    every = [one for one in held.fragments if one.kept != "drop"]
    seen = [one for one in every if one.photo_sha256 not in without]
    good = usable(seen)
    shown = {one.id: extent for one in good if (extent := extent_of(one)) is not None}
    good = tuple(one for one in good if one.id in shown)
    if not good:
        raise NoCutOuts(
            f"fragments={folder}: none of {len(every)} can be used "
            f"({len(every) - len(seen)} are of photos that only judge); expected some that "
            "`make fragments` marks with nothing, or that a person kept"
        )
    scales, supposed = _scales(_Shown(fragments=good, extents=shown), dict(told), held.ground, by)
    assets = [
        asset for category, own in _by_category(good).items()
        for asset in _assets(own, scales[category], shown, lying)
    ]  # fmt: skip
    there = {asset.id for asset in assets}
    kept = tuple(_among(asset, there) for asset in assets)
    return Cut(assets=kept, left_out=len(every) - len(seen), supposed=supposed)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What can be used, and what of each is seen, by id."""

    fragments: Sequence[Fragment]
    extents: Mapping[str, Extent]


def _scales(
    shown: _Shown, sizes: Mapping[str, Size], ground: SetGround | None, by: Supposed
) -> tuple[dict[str, dict[str, float]], ByGround]:
    """Return metres a pixel by category and id, and whose size the ground had to tell."""
    own = _by_category(shown.fragments)
    scales = {
        c: metres_a_pixel(some, shown.extents, sizes[c]) for c, some in own.items() if c in sizes
    }
    known = {
        c: statistics.median(m * shown.extents[key].size[1] for key, m in scale.items())
        for c, scale in scales.items()
    }
    if ground is not None:
        ground = replace(ground, height={known_as(c): h for c, h in ground.height.items()})
    found = by_ground(ground, frozenset(own) - frozenset(scales), known, by)
    for category, metres in found.height_m.items():
        scales[category] = metres_a_pixel(own[category], shown.extents, Size(metres=metres))
    return scales, found


def _by_category(fragments: Iterable[Fragment]) -> dict[str, list[Fragment]]:
    found: dict[str, list[Fragment]] = {}
    for one in fragments:
        found.setdefault(known_as(one.category), []).append(one)
    return found


def _assets(
    own: Sequence[Fragment], scale: Mapping[str, float], shown: Mapping[str, Extent], lying: float
) -> list[Asset]:
    made: list[Asset] = []
    along = along_of(own)
    for one in own:
        others = tuple(
            _companion(one, other, shown) for other in along[one.id] if other.id in shown
        )
        card = Card(
            folder=str(one.folder), sha256=sha256_of(one.folder), metre_px=scale[one.id],
            foot_px=shown[one.id].foot, lying=False, along=others, pitch_deg=one.pitch_deg,
        )  # fmt: skip
        if lying < 1:
            made.append(_asset(one, card, 1 - lying))
        if lying > 0:
            made.append(_asset(one, replace(card, lying=True, along=()), lying))
    return made


def _companion(one: Fragment, other: Fragment, shown: Mapping[str, Extent]) -> Companion:
    here, there = (np.add(f.crop_start_px, shown[f.id].foot) for f in (one, other))
    right, down = (there - here).tolist()
    return Companion(asset_id=_id(other), right_px=right, up_px=-down)


def _asset(one: Fragment, card: Card, weight: float) -> Asset:
    name = _id(one)
    return Asset(
        id=f"{name}/{LYING}" if card.lying else name, category=known_as(one.category), shape=SHAPE,
        family=FAMILY, parameters={}, size_m=card.mesh().size_m, licence=LICENCE,
        source=one.photo, keypoints={}, supports=(), path=None, imported=card, weight=weight,
    )  # fmt: skip


def _among(asset: Asset, there: Iterable[str]) -> Asset:
    card = asset.imported
    if not isinstance(card, Card) or not card.along:
        return asset
    along = tuple(one for one in card.along if one.asset_id in there)
    return replace(asset, imported=replace(card, along=along))


def _id(one: Fragment) -> str:
    return f"{FAMILY}/{known_as(one.category)}/{one.id}"


def _weighed(assets: Sequence[Asset], share: float) -> list[Asset]:
    """Return assets whose weights sum to `share`, in their own proportions."""
    whole = sum(asset.weight for asset in assets)
    return [replace(asset, weight=asset.weight * share / whole) for asset in assets if whole]
