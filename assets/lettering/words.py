"""What signs and labels say, where the user has no texts: names, prices, dates, numbers."""

from collections.abc import Sequence

import numpy as np

_STARTS = ("b", "br", "c", "d", "f", "fl", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "st", "t",
           "tr", "v", "w")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
_ENDS = ("", "", "", "l", "m", "n", "nd", "r", "rt", "s", "t", "x")
_NOTICES = ("OPEN", "EXIT", "SALE", "NEW", "FRAGILE", "THIS SIDE UP", "NO ENTRY", "PUSH", "PULL",
            "CAUTION", "FRESH", "BEST BEFORE", "KEEP DRY", "STAFF ONLY")  # fmt: skip


def made_up(rng: np.random.Generator) -> str:
    """Return a text of one to six words."""
    kinds = (_name, _name, _slogan, _slogan, _notice, _price, _date, _code)
    return kinds[int(rng.integers(len(kinds)))](rng)


def _word(rng: np.random.Generator) -> str:
    syllables = range(int(rng.integers(1, 4)))
    return "".join(_of(rng, _STARTS) + _of(rng, _VOWELS) + _of(rng, _ENDS) for _ in syllables)


def _name(rng: np.random.Generator) -> str:
    said = " ".join(_word(rng).title() for _ in range(int(rng.integers(1, 3))))
    return said.upper() if rng.random() < 0.5 else said


def _slogan(rng: np.random.Generator) -> str:
    return " ".join(_word(rng) for _ in range(int(rng.integers(2, 7)))).capitalize()


def _notice(rng: np.random.Generator) -> str:
    return _of(rng, _NOTICES)


def _price(rng: np.random.Generator) -> str:
    return f"{_word(rng).title()} {int(rng.integers(1, 200))}.{int(rng.integers(100)):02d}"


def _date(rng: np.random.Generator) -> str:
    day, month, year = (int(rng.integers(1, end)) for end in (29, 13, 41))
    return f"{day:02d}.{month:02d}.20{year:02d}"


def _code(rng: np.random.Generator) -> str:
    letters = "".join(chr(65 + int(n)) for n in rng.integers(26, size=int(rng.integers(1, 4))))
    return f"{letters}-{int(rng.integers(10, 99999))}"


def _of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]
