import numpy as np
import pytest
import trimesh

from assets.catalogue import load_catalogue
from assets.mesh import Mesh
from scenes.layout.nesting import nesting_m
from tests.scenes.penetration import penetration_m

CATALOGUE = load_catalogue(3)


def lifted(mesh: Mesh, by_m: float, turn_rad: float = 0.0) -> trimesh.Trimesh:
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turned = mesh.vertices @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]).T
    return trimesh.Trimesh(turned + np.array([0, 0, by_m]), mesh.triangles, process=False)


@pytest.mark.parametrize("variant", range(3))
def test_a_stacking_cup_goes_into_another_deep_and_touches_it_nowhere(variant: int) -> None:
    mesh = CATALOGUE.get(f"cup/reusable_cup/{variant}").mesh()
    step_m = nesting_m(mesh)
    assert step_m is not None and step_m < 0.6 * mesh.size_m[2]
    assert penetration_m(lifted(mesh, 0.0), lifted(mesh, step_m, 0.05)) == 0
    assert penetration_m(lifted(mesh, 0.0), lifted(mesh, step_m - 0.015, 0.05)) > 0


@pytest.mark.parametrize(
    "asset_id",
    ["cup/mug/0", "cup/teacup/0", "cup/paper_cup/0", "cup/travel_cup/0", "bottle/wine/0",
     "vase/belly_vase/0", "bag/tote/0", "box/parcel/0"],
)  # fmt: skip
def test_what_is_closed_narrow_or_has_a_handle_goes_into_nothing(asset_id: str) -> None:
    assert nesting_m(CATALOGUE.get(asset_id).mesh()) is None
