"""By how much a record says that its box is turned, in any exporter's words.

`rotation` is CVAT's and Label Studio's: degrees, clockwise. The other words are used for either
sense, and `angle` for degrees and radians: the upright box round a turned one is the same for both
senses, and the unit is asked of the whole set, since no set's boxes are all upright to 3 degrees
and told to fractions of one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenes.sets.boxes.orders import number_of
from scenes.sets.identity import spelling

_SURE = ("rotation", "rotationdeg", "rotationdegrees")
_DEGREES = (
    "rotate", "rotationangle", "rotangle", "rotateangle", "bboxangle", "boxangle", "angledeg",
    "angledegrees", "bboxrotation", "boxrotation",
)  # fmt: skip
_RADIANS = ("theta", "anglerad", "angleradians", "rotationrad", "rotationradians", "radians")
_EITHER = ("angle",)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """degrees: about the box's centre. clockwise: the sense is known, else only the amount.

    unsure: the number may as well be radians.
    """

    degrees: float
    clockwise: bool = False
    unsure: bool = False


UPRIGHT = Turn(degrees=0.0, clockwise=True)


def turn_of(*records: Any) -> Turn:
    """Return the turn that the first of some mappings tells, none of it where none does."""
    for record in records:
        for key, value in record.items() if isinstance(record, Mapping) else ():
            told = number_of(value) if isinstance(key, str) else None
            turn = None if not told else _turn(spelling(key), told)
            if turn is not None:
                return turn
    return UPRIGHT


def clockwise(degrees: Any) -> Turn:
    """Return the turn of a number of degrees, none of what is no number."""
    return Turn(degrees=number_of(degrees) or 0.0, clockwise=True)


def in_degrees(turns: Sequence[Turn]) -> list[Turn]:
    """Return a set's turns with those of an unsure unit read as radians, where all of them fit."""
    unsure = [turn.degrees for turn in turns if turn.unsure]
    fit = all(abs(value) <= math.pi + 0.01 for value in unsure)
    if not fit or all(value.is_integer() for value in unsure):
        return list(turns)
    return [Turn(degrees=math.degrees(t.degrees)) if t.unsure else t for t in turns]


def _turn(word: str, told: float) -> Turn | None:
    if word in _SURE:
        return Turn(degrees=told, clockwise=True)
    if word in _RADIANS:
        return Turn(degrees=math.degrees(told))
    if word in _DEGREES or word in _EITHER:
        return Turn(degrees=told, unsure=word in _EITHER)
    return None
