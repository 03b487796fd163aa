"""Which real photos a set on disk was made with, from what lies beside its annotations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.detection.shown.pictures import Leak, Unseen, leak_line
from scenes.dataset.manifest import CREDITED, read_manifest
from scenes.plan.plan import plan_data
from scenes.plan.splits import SplitRecord


@dataclass(frozen=True, kw_only=True)
class MadeWith:
    """exposed, validation, test: file names by splits.json; none where there is no such file.

    references: photos whose colours or style a render took. digests: of files behind the objects.
    """

    exposed: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    references: frozenset[str]
    digests: frozenset[str]

    @property
    def seen(self) -> frozenset[str]:
        """The photos that shaped the set, by name."""
        return self.references.union(self.exposed)


def made_with(root: Path) -> MadeWith:
    """Return what a set's folder tells. Raises BadSplitRecord, BadPlan."""
    record = SplitRecord.beside(root / "plan.jsonl")
    parts: Mapping[str, tuple[str, ...]] = record.images if record else {}
    exposed, validation, test = (
        tuple(parts.get(part, ())) for part in ("exposed", "validation", "test")
    )
    return MadeWith(
        exposed=exposed, validation=validation, test=test,
        references=frozenset(_references(root / "plan.jsonl")), digests=_behind(root),
    )  # fmt: skip


def refuse_seen(name: str, made: MadeWith, unseen: Unseen, known: Mapping[str, str]) -> None:
    """Raise Leak where a set was made with a photo that judges.

    known: the digest of each real photo by its name. A photo that is not among them is told by its
    name alone.
    """
    for photo in sorted(made.seen):
        digest = known.get(photo)
        if digest in unseen.digests or (digest is None and _plain(photo) in unseen.file_names):
            raise Leak(leak_line(f"set {name}, whose plan saw it", photo))
    if made.digests & unseen.digests:
        raise Leak(leak_line(f"set {name}, behind its objects", "a photo"))


def _plain(photo: str) -> str:
    return Path(photo.partition(" (image ")[0]).name


def _references(plan: Path) -> Iterator[str]:
    """Yield the photos that a plan takes colours from, in a form that is quick to search."""
    if not plan.is_file():
        return
    with plan.open("rb") as file:
        for number, line in enumerate(file, 1):
            if b'"reference"' in line:
                yield from _named(plan_data(plan, number, line))


def _named(told: Any) -> Iterator[str]:
    inner: Iterable[Any] = ()
    if isinstance(told, dict):
        if isinstance(told.get("reference"), str):
            yield told["reference"]
        inner = told.values()
    elif isinstance(told, list):
        inner = told
    for one in inner:
        yield from _named(one)


def _behind(root: Path) -> frozenset[str]:
    told = read_manifest(root) or {}
    try:
        return frozenset(
            str(credit["sha256"])
            for kind in CREDITED for credit in told.get(kind, ()) if "sha256" in credit
        )  # fmt: skip
    except TypeError:  # another tool's manifest
        return frozenset()


def as_told(annotated_names: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return image ids by each name that a splits.json may give them.

    A name that a set has twice is told there as "name (image id)".
    """
    found: dict[str, int] = {}
    for key, name in annotated_names:
        found[f"{name} (image {key})"] = key
        found.setdefault(name, key)
    return found
