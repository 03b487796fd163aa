import numpy as np
import pytest

from assets.catalogue import load_catalogue
from assets.mesh import Mesh
from render.blender.normals import corner_normals, split_edges


def _mesh(vertices: np.ndarray, triangles: list[list[int]]) -> Mesh:
    return Mesh(
        vertices=vertices, triangles=np.array(triangles, np.int32),
        slots=np.zeros(len(triangles), np.int32), slot_names=("wood",),
    )  # fmt: skip


def _roof(lean_deg: float, narrow_m: float = 1.0) -> Mesh:
    """A level triangle 1 m deep, and one 'narrow_m' deep that leans down from their common edge."""
    lean = np.radians(lean_deg)
    away = np.array([np.cos(lean), 0, -np.sin(lean)]) * narrow_m
    vertices = np.array([[0.0, 0, 0], [0, 1, 0], [-1, 0.5, 0], away + np.array([0, 0.5, 0])])
    return _mesh(vertices, [[0, 1, 2], [1, 0, 3]])


def test_across_a_sharp_edge_each_face_keeps_its_own_normal() -> None:
    normals = corner_normals(_roof(60))
    assert normals is not None
    np.testing.assert_allclose(normals[:3], [[0, 0, 1]] * 3, atol=1e-6)
    np.testing.assert_allclose(normals[3:], [[np.sin(np.pi / 3), 0, 0.5]] * 3, atol=1e-6)


def test_across_a_soft_edge_equal_faces_share_the_normal_half_way() -> None:
    normals = corner_normals(_roof(20))
    assert normals is not None
    half_way = [np.sin(np.radians(10)), 0, np.cos(np.radians(10))]
    np.testing.assert_allclose(normals[[0, 1, 3, 4]], [half_way] * 4, atol=1e-6)
    np.testing.assert_allclose(normals[2], [0, 0, 1], atol=1e-6)


def test_a_narrow_bevel_hardly_bends_the_board_beside_it() -> None:
    normals = corner_normals(_roof(30, narrow_m=0.01))
    assert normals is not None
    assert normals[0, 2] > 0.9999


def test_every_corner_of_a_closed_asset_points_out_of_its_own_face() -> None:
    mesh = load_catalogue(1).get("chair/armchair/0").mesh()
    normals = corner_normals(mesh)
    assert normals is not None
    a, b, c = (mesh.vertices[mesh.triangles[:, k]] for k in range(3))
    faces = np.repeat(np.cross(b - a, c - a), 3, axis=0)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
    assert ((normals * faces).sum(axis=1) > 0).all()


def test_a_fan_of_thousands_of_triangles_is_left_to_blender() -> None:
    angles = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    rim = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    fan = [[0, i + 1, (i + 1) % 4000 + 1] for i in range(4000)]
    assert corner_normals(_mesh(np.vstack([[[0, 0, 1]], rim]), fan)) is None


@pytest.mark.parametrize(("lean_deg", "apart"), [(60, True), (20, False)])
def test_only_edges_across_which_normals_differ_are_split(lean_deg: float, apart: bool) -> None:
    roof = _roof(lean_deg)
    normals = corner_normals(roof)
    assert normals is not None
    ridge, edges = 0, np.array([0, 1, 2, 0, 3, 4], np.int32)
    assert split_edges(roof, normals, edges)[ridge] == apart


def test_an_edge_of_three_faces_is_split() -> None:
    roof = _roof(20)
    with_a_fin = _mesh(roof.vertices, [*roof.triangles.tolist(), [0, 1, 2]])
    normals = corner_normals(with_a_fin)
    assert normals is not None
    edges = np.array([0, 1, 2, 0, 3, 4, 0, 1, 2], np.int32)
    assert split_edges(with_a_fin, normals, edges).tolist() == [True, False, False, True, True]
