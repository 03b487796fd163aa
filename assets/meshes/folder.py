"""A folder of the user's meshes as assets; what was repaired or skipped, file by file."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assets.cards.folder import CutOuts, with_cut_outs
from assets.catalogue import Asset, Catalogue, load_catalogue
from assets.errors import UserError
from assets.meshes.checks import BrokenMesh
from assets.meshes.files import FORMATS, regular_file_inside
from assets.meshes.imported import Imported
from assets.meshes.plausible import plausible_size
from assets.meshes.repair import UP_OF_FORMAT, Fit, extents_of, fitted, upright
from assets.meshes.sheet import NAME, Entry, Sheet, read_sheet

FAMILY = "mesh"
UNKNOWN_LICENCE = "unknown: the user's own mesh"
MOST_FILES = 2_000
_UNREAD = (".3ds", ".3mf", ".abc", ".blend", ".dae", ".off", ".step", ".stp", ".usd", ".usda",
           ".usdc", ".usdz", ".wrl", ".x3d", ".zip")  # fmt: skip


class NoMeshes(UserError):
    """A folder of meshes that is not there, or of which nothing can be used."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One sentence about one file, named relative to the folder."""

    file: str
    said: str

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"


@dataclass(frozen=True, kw_only=True)
class MeshFolder:
    """What a folder gives: assets in order of path, what was repaired, what was skipped."""

    assets: tuple[Asset, ...]
    repairs: tuple[Remark, ...]
    skipped: tuple[Remark, ...]


def catalogue_of(variants: int, meshes: Path | None, cut_outs: CutOuts | None = None) -> Catalogue:
    """Return the procedural catalogue, with a folder's meshes and cut-outs after it where named.

    Raises BadVariants, NoMeshes, BadSheet, BadFragments, NoCutOuts.
    """
    catalogue = load_catalogue(variants)
    if meshes is not None:
        own = {asset.id: asset for asset in import_meshes(meshes).assets}
        catalogue = Catalogue(assets={**catalogue.assets, **own})
    return catalogue if cut_outs is None else with_cut_outs(catalogue, cut_outs)


def import_meshes(folder: Path) -> MeshFolder:
    """Return the meshes of a folder (read once a process). Raises NoMeshes, BadSheet.

    The category of a file is said by meshes.yaml, else by its first subfolder. A file that cannot
    be used is skipped with a reason; only a folder without any usable one is an error.
    """
    if not folder.is_dir():
        raise NoMeshes(f"meshes={folder} is not a folder; expected one with a subfolder a category")
    return _imported(folder.resolve())


@cache
def _imported(folder: Path) -> MeshFolder:
    sheet = read_sheet(folder)
    assets: dict[str, Asset] = {}
    repairs: list[Remark] = []
    skipped: list[Remark] = []
    for file in _files(folder, skipped):
        name = said_path(file, folder)
        try:
            asset, words = _asset(file, folder, sheet)
            if asset.id in assets:
                raise BrokenMesh(f"has the name of {_other(assets[asset.id], folder)}; rename one")
        except BrokenMesh as error:
            skipped.append(Remark(file=name, said=str(error)))
            continue
        assets[asset.id] = asset
        repairs.extend(Remark(file=name, said=word) for word in words)
    if not assets:
        raise NoMeshes(_nothing(folder, skipped))
    return MeshFolder(assets=tuple(assets.values()), repairs=tuple(repairs), skipped=tuple(skipped))


def said_path(file: Path, folder: Path) -> str:
    """Return a file's path inside a folder as text that any console and JSON can hold."""
    told = file.relative_to(folder).as_posix()
    return told if told.isprintable() and _encodes(told) else ascii(told)


def _files(folder: Path, skipped: list[Remark]) -> Iterator[Path]:
    """Yield the mesh files in order of path; links to folders are not followed."""
    count = 0
    for here, folders, names in os.walk(folder, followlinks=False):
        for name in sorted(folders):
            if (Path(here) / name).is_symlink():
                said = "is a link to a folder, which is not followed; copy it here"
                skipped.append(Remark(file=said_path(Path(here) / name, folder), said=said))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file, suffix = Path(here) / name, Path(name).suffix.lower()
            if name.startswith(".") or suffix not in (*FORMATS, *_UNREAD):
                continue
            count += 1
            if count > MOST_FILES:
                said = f"is beyond the {MOST_FILES} files that are read; split the folder"
                skipped.append(Remark(file=said_path(file, folder), said=said))
                return
            yield file


def _asset(file: Path, folder: Path, sheet: Sheet) -> tuple[Asset, tuple[str, ...]]:
    """Return a file's asset and what was repaired. Raises BrokenMesh."""
    from assets.meshes.raw import read_raw  # noqa: PLC0415  # trimesh: a third of a second

    entry, category, key = _named(file, folder, sheet)
    wrong = regular_file_inside(file, folder)
    if wrong:
        raise BrokenMesh(wrong)
    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        raise BrokenMesh(f"is {suffix[1:]}, which is not read; export it as glb")
    raw = read_raw(file, folder)
    size = plausible_size(category, sheet.heights_m)
    extents = extents_of(raw.parts)
    fit = fitted(extents, UP_OF_FORMAT.get(suffix, "z"), (entry.unit, entry.up), size)
    mesh, mended = upright(raw.parts, fit)
    asset = Asset(
        id=f"{FAMILY}/{category}/{key}", category=category, shape=entry.shape or file.stem,
        family=FAMILY, parameters={}, size_m=mesh.size_m,
        licence=entry.licence or UNKNOWN_LICENCE, source=entry.source or said_path(file, folder),
        keypoints={}, supports=(), path=str(file), imported=_origin(file, folder, raw.sha256, fit),
        weight=1.0 if entry.weight is None else entry.weight,
    )  # fmt: skip
    return asset, (*fit.words, *mended, *raw.notes)


def _origin(file: Path, folder: Path, sha256: str, fit: Fit) -> Imported:
    return Imported(root=str(folder), path=str(file), sha256=sha256, scale=fit.scale, up=fit.up)


def _named(file: Path, folder: Path, sheet: Sheet) -> tuple[Entry, str, str]:
    """Return what is said of a file, its category, and its path below it without suffix."""
    told = file.relative_to(folder).as_posix()
    if not told.isprintable() or not _encodes(told):
        raise BrokenMesh("has a name that cannot be printed; rename it")
    entry, parts = sheet.entry(told), file.relative_to(folder).with_suffix("").parts
    if entry.category is not None:
        return entry, _known(entry.category), "/".join(parts)
    if len(parts) < 2:
        raise BrokenMesh(
            f"has no category; put it into a subfolder named by one, or name it in {NAME}"
        )
    return entry, _known(parts[0]), "/".join(parts[1:])


def _known(category: str) -> str:
    """Return the procedural category that a name means ("Chairs" is chair), else the name."""
    return load_catalogue(1).serving(category) or category


def _other(asset: Asset, folder: Path) -> str:
    return said_path(Path(str(asset.path)), folder)


def _encodes(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _nothing(folder: Path, skipped: Iterable[Remark]) -> str:
    told = "; ".join(str(remark) for remark in list(skipped)[:5])
    return (
        f"meshes={folder} holds no mesh that can be used; expected {', '.join(FORMATS)} in "
        f"subfolders named by category. Skipped: {told or 'nothing was found'}"
    )
