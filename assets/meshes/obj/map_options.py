"""What an MTL file says of a picture beside its name: scale, offset, clamping."""

from dataclasses import dataclass

import numpy as np

from assets.meshes.looks import Note
from assets.meshes.part import FloatArray

_OF_NUMBERS = ("-s", "-o", "-t")  # one to three follow
_OF_WORDS = {"-mm": 2, **dict.fromkeys(
    ("-blendu", "-blendv", "-bm", "-boost", "-cc", "-clamp", "-colorspace", "-imfchan", "-texres",
     "-type"), 1)}  # fmt: skip
_CHANGING = ("-mm", "-imfchan", "-cc")  # the picture's colours, which are taken as they are


@dataclass(frozen=True, kw_only=True, eq=False)
class MapOptions:
    """A picture's name, and where it lies: uv * scale + offset, (2,) each."""

    name: str
    scale: FloatArray
    offset: FloatArray
    clamped: bool

    @classmethod
    def of(cls, told: str, note: Note) -> "MapOptions":
        """Read what follows map_Kd. Source: the MTL format, options of texture maps."""
        words, rest = told.split(), told
        said: dict[str, list[str]] = {}
        while words and (words[0] in _OF_NUMBERS or words[0] in _OF_WORDS):
            option = words[0]
            count = _OF_WORDS.get(option) or _numbers_at(words)
            said[option], words = words[1 : 1 + count], words[1 + count :]
            rest = " ".join(words)
        for option in _CHANGING:
            if option in said:
                note(f"leaves out {option} of its picture")
        return cls(
            name=rest.strip().strip('"'), clamped=said.get("-clamp") == ["on"],
            scale=_pair(said.get("-s", []), 1.0), offset=_pair(said.get("-o", []), 0.0),
        )  # fmt: skip


def _numbers_at(words: list[str]) -> int:
    count = 0
    while count < 3 and count + 1 < len(words) and _is_number(words[count + 1]):
        count += 1
    return count


def _pair(words: list[str], otherwise: float) -> FloatArray:
    values = [float(word) for word in words[:2]]
    return np.array([*values, otherwise, otherwise][:2])


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False
