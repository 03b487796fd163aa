"""Flat sides: found where triangles of one plane fill a rectangle, read from outside."""

import numpy as np
import pytest

from assets.catalogue import load_catalogue
from assets.lettering.faces import flat_faces
from assets.mesh import Mesh

SIZE_M = (0.4, 0.2, 0.6)
# of a box: corner numbers are bits of x, y, z; two triangles a side, seen counter-clockwise
QUADS = ((0, 1, 5, 4), (3, 2, 6, 7), (2, 0, 4, 6), (1, 3, 7, 5), (4, 5, 7, 6), (2, 3, 1, 0))


def box() -> Mesh:
    corners = [[(bit >> axis & 1) * SIZE_M[axis] for axis in range(3)] for bit in range(8)]
    triangles = [part for a, b, c, d in QUADS for part in ((a, b, c), (a, c, d))]
    return Mesh(
        vertices=np.array(corners, float), triangles=np.array(triangles, np.int32),
        slots=np.zeros(12, np.int32), slot_names=("cardboard",),
    )  # fmt: skip


def test_a_box_has_five_sides_but_the_one_it_stands_on() -> None:
    faces = flat_faces(box())
    sizes = {tuple(face.outwards.astype(int)): face.size_m for face in faces}
    x, y, z = SIZE_M
    assert sizes == {
        (0, -1, 0): pytest.approx((x, z)), (0, 1, 0): pytest.approx((x, z)),
        (-1, 0, 0): pytest.approx((y, z)), (1, 0, 0): pytest.approx((y, z)),
        (0, 0, 1): pytest.approx((x, y)),
    }  # fmt: skip


def test_what_is_read_from_outside_runs_to_the_readers_right() -> None:
    for face in flat_faces(box()):
        assert np.cross(face.right, face.up) == pytest.approx(face.outwards)
        assert (face.middle - np.array(SIZE_M) / 2) @ face.outwards > 0


def test_shelves_books_and_boxes_have_flat_sides_and_what_is_round_has_none() -> None:
    catalogue = load_catalogue(1)
    for name in ("box/parcel/0", "book/closed_book/0", "shelf/bookcase/0", "bag/suitcase/0"):
        assert flat_faces(catalogue.get(name).mesh()), name
    for name in ("cup/mug/0", "bottle/wine/0", "vase/belly_vase/0"):
        assert not flat_faces(catalogue.get(name).mesh()), name


def test_a_sign_on_a_parcel_goes_over_the_label_that_is_there() -> None:
    front = [f for f in flat_faces(load_catalogue(1).get("box/parcel/0").mesh())
             if f.outwards[1] == -1]  # fmt: skip
    assert len(front) == 2  # the side and its label
    assert front[0].middle[1] == pytest.approx(front[1].middle[1])
