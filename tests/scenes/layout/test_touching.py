import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as some

from assets.catalogue import load_catalogue
from assets.mesh import Mesh
from scenes.layout.kind import Kind
from scenes.layout.touching import CELL_M, touches


def _mesh(told: trimesh.Trimesh) -> Mesh:
    return Mesh(
        vertices=told.vertices, triangles=told.faces, slots=np.zeros(len(told.faces), np.int32),
        slot_names=("wood",),
    )  # fmt: skip


BALL = _mesh(trimesh.creation.icosphere(3, 0.2))
BOARD = _mesh(trimesh.creation.box((1.0, 0.6, 0.03)))


@settings(max_examples=200)
@given(some.floats(-0.19, 0.19), some.floats(-0.4, 0.4), some.floats(-3.0, 3.0))
def test_surfaces_that_meet_are_always_found(z: float, x: float, turn: float) -> None:
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    pose[:3, 3] = x, 0.1, z
    assert touches(BALL, pose, BOARD)
    assert touches(BOARD, np.linalg.inv(pose), BALL)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_two_cells_apart_is_clear(axis: int) -> None:
    pose = np.eye(4)
    half = (0.5, 0.3, 0.015)[axis]
    pose[axis, 3] = half + 0.2 + 2 * CELL_M + 0.02
    assert not touches(BALL, pose, BOARD)


def test_a_low_seat_goes_under_a_table_and_a_back_does_not() -> None:
    catalogue = load_catalogue(2)
    table = catalogue.get("table/trestle/0").mesh()
    stool, chair = catalogue.get("chair/stool/0"), catalogue.get("chair/dining/0")
    under = Kind(asset=stool, is_target=True, scale=0.9).at((0.0, 0.0), 0.0).object_to_world()
    assert stool.size_m[2] < 0.6
    under[1, 3] = 0.28  # between the stretcher and the edge
    assert not touches(stool.mesh(), under, table)
    assert touches(chair.mesh(), np.eye(4), table)
