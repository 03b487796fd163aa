"""The scenes to render and why each was chosen, one a line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.files import atomic
from scenes.model.scene import Scene


class BadPlan(UserError):
    """A plan file that is missing, cut off or of another shape."""


@dataclass(frozen=True, kw_only=True)
class PlannedScene:
    """One line of a plan. component: of the target's mixture (-1: none). weight: its share."""

    index: int
    scene: Scene
    component: int
    weight: float
    why: str

    def to_json(self) -> dict[str, Any]:
        """Return plain data; `from_json` gives the same line back."""
        return {
            "index": self.index, "component": self.component, "weight": self.weight,
            "why": self.why, "scene": self.scene.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "PlannedScene":
        """Return the line that `to_json` told."""
        return cls(**{**told, "scene": Scene.from_json(told["scene"])})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Planned scenes, index 0 upwards, in memory or as scenes/plan/on_disk.py has them."""

    scenes: Sequence[PlannedScene]

    def __len__(self) -> int:
        return len(self.scenes)

    @property
    def categories(self) -> dict[int, str]:
        """Labelled categories, id to name, by id."""
        found = {
            o.category_id: o.category for p in self.scenes for o in p.scene.objects if o.category_id
        }
        return dict(sorted(found.items()))

    def write(self, path: Path) -> None:
        """Write JSON lines, whole or not at all. Raises Unwritable."""
        with atomic.written(path) as handle:
            handle.writelines(line.encode() for line in self.lines())

    def lines(self) -> Iterator[str]:
        """Yield the lines that `write` writes."""
        return self.written(self.scenes)

    @staticmethod
    def written(scenes: Iterable[PlannedScene]) -> Iterator[str]:
        """Yield each scene's line."""
        return (_line(p.to_json()) for p in scenes)

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """Return the plan in a file. Raises BadPlan, which names the line."""
        try:
            lines = path.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadPlan(f"plan {path}: {error}; expected the plan.jsonl of `make plan`") from None
        scenes = tuple(parsed_line(path, number, line) for number, line in enumerate(lines, 1))
        if not scenes:
            raise BadPlan(f"plan {path} is empty; expected one scene a line")
        return cls(scenes=scenes)


def plan_data(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """Return a line of a plan file as plain data. Raises BadPlan, which names it."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise BadPlan(f"plan {path}, line {number}: {error}; expected JSON") from None
    return told


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, allow_nan=False, separators=(",", ":")) + "\n"


def parsed_line(path: Path, number: int, line: str) -> PlannedScene:
    """Return a line of a plan file. Raises BadPlan, which names it."""
    try:
        return PlannedScene.from_json(json.loads(line))
    except (KeyError, TypeError, ValueError) as error:
        raise BadPlan(
            f"plan {path}, line {number}: {type(error).__name__} {error}; "
            "expected a scene as `make plan` writes it; plan again"
        ) from None
