"""What is out of reach, as a sentence for the report and the terminal."""

import math

from alignment.align.reach.reach import ASSETS, Unreached
from scenes.measuring.table import ATTRIBUTES

# By attribute: less, more; and what its number is told in.
_WORDS = {
    "bbox_area": ("smaller", "larger", "{:.2%} of the image"),
    "center_y": ("higher", "lower", "{:.2f} of the height"),
    "center_x": ("farther left", "farther right", "{:.2f} of the width"),
    "aspect": ("narrower", "wider", "{:.2g}:1"),
    "depth": ("nearer", "farther", "{:.2g} m"),
    "visible_fraction": ("more hidden", "less hidden", "{:.0%} in view"),
}
_BOUNDS = {"low": "lower", "high": "upper"}


def sentence(found: Unreached, category: str) -> str:
    """Return how much is out of reach, from where on, where the pool stops, and by which knob.

    Say, "12% of the real chair boxes are wider than 2.1:1; your shapes stop at 1.6:1; nearest knob:
    assets". Of several attributes jointly, what is typical of the boxes out of reach.
    """
    whose = "" if found.component is None else f" of component {found.component}"
    who = f"{found.share:.0%} of the real {category} boxes{whose}"
    return f"{who} {_where(found)}; {_knob(found)}"


def _where(found: Unreached) -> str:
    if found.begins is None:
        return f"have a {found.main} that no scene shows: {', '.join(found.names)}"
    less, more, told = _WORDS.get(found.main, ("", "", "{:.3g}"))
    begins = told.format(_natural(found.main, found.begins))
    if found.stops is None:
        return f"lie from {begins} on where no scene shows any ({found.main})"
    stops = told.format(_natural(found.main, found.stops))
    if len(found.attributes) > 1:
        return _jointly(found, begins, stops)
    what = "your shapes" if found.knob == ASSETS else "the scenes"
    comparative = more if found.side == "above" else less
    if comparative:
        return f"are {comparative} than {begins}; {what} stop at {stops}"
    side = "above" if found.side == "above" else "below"
    return f"have {found.main} {side} {begins}; {what} stop at {stops}"


def _jointly(found: Unreached, begins: str, stops: str) -> str:
    what = " \N{MULTIPLICATION SIGN} ".join(found.attributes)
    words = _WORDS.get(found.main, (f"of less {found.main}", f"of more {found.main}", ""))
    than = words[found.side == "above"]
    return (
        f"are combinations that no scene shows ({what}): at {begins} in the middle, {than} than "
        f"the nearest scenes, at {stops}"
    )


def _knob(found: Unreached) -> str:
    if not found.knob:
        return "no single knob is at its bound"
    if found.bound_value is None:
        return f"nearest knob: {found.knob}"
    return (
        f"nearest knob: {found.knob}, at its {_BOUNDS[found.bound]} bound {found.bound_value:.3g}"
    )


def _natural(name: str, value: float) -> float:
    return math.exp(min(value, 700)) if ATTRIBUTES[name].log else value
