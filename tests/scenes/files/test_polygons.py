import numpy as np
import numpy.typing as npt
from hypothesis import example, given
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask

from scenes.files.polygons import polygons
from scenes.files.rle import rle, tight_box

Mask = npt.NDArray[np.bool_]

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=14)).filter(np.any)
FRAME = np.pad(np.zeros((3, 3), dtype=bool), 2, constant_values=True)
PINCHED = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]], dtype=bool)  # its hole meets the outside
polygons(FRAME)  # numba compiles here, where no deadline runs


def rasterised(mask: Mask) -> Mask:
    height, width = mask.shape
    parts = coco_mask.frPyObjects(polygons(mask), height, width)
    return np.asarray(coco_mask.decode(coco_mask.merge(parts)), dtype=bool)


def shoelace(ring: list[int]) -> float:
    x, y = np.array(ring[0::2]), np.array(ring[1::2])
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


@given(MASKS)
@example(FRAME)
@example(PINCHED)
@example(np.ones((1, 1), dtype=bool))
def test_pycocotools_makes_the_same_mask_again_from_polygons(mask: Mask) -> None:
    assert np.array_equal(rasterised(mask), mask)


@given(MASKS)
def test_the_areas_of_the_rings_add_up_to_the_pixels_of_the_mask(mask: Mask) -> None:
    areas = [shoelace(ring) for ring in polygons(mask)]
    assert min(areas) >= 1
    assert sum(areas) == mask.sum()


@given(MASKS)
@example(PINCHED)
def test_no_ring_visits_a_corner_twice(mask: Mask) -> None:
    for ring in polygons(mask):
        corners = list(zip(ring[0::2], ring[1::2], strict=True))
        assert len(set(corners)) == len(corners)


def test_a_rectangle_is_outlined_along_its_pixels_edges() -> None:
    mask = np.zeros((5, 6), dtype=bool)
    mask[1:3, 2:5] = True
    assert polygons(mask) == [[2, 1, 5, 1, 5, 3, 2, 3]]


def test_a_frame_round_a_hole_is_cut_in_two() -> None:
    assert len(polygons(FRAME)) == 2


@given(MASKS)
def test_pycocotools_decodes_the_compressed_mask_to_itself_and_to_its_box(mask: Mask) -> None:
    told = rle(mask)
    assert np.array_equal(coco_mask.decode(told), mask)
    assert list(tight_box(mask)) == coco_mask.toBbox(told).tolist()
