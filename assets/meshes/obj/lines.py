"""The lines of an OBJ file: points, texture coordinates, colours, and faces by material."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

import numpy as np

from assets.meshes.checks import BrokenMesh
from assets.meshes.looks import Note
from assets.meshes.part import FloatArray
from assets.meshes.text import decoded

Corner = tuple[int, int]  # which point, and which texture coordinates or -1, from 0
_CURVED = ("curv", "curv2", "surf")


@dataclass(kw_only=True)
class ObjLines:
    """What the lines say, in their order.

    colors: of each point, or None. faces: by material ("" where none was named) polygons of
    corners. libraries: what was named as mtllib.
    """

    points: list[tuple[float, ...]] = field(default_factory=list)
    colors: list[tuple[float, ...] | None] = field(default_factory=list)
    uv: list[tuple[float, float]] = field(default_factory=list)
    faces: dict[str, list[tuple[Corner, ...]]] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)

    @cached_property
    def places(self) -> FloatArray:
        """All points as (v, 3)."""
        return np.array(self.points, np.float64).reshape(-1, 3)

    @cached_property
    def colored(self) -> bool:
        """True where any point has a colour."""
        return any(color is not None for color in self.colors)

    @classmethod
    def of(cls, data: bytes, note: Note) -> "ObjLines":
        """Read an OBJ file. Raises BrokenMesh; ValueError where a number is none."""
        lines, material = cls(), ""
        text = decoded(data).replace("\r\n", "\n").replace("\\\n", " ")
        for line in text.splitlines():
            words = line.split()
            if not words:
                continue
            if words[0] in ("usemtl", "usemap"):
                material = line.split(maxsplit=1)[1].strip() if len(words) > 1 else ""
            else:
                lines._take(words, line, material, note)
        return lines

    def _take(self, words: list[str], line: str, material: str, note: Note) -> None:
        match words[0]:
            case "v":
                self._take_point(words)
            case "vt":
                self.uv.append((float(words[1]), float(words[2]) if len(words) > 2 else 0.0))
            case "f" | "fo":
                self._take_face(words, material, note)
            case "mtllib":
                self.libraries.append(line.split(maxsplit=1)[1].strip() if words[1:] else "")
            case "l" | "p":
                note("leaves out its lines or points")
            case "#MRGB":
                note("leaves out its colours in comments (#MRGB)")
            case word if word in _CURVED:
                note("leaves out its free-form curves and surfaces; export it as triangles")

    def _take_point(self, words: list[str]) -> None:
        """Take x y z, then w (which only curves use), or red green blue, or both."""
        numbers = tuple(map(float, words[1:8]))
        if len(numbers) < 3:
            raise BrokenMesh("has a point of fewer than three numbers; it is truncated or damaged")
        self.points.append(numbers[:3])
        self.colors.append(numbers[3:6] if len(numbers) == 6 else numbers[4:7] or None)

    def _take_face(self, words: list[str], material: str, note: Note) -> None:
        told = list(takewhile(lambda word: word[0] != "#", words[1:]))
        if len(told) < 3:
            note("leaves out its faces of fewer than three corners")
            return
        corners = tuple(map(self._corner, told))
        self.faces.setdefault(material, []).append(corners)

    def _corner(self, word: str) -> Corner:
        """Return where a corner's numbers point; negative ones count back from this line."""
        told = word.split("/")
        point = _place(told[0], len(self.points))
        if point is None:
            raise BrokenMesh(f"has a face of the vertex {word[:20]!r}; it is damaged")
        uv = _place(told[1], len(self.uv)) if len(told) > 1 and told[1] else None
        return point, -1 if uv is None else uv


def _place(told: str, count: int) -> int | None:
    number = int(told)
    if number > 0:
        return number - 1
    return count + number if -count <= number < 0 else None
