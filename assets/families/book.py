"""Books: one, a stack, a row that stands upright."""

from collections.abc import Iterator

from assets.families.family import (
    Label,
    Parameters,
    Part,
    Rest,
    Shape,
    choice,
    corners,
    family,
    level,
    names,
    span,
)
from assets.families.solids import Solid, box

_COVERS = ("fabric", "leather", "plastic", "cardboard", "paper")
_COVER_M = 0.0036
_TOP, _BASE = corners("top"), corners("base", -1)


def _book(kind: str, size_m: tuple[float, float, float]) -> Iterator[Part]:
    """A bound book lying on z = 0, its spine at -x: lower cover, pages, spine, upper cover."""
    w, d, h = size_m
    yield Part(kind, box((w, d, _COVER_M), (0, 0, _COVER_M / 2), 0.0008), _BASE)
    pages = box((w - 0.006, d - 0.008, h - 2 * _COVER_M + 0.001), (-0.001, 0, h / 2), 0.001)
    yield Part("pages", pages)
    yield Part(kind, box((0.0045, d, h - 0.0004), (-w / 2 + 0.0022, 0, h / 2), 0.0015))
    yield Part(kind, box((w, d, _COVER_M), (0, 0, h - _COVER_M / 2), 0.0008), _TOP, level(0.8),
               Label("top", 0.7))  # fmt: skip


def _lying(p: Parameters) -> Iterator[Part]:
    size = (p["width_m"], p["width_m"] * p["tall"], p["thickness_m"])
    yield from _book(_COVERS[int(p["cover"])], size)


def _stack(p: Parameters) -> Iterator[Part]:
    count, z = int(p["books"]), 0.0
    for i in range(count):
        share = (0.5 + 0.5 * _odd(i + p["mix"])) if i else 1.0
        wide = p["width_m"] * (1.0 - 0.07 * i * p["shrink"])
        tall = p["thickness_m"] * (0.55 + 0.45 * share)
        kind = _COVERS[(i + int(p["cover"])) % len(_COVERS)]
        turn, spread = p["turn_deg"] * (2 * _odd(3 * i + p["mix"]) - 1), 0.012
        for part in _book(kind, (wide, wide * p["tall"], tall)):
            x, y = spread * (_odd(5 * i + p["mix"]) - 0.5), spread * (_odd(7 * i + p["mix"]) - 0.5)
            yield _kept(part, part.solid.turned(2, turn).at(x, y, z), (i == 0, i == count - 1))
        z += tall - 0.0002


def _kept(part: Part, solid: Solid, ends: tuple[bool, bool]) -> Part:
    """The part elsewhere; its marks stay where it is the stack's lowest or uppermost cover."""
    lowest, uppermost = ends
    kept = (part.marks == _BASE and lowest) or (part.marks == _TOP and uppermost)
    turned_rest = Rest((0.25, 0.75), (0.25, 0.75)) if part.rest and uppermost else None
    label = part.label if uppermost else None
    return Part(part.kind, solid, part.marks if kept else (), turned_rest, label)


def _row(p: Parameters) -> Iterator[Part]:
    """Books upright side by side, spines to the front, held by two metal bookends."""
    count, x = int(p["books"]), 0.0
    for i in range(count):
        thick = p["thickness_m"] * (0.6 + 0.8 * _odd(i + p["mix"]))
        tall = p["height_m"] * (0.82 + 0.18 * _odd(3 * i + p["mix"]))
        deep = tall * p["wide"]
        kind = _COVERS[(i + int(p["cover"])) % len(_COVERS)]
        for part in _book(kind, (deep, tall, thick)):
            yield Part(part.kind, _upright(part.solid).at(x, deep / 2, tall / 2))
        x += thick + 0.0004
    yield from _ends(p, x)


def _upright(solid: Solid) -> Solid:
    """A lying book stood up, its spine towards -y: a turn about x = y = z."""
    return solid.mapped(lambda vertices: vertices[:, [2, 0, 1]])


def _ends(p: Parameters, right: float) -> Iterator[Part]:
    tall, deep, thick = 0.7 * p["height_m"], 0.11, 0.004
    for x, side in ((-thick / 2, "right"), (right + thick / 2, "left")):
        marks = tuple(m for m in (*_TOP, *_BASE) if m.name.endswith(side))
        yield Part("metal", box((thick, deep, tall), (x, deep / 2 + 0.01, tall / 2), 0.001), marks)


def _odd(seed: float) -> float:
    """A share in [0, 1) that looks random and is the same on every machine."""
    return (seed * 0.618034 + 0.3 * seed * seed) % 1.0


BOOK_LYING = Shape(
    name="closed_book",
    source="common book formats from A5 to A4: 0.14 to 0.21 m wide, 15 to 45 mm thick",
    parts=_lying,
    ranges={
        "width_m": span(0.14, 0.21), "tall": span(1.30, 1.48), "thickness_m": span(0.018, 0.045),
        "cover": choice(4),
    },
)  # fmt: skip
BOOK_STACK = Shape(
    name="book_stack",
    source="common book formats from A5 to A4, two to six upon one another, in m",
    parts=_stack,
    ranges={
        "width_m": span(0.16, 0.21), "tall": span(1.30, 1.45), "thickness_m": span(0.025, 0.045),
        "books": choice(6, 2), "turn_deg": span(0, 14), "shrink": span(0, 1), "mix": span(0, 1),
        "cover": choice(4),
    },
)  # fmt: skip
BOOK_ROW = Shape(
    name="book_row",
    source="common book formats from A5 to A4, five to ten upright between bookends, in m",
    parts=_row,
    ranges={
        "height_m": span(0.21, 0.29), "wide": span(0.66, 0.74), "thickness_m": span(0.022, 0.038),
        "books": choice(10, 5), "mix": span(0, 1), "cover": choice(4),
    },
)  # fmt: skip
KEYPOINTS = names(_TOP, _BASE)
BOOK = family("book", KEYPOINTS, BOOK_LYING, BOOK_STACK, BOOK_ROW)
