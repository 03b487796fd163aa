"""What a JSON file of a fragments folder tells, key by key, with errors that name both."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError

REDO = "run `make fragments` again, or take the folder out of the list in fragments.json"


class BadFragments(UserError):
    """A fragments folder that is cut off, of another shape or of another version."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One JSON object of a file. Every method raises BadFragments where the key tells otherwise."""

    path: Path
    values: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Told":
        """Return what a file tells. Raises BadFragments."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadFragments(f"{path}: {error}; expected JSON; {REDO}") from None
        if not isinstance(values, dict):
            raise BadFragments(f"{path}: a {type(values).__name__}; expected an object; {REDO}")
        return cls(path=path, values=values)

    def part(self, key: str) -> "Told":
        """Return the object under a key."""
        found = self._of(key, dict, "an object")
        return Told(path=self.path, values=found)

    def parts(self, key: str) -> "tuple[Told, ...]":
        """Return the objects of a list."""
        found = self._of(key, list, "a list of objects")
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(key, "a list of objects")
        return tuple(Told(path=self.path, values=one) for one in found)

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        if not (found := self._of(key, str, "a text")):
            raise self.wrong(key, "a text")
        return str(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self._of(key, list, "a list of texts")
        if not all(isinstance(one, str) for one in found):
            raise self.wrong(key, "a list of texts")
        return tuple(found)

    def choice(self, key: str, among: Sequence[str]) -> str | None:
        """Return one of these words, or None for null."""
        found = self.values.get(key)
        if found is not None and found not in among:
            raise self.wrong(key, f"{', '.join(among)} or null")
        return found

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return bool(self._of(key, bool, "true or false"))

    def number(self, key: str) -> float:
        """Return a finite number."""
        found = self._of(key, (int, float), "a number")
        if isinstance(found, bool) or not math.isfinite(found):
            raise self.wrong(key, "a finite number")
        return float(found)

    def perhaps(self, key: str) -> float | None:
        """Return a finite number, or None for null."""
        return None if self.values.get(key) is None else self.number(key)

    def perhaps_text(self, key: str) -> str | None:
        """Return a text, or None for null."""
        return None if self.values.get(key) is None else self.text(key)

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """Return a list of so many finite numbers."""
        found = self._of(key, list, f"{count} numbers")
        sound = [isinstance(n, int | float) and not isinstance(n, bool) for n in found]
        if len(found) != count or not all(sound) or not all(map(math.isfinite, found)):
            raise self.wrong(key, f"{count} numbers")
        return tuple(map(float, found))

    def by_name(self, key: str) -> dict[str, float]:
        """Return an object of positive numbers."""
        part = self.part(key)
        found = {name: part.number(name) for name in part.values}
        if any(value <= 0 for value in found.values()):
            raise self.wrong(key, "numbers above 0")
        return found

    def wrong(self, key: str, expected: str) -> BadFragments:
        """Return the error of a key that tells something else than it should."""
        found = repr(self.values[key])[:80] if key in self.values else "nothing"
        return BadFragments(f"{self.path}: {key} is {found}; expected {expected}; {REDO}")

    def _of(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        found = self.values.get(key)
        if not isinstance(found, kind):
            raise self.wrong(key, expected)
        return found
