import io

import numpy as np
import pytest
from PIL import Image

from render.capturing.contact_sheet import SheetTooLarge, contact_sheet, framed


def tiles(count: int) -> list[tuple[str, np.ndarray]]:
    """Pictures of one grey each, from dark to light."""
    return [(f"tile {n}", np.full((40, 60, 3), 20 * n, dtype=np.uint8)) for n in range(count)]


def noise(count: int) -> list[tuple[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    return [("noise", rng.integers(0, 256, (80, 80, 3), dtype=np.uint8)) for _ in range(count)]


def test_pictures_lie_row_by_row_in_their_order() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(contact_sheet(tiles(7), 3, 100_000))).convert("L"))
    middles = [sheet[4 + row * 58 + 20, 4 + column * 64 + 30] for row in range(3)
               for column in range(3)]  # fmt: skip
    assert np.abs(np.array(middles[:7], dtype=int) - 20 * np.arange(7)).max() <= 2
    assert min(middles[7:]) > 240


def test_a_sheet_keeps_its_limit_and_is_worse_for_it() -> None:
    free = len(contact_sheet(noise(6), 3, 10**6))
    tight = len(contact_sheet(noise(6), 3, free // 2))
    assert tight <= free // 2


def test_a_sheet_that_cannot_keep_its_limit_says_what_to_do() -> None:
    with pytest.raises(SheetTooLarge, match="raise limit_kb"):
        contact_sheet(noise(6), 3, 2_000)


def test_a_box_is_drawn_round_its_pixels_and_the_picture_stays_as_it_was() -> None:
    picture = np.zeros((40, 60, 3), dtype=np.uint8)
    drawn = framed(picture, [(10, 5, 20, 8)])
    rows, columns = np.nonzero(drawn.any(axis=2))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 12, 10, 29)
    assert len(rows) == 2 * 20 + 2 * 6
    assert not picture.any()
