import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask

from scenes.files.rle import Mask, rle
from scenes.writers.example import Thing
from scenes.writers.outlines import outline, outlines
from scenes.writers.windows import is_whole, window

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=14)).filter(np.any)


def thing(mask: Mask) -> Thing:
    return Thing(category=0, bbox=(0, 0, mask.shape[1], mask.shape[0]), mask=rle(mask))


def filled(rings: list[list[float]], mask: Mask) -> Mask:
    told = coco_mask.merge(coco_mask.frPyObjects(rings, *mask.shape))
    return np.asarray(coco_mask.decode(told), dtype=bool)


@given(MASKS)
def test_outlines_of_a_mask_fill_to_the_same_mask(mask: Mask) -> None:
    assert np.array_equal(filled(outlines(thing(mask)), mask), mask)


@given(MASKS)
def test_one_ring_fills_to_the_same_mask_over_all_parts_and_holes(mask: Mask) -> None:
    ring = outline(thing(mask))
    xs, ys = ring[0::2], ring[1::2]
    assert np.array_equal(filled([ring], mask), mask)
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    assert (min(xs), max(xs)) == (columns[0], columns[-1] + 1)
    assert (min(ys), max(ys)) == (rows[0], rows[-1] + 1)


def test_without_a_mask_the_ring_is_the_box() -> None:
    told = Thing(category=0, bbox=(1.5, 2, 3, 4))
    assert outlines(told) == []
    assert outline(told) == [1.5, 2, 4.5, 2, 4.5, 6, 1.5, 6]


@given(MASKS, arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=6)))
def test_a_window_is_the_mask_within_its_smallest_box(mask: Mask, around: Mask) -> None:
    wide = np.pad(mask, [(n, m) for n, m in zip(around.shape, around.shape[::-1], strict=True)])
    told = rle(wide)
    seen, x, y = window(told)
    columns, rows = np.flatnonzero(wide.any(axis=0)), np.flatnonzero(wide.any(axis=1))
    assert (x, y) == (columns[0], rows[0])
    assert np.array_equal(seen, wide[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    assert is_whole(told)


@given(MASKS, st.text(st.characters(min_codepoint=32, max_codepoint=130), max_size=12))
def test_counts_that_are_not_of_the_image_are_not_whole(mask: Mask, text: str) -> None:
    height, width = mask.shape
    told = {"size": [height, width], "counts": text}
    assert is_whole(told) == (sum_of(text) == height * width)
    assert not is_whole({**rle(mask), "size": [height, width + 1]})


def sum_of(text: str) -> int | None:
    """Return the sum of the counts by COCO's definition, spelled out; None where they are none."""
    counts, groups = [], []
    for character in text:
        groups.append(ord(character) - 48)
        if not 0 <= groups[-1] < 64:
            return None
        if groups[-1] < 32:
            value = sum((g & 31) << (5 * k) for k, g in enumerate(groups))
            value -= (1 << (5 * len(groups))) if groups[-1] & 16 else 0
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            groups = []
    return None if groups or min(counts, default=0) < 0 else sum(counts)
