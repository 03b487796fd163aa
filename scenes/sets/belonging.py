"""Which file on disk belongs to which record of a set, by rules that cannot take another's.

A name is looked for as it is told; then in another spelling (letter case, Unicode form, percent
escapes, another suffix of photos); then without its first folders. What was found by the weaker
rules is counted. Dropping folders is out where another record shares the rest of the name, or where
the folder that the name tells is there and does not hold it; so is a second name that another
record shares. A file that two records claim goes to
the one that claims it by the stronger rule, else to neither.
"""

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from scenes.sets.identity import Key

RESPELLED = "{kind} found under another spelling or suffix of their name"
SHORTENED = "{kind} found without the folders of their name"
SHARED = "{kind} that several images claim left out"
SEVERAL = "{kind} of whose name there are several files left out"
TWIN = "{kind} of which another folder holds another of the same name, the nearest taken"

Parts = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a record says of its file. names: the surest first. folders: where to look, in order.

    beside: places, suffix or not, that are the record's own whatever it tells.
    """

    key: Key
    names: tuple[str, ...]
    folders: tuple[Path, ...]
    beside: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True, order=True)
class _Claim:
    """By what rule a file was found: the smaller, the stronger. rank: of the name."""

    rank: int
    dropped: int
    respelled: bool
    path: Path = field(compare=False)
    twin: bool = field(compare=False, default=False)


class _SeveralFiles(Exception):
    """A name that several files bear."""


@dataclass(frozen=True, kw_only=True)
class _Listing:
    files: frozenset[str]
    folders: frozenset[str]
    alike: Mapping[str, list[str]]
    stems: Mapping[str, list[str]]
    folders_alike: Mapping[str, list[str]]


class Shelf:
    """Files of some suffixes below any folders, each listed once.

    kind: what they are called where they are counted. suffixes: lower case, with the dot, the one
    that is taken where several files share a stem first; `apart` where several are several files.
    """

    def __init__(self, kind: str, suffixes: Sequence[str], *, apart: bool) -> None:
        self._kind, self._suffixes, self._apart = kind, tuple(suffixes), apart
        self._listings: dict[Path, _Listing] = {}
        self._held: dict[tuple[Path, ...], tuple[Path, ...]] = {}

    def matched(self, sought: Sequence[Sought]) -> tuple[dict[Key, Path], Counter[str]]:
        """Return the file of each record that has one, by its key, and counts of weaker rules."""
        tails = self._tails(sought)
        claims: dict[Key, _Claim] = {}
        said: Counter[str] = Counter()
        for one in sought:
            try:
                claim = self._claim(one, tails)
            except _SeveralFiles:
                said[SEVERAL.format(kind=self._kind)] += 1
                continue
            if claim is not None:
                claims[one.key] = claim
        kept = self._undisputed(claims, said)
        said[RESPELLED.format(kind=self._kind)] += sum(c.respelled for c in kept.values())
        said[SHORTENED.format(kind=self._kind)] += sum(c.dropped > 0 for c in kept.values())
        said[TWIN.format(kind=self._kind)] += sum(c.twin for c in kept.values())
        return {key: claim.path for key, claim in kept.items()}, +said

    def _undisputed(self, claims: Mapping[Key, _Claim], said: Counter[str]) -> dict[Key, _Claim]:
        rivals: dict[str, list[Key]] = defaultdict(list)
        for key, claim in claims.items():
            rivals[os.path.abspath(claim.path)].append(key)  # noqa: PTH100 - links stay as told
        kept = {}
        for keys in rivals.values():
            strongest = min(claims[key] for key in keys)
            first = [key for key in keys if claims[key] == strongest]
            if len(first) == 1:
                kept[first[0]] = claims[first[0]]
            else:
                said[SHARED.format(kind=self._kind)] += len(first)
        return kept

    def _tails(self, sought: Sequence[Sought]) -> Counter[Parts]:
        """Return how many records have a name that ends in these parts, spelled in any way."""
        count: Counter[Parts] = Counter()
        for one in sought:
            ends = {
                self._folded(parts[-length:]) for name in one.names if (parts := parts_of(name))
                for length in range(1, len(parts) + 1)
            }  # fmt: skip
            count.update(ends)
        return count

    def _folded(self, parts: Parts) -> Parts:
        return (*map(folded, parts[:-1]), folded(self._stem(parts[-1])))

    def _claim(self, sought: Sought, tails: Mapping[Parts, int]) -> _Claim | None:
        folders = self._there(sought.folders)
        for rank, name in enumerate(sought.names):
            parts = parts_of(name)
            if rank and parts and tails[self._folded(parts)] > 1:
                continue
            if parts and name.startswith("/") and (found := self._found((Path("/"),), parts)):
                return replace(found, rank=rank)
            for dropped in range(len(parts)):
                tail = parts[dropped:]
                if dropped and tails[self._folded(tail)] > 1:
                    break
                if found := self._found(folders, tail):
                    return replace(found, rank=rank, dropped=dropped)
                if self._has_folder(folders, tail[:-1]):
                    break
        places = enumerate(sought.beside, len(sought.names))
        found_beside = ((n, self._found((p.parent,), (p.name,))) for n, p in places)
        return next((replace(found, rank=n) for n, found in found_beside if found), None)

    def _there(self, folders: tuple[Path, ...]) -> tuple[Path, ...]:
        """Return those of some folders that hold anything."""
        if folders not in self._held:
            listed = ((folder, self._listed(folder)) for folder in folders)
            self._held[folders] = tuple(f for f, seen in listed if seen.files or seen.folders)
        return self._held[folders]

    def _found(self, bases: Sequence[Path], tail: Parts) -> _Claim | None:
        folders = [f for base in bases if (f := self._folder(base, tail[:-1])) is not None]
        exact = [f / tail[-1] for f in folders if tail[-1] in self._listed(f).files]
        if exact:
            return _Claim(
                rank=0, dropped=0, respelled=False, path=exact[0],
                twin=any(_differs(exact[0], other) for other in exact[1:]),
            )  # fmt: skip
        return next((c for f in folders if (c := self._respelled(f, tail[-1]))), None)

    def _respelled(self, folder: Path, name: str) -> _Claim | None:
        listing, bare = self._listed(folder), self._stem(name) == name
        alike = [] if bare else listing.alike.get(folded(name), [])
        if not alike:
            alike = listing.stems.get(folded(self._stem(name)), [])
            exact = [file for file in alike if self._stem(file) == self._stem(name)]
            alike = exact or alike
        if not alike:
            return None
        file = self._one(alike)
        plain = bare and self._stem(file) == name
        return _Claim(rank=0, dropped=0, respelled=not plain, path=folder / file)

    def _has_folder(self, bases: Iterable[Path], parts: Parts) -> bool:
        named = set(parts) - {".."}
        return bool(named) and any(self._folder(base, parts) is not None for base in bases)

    def _one(self, files: Sequence[str]) -> str:
        if len(files) > 1 and (self._apart or len({suffix_of(file) for file in files}) == 1):
            raise _SeveralFiles
        return min(files, key=lambda file: (self._rank(file), file))

    def _rank(self, file: str) -> int:
        suffix = suffix_of(unquote(file))
        return self._suffixes.index(suffix) if suffix in self._suffixes else len(self._suffixes)

    def _stem(self, name: str) -> str:
        suffix = suffix_of(name)
        return name[: -len(suffix)] if suffix in self._suffixes else name

    def _folder(self, base: Path, parts: Parts) -> Path | None:
        """Return the folder of these parts below another, in any spelling, or None."""
        folder = base
        for part in parts:
            listing = self._listed(folder)
            if part == "..":
                folder = folder.parent
            elif part in listing.folders:
                folder = folder / part
            elif len(alike := listing.folders_alike.get(folded(part), [])) == 1:
                folder = folder / alike[0]
            else:
                return None
        return folder

    def _listed(self, folder: Path) -> _Listing:
        if folder not in self._listings:
            self._listings[folder] = self._look(folder)
        return self._listings[folder]

    def _look(self, folder: Path) -> _Listing:
        files, folders = _entries(folder)
        alike, stems, folders_alike = defaultdict(list), defaultdict(list), defaultdict(list)
        for name in sorted(files):
            alike[folded(name)].append(name)
            if suffix_of(name) in self._suffixes:
                stems[folded(self._stem(name))].append(name)
        for name in sorted(folders):
            folders_alike[folded(name)].append(name)
        return _Listing(
            files=frozenset(files), folders=frozenset(folders), alike=alike, stems=stems,
            folders_alike=folders_alike,
        )  # fmt: skip


def parts_of(name: str) -> Parts:
    """Return the folders and the name that a record tells: of a path, a Windows path or a URL."""
    if "://" in name:
        name = _of_url(name)
    parts = PurePosixPath(name.replace("\\", "/").replace("\0", "")).parts
    kept = [part for part in parts if part not in ("/", "//", ".")]
    while kept and kept[-1] == "..":
        kept.pop()
    return tuple(kept)


def folded(name: str) -> str:
    """Return what the spellings of one file name share."""
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def suffix_of(name: str) -> str:
    """Return a name's suffix in lower case, "" where it has none."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def _of_url(name: str) -> str:
    try:
        told = urlsplit(name)
    except ValueError:
        return name
    within = parse_qs(told.query).get("d") or parse_qs(told.query).get("path")
    return within[0] if within else told.path  # Label Studio's local files are in `d`


def _differs(one: Path, other: Path) -> bool:
    try:
        return not one.samefile(other) and one.stat().st_size != other.stat().st_size
    except OSError:
        return True


def _entries(folder: Path) -> tuple[list[str], list[str]]:
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                (folders if entry.is_dir() else files).append(entry.name)
    except (OSError, ValueError):  # not there, no folder, or no name that a folder can have
        return [], []
    return files, folders
