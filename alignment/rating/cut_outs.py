"""Fragments on chequers, kept, dropped or cut by another method: the second page of `make rate`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from alignment.fragments.cutting import masked, view_of
from alignment.fragments.masking.method import Masker
from alignment.fragments.masking.registry import MaskingSettings, maskers_of
from alignment.fragments.store import is_persons, judged, write_cut, write_meta
from alignment.rating.ratings import MOST_BYTES
from assets.fragments.folder import INDEX, read_fragments
from assets.fragments.fragment import KEPT, PROC, RAW, Fragment
from assets.fragments.told import Told
from scenes.config.from_mapping import from_mapping

PAGE = Path(__file__).with_name("look.html")
YOURS = "its proc.png is yours: it is not cut again"
_PICTURES = {"raw": RAW, "proc": PROC}


class CutOuts:
    """The fragments of a folder in their order, and where a person is; safe in several threads."""

    page, most_bytes = PAGE, MOST_BYTES

    def __init__(self, folder: Path) -> None:
        """Read the folder. Raises BadFragments."""
        self._folder, self._lock = folder, Lock()
        self._fragments: list[Fragment] = list(read_fragments(folder).fragments)
        self._at, self._note, self._drawn = self._first_open(), "", 0

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows: the fragment at hand, or none at the end."""
        with self._lock:
            return self._state()

    @property
    def summary(self) -> str:
        """How many a person kept and dropped."""
        count = Counter(one.kept for one in self._fragments)
        used = sum(one.is_used for one in self._fragments)
        return (
            f"{count['keep']} kept, {count['drop']} dropped, {count[None]} not looked at; "
            f"{used} of {len(self._fragments)} fragments are used"
        )

    def told(self, path: str, told: dict[str, Any]) -> dict[str, Any] | None:
        """Keep, drop or redo the fragment told by its id, or move. Raises Unwritable, KeyError.

        What is told of another fragment than the one at hand, as a key pressed twice sends, changes
        nothing.
        """
        with self._lock:
            self._note = ""
            if path in ("back", "next"):
                self._at = min(max(0, self._at + (-1 if path == "back" else 1)), self._count)
            elif path not in (*KEPT, "redo"):
                return None
            elif self._at < self._count and told["id"] == self._fragments[self._at].id:
                self._redo() if path == "redo" else self._keep(path)
            return self._state()

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return the PNG of raw/ID or proc/ID."""
        kind, _, name = path.partition("/")
        one = next((one for one in self._fragments if one.id == name), None)
        if one is None or kind not in _PICTURES:
            return None
        file = one.folder / _PICTURES[kind]
        return (file.read_bytes(), "image/png") if file.is_file() else None

    @property
    def _count(self) -> int:
        return len(self._fragments)

    def _keep(self, word: str) -> None:
        one = self._fragments[self._at]
        made = replace(one, kept="keep" if word == "keep" else "drop")
        write_meta(made)
        self._fragments[self._at] = made
        self._at = self._first_open(self._at + 1)

    def _redo(self) -> None:
        one = self._fragments[self._at]
        if is_persons(one.folder, one):
            self._note = YOURS
            return
        settings, maskers = self._masking
        rgb = one.rgb()
        view = view_of(rgb, one.box_in_crop_px, self._others(one))
        mask = masked(view, maskers, settings, after=one.mask_source)
        made = judged(
            replace(one, mask_source=mask.source, mask_score=mask.score),
            doubtful=mask.score < settings.doubtful_below,
        )
        self._fragments[self._at] = write_cut(made, rgb, mask.alpha)
        self._drawn += 1

    @cached_property
    def _masking(self) -> tuple[MaskingSettings, Sequence[Masker]]:
        """Return what the folder was made with. Raises UserError."""
        told = Told.read(self._folder / INDEX).part("masking")
        settings = from_mapping(MaskingSettings, told.values, "masking")
        return settings, maskers_of(settings)

    def _others(self, one: Fragment) -> list[tuple[float, float, float, float]]:
        left, top = one.crop_start_px
        return [
            (other.box_px[0] - left, other.box_px[1] - top, *other.box_px[2:])
            for other in self._fragments if other.photo == one.photo and other.id != one.id
        ]  # fmt: skip

    def _first_open(self, start: int = 0) -> int:
        waiting = [n for n, one in enumerate(self._fragments) if one.kept is None]
        later = (n for n in waiting if n >= start)
        return next(later, next(iter(waiting), len(self._fragments)))

    def _state(self) -> dict[str, Any]:
        done = sum(one.kept is not None for one in self._fragments)
        told: dict[str, Any] = {"done": done, "total": self._count, "note": self._note}
        if self._at == self._count:
            return told | {"asked": None}
        one = self._fragments[self._at]
        return told | {"asked": {
            "id": one.id, "category": one.category, "source": one.mask_source,
            "score": one.mask_score, "marks": list(one.marks), "kept": one.kept,
            "drawn": self._drawn,
        }}  # fmt: skip
