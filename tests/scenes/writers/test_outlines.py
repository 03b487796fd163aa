import numpy as np
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask

from scenes.files.rle import Mask, rle
from scenes.writers.example import Thing
from scenes.writers.outlines import outline, outlines

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=14)).filter(np.any)


def thing(mask: Mask) -> Thing:
    return Thing(category=0, bbox=(0, 0, mask.shape[1], mask.shape[0]), mask=rle(mask))


def filled(rings: list[list[float]], mask: Mask) -> Mask:
    told = coco_mask.merge(coco_mask.frPyObjects(rings, *mask.shape))
    return np.asarray(coco_mask.decode(told), dtype=bool)


@given(MASKS)
@settings(deadline=None)  # numba compiles within the first example
def test_outlines_of_a_mask_fill_to_the_same_mask(mask: Mask) -> None:
    assert np.array_equal(filled(outlines(thing(mask)), mask), mask)


@given(MASKS)
@settings(deadline=None)  # numba compiles within the first example
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
