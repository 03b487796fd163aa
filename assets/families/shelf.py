"""What things are put on, board above board."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import (
    Mark,
    Parameters,
    Part,
    Shape,
    both_sides,
    choice,
    corners,
    family,
    level,
    names,
    span,
    tip,
)
from assets.families.solids import box, rectangle, sweep

_BODY = ("wood", "paint", "wood")
_POST = ("metal", "wood", "paint")
_SIDE = (Mark("base_front_left", (0, -1, -1)), Mark("base_back_left", (0, 1, -1)))


def _bookcase(p: Parameters) -> Iterator[Part]:
    """Sides, a back, a plinth, and boards between."""
    kind, w, d, h = _BODY[int(p["body"])], p["width_m"], p["depth_m"], p["height_m"]
    thick, plinth, count = p["board_m"], p["plinth_m"], int(p["boards"])
    yield from both_sides(kind, box((thick, d, h - thick), (w / 2 - thick / 2, 0, (h - thick) / 2)),
                          _SIDE)  # fmt: skip
    yield Part(kind, box((w, d, thick), (0, 0, h - thick / 2)), corners("top"), level(0.94))
    yield Part(kind, box((w - thick, 0.008, h - plinth - thick), (0, d / 2 - 0.012,
               plinth + (h - plinth - thick) / 2), 0.002))  # fmt: skip
    yield Part(kind, box((w - thick, 0.016, plinth + 0.01), (0, -d / 2 + 0.03, plinth / 2 + 0.005)))
    pitch = (h - thick - plinth) / count
    for z in plinth + pitch * np.arange(count):
        board = box((w - 2 * thick + 0.004, d - 0.014, thick), (0, -0.006, float(z) + thick / 2))
        yield Part(kind, board, rest=level(0.92, pitch - thick))


def _rack(p: Parameters) -> Iterator[Part]:
    """Boards between four posts, open on all sides, braced behind."""
    kind, w, d, h = _POST[int(p["post"])], p["width_m"], p["depth_m"], p["height_m"]
    post, thick, count = p["post_m"], p["board_m"], int(p["boards"])
    x, y = w / 2 - post / 2, d / 2 - post / 2
    for side, end in ((-y, "front"), (y, "back")):
        leg = sweep([(x, side, 0), (x, side, h)], rectangle(post, post, 0.15 * post))
        top = Mark(f"top_{end}_left", (1, 1 if side > 0 else -1, 2))
        yield from both_sides(kind, leg, (*tip(f"base_{end}_left"), top))
    levels = np.linspace(p["lowest_m"], h - 0.02, count)
    pitch = float(levels[1] - levels[0])
    for number, z in enumerate(levels):
        board = box((w - 0.006, d - 0.006, thick), (0, 0, float(z) - thick / 2))
        free = pitch - thick if number < count - 1 else np.inf
        yield Part("wood" if p["wooden"] else kind, board, rest=level(0.82, float(free)))
    for low, high in ((levels[0], levels[-1]), (levels[-1], levels[0])):
        path = [(-x, y + post / 2 + 0.002, low - 0.02), (x, y + post / 2 + 0.002, high - 0.02)]
        yield Part("metal", sweep(path, rectangle(0.016, 0.007, 0.001), up=(0, 0, 1)))


def _cube_shelf(p: Parameters) -> Iterator[Part]:
    """A grid of square bays, open in front and behind."""
    kind, side, thick, d = _BODY[int(p["body"])], p["bay_m"], p["board_m"], p["depth_m"]
    columns, rows = int(p["columns"]), int(p["rows"])
    wide, tall = columns * (side + thick) + thick, rows * (side + thick) + thick
    for i in range(columns + 1):
        x = thick / 2 + i * (side + thick) - wide / 2
        yield Part(kind, box((thick, d - 0.004, tall - 0.01), (x, 0, tall / 2), 0.002))
    for j in range(rows + 1):
        z = thick / 2 + j * (side + thick)
        marks = {0: corners("base", -1), rows: corners("top")}.get(j, ())
        yield Part(kind, box((wide, d, thick), (0, 0, z), 0.002), marks,
                   level(0.96) if j == rows else None)  # fmt: skip
        for i in range(columns if j < rows else 0):
            x = thick + side / 2 + i * (side + thick) - wide / 2
            bay = box((side + 0.002, d - 0.006, 0.004), (x, 0, z + thick / 2 - 0.0015), 0.001)
            yield Part(kind, bay, rest=level(0.9, side - 0.002))


BOOKCASE = Shape(
    name="bookcase",
    source="common bookcases: 0.80 to 2.05 m high, 0.60 to 1.00 m wide, 0.26 to 0.34 m deep",
    parts=_bookcase,
    ranges={
        "height_m": span(1.05, 2.05), "width_m": span(0.60, 1.00), "depth_m": span(0.26, 0.34),
        "board_m": span(0.018, 0.028), "plinth_m": span(0.04, 0.08), "boards": choice(5, 3),
        "body": choice(2),
    },
)  # fmt: skip
RACK = Shape(
    name="rack",
    source="common open shelving: 0.90 to 1.90 m high, 0.60 to 1.10 m wide, 0.30 to 0.42 m deep",
    parts=_rack,
    ranges={
        "height_m": span(0.90, 1.90), "width_m": span(0.60, 1.10), "depth_m": span(0.30, 0.42),
        "board_m": span(0.016, 0.026), "post_m": span(0.025, 0.038), "lowest_m": span(0.08, 0.16),
        "boards": choice(5, 3), "wooden": choice(1), "post": choice(2),
    },
)  # fmt: skip
CUBE_SHELF = Shape(
    name="cube_shelf",
    source="common cube shelves: bays of 0.32 to 0.36 m, 0.30 to 0.40 m deep",
    parts=_cube_shelf,
    ranges={
        "bay_m": span(0.32, 0.36), "depth_m": span(0.30, 0.40), "board_m": span(0.018, 0.036),
        "columns": choice(4, 2), "rows": choice(4, 1), "body": choice(2),
    },
)  # fmt: skip
KEYPOINTS = names(corners("top"), corners("base"))
SHELF = family("shelf", KEYPOINTS, BOOKCASE, RACK, CUBE_SHELF)
