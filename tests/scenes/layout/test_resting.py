import itertools

import numpy as np
import pytest
import trimesh

from assets.catalogue import Asset, load_catalogue
from scenes.layout.resting import WAYS, Resting, on_side, upturned
from scenes.layout.standing import Standing

TOUCHING_M = 1e-5
LYING = [
    (asset, way)
    for asset, way in itertools.product(load_catalogue(2).assets.values(), range(WAYS))
    if (asset.category in ("cup", "bottle", "vase") and way in (2, 4))
    or (asset.category == "bag" and way == 2)
]
IDS = [f"{asset.id}-{way}" for asset, way in LYING]
every_way = pytest.mark.parametrize(("asset", "way"), LYING, ids=IDS)


def placed(asset: Asset, rest: Resting | None, z_m: float = 0.7) -> np.ndarray:
    standing = Standing(
        asset=asset, is_target=True, x_m=0.3, y_m=-0.2, yaw_rad=0.8, scale=1.1, z_m=z_m, rest=rest
    )
    pose = standing.object_to_world()
    np.testing.assert_allclose(pose[:3, :3].T @ pose[:3, :3], 1.1**2 * np.eye(3), atol=1e-9)
    assert np.linalg.det(pose[:3, :3]) > 0
    return np.asarray(asset.mesh().vertices @ pose[:3, :3].T + pose[:3, 3])


@every_way
def test_what_lies_touches_its_support_on_both_sides_of_its_centre_of_mass(
    asset: Asset, way: int
) -> None:
    rest = on_side(asset.mesh(), way)
    assert rest is not None
    points = placed(asset, rest)
    assert abs(points[:, 2].min() - 0.7) < TOUCHING_M
    solid = trimesh.Trimesh(points, asset.mesh().triangles, process=False)
    axis = rest.to_rest[:2, 2] / np.linalg.norm(
        rest.to_rest[:2, 2]
    )  # the object's own z, from above
    cos, sin = np.cos(0.8), np.sin(0.8)
    along = points[:, :2] @ (np.array([[cos, -sin], [sin, cos]]) @ axis)
    centre = solid.center_mass[:2] @ (np.array([[cos, -sin], [sin, cos]]) @ axis)
    touching = along[points[:, 2] < 0.7 + TOUCHING_M]
    assert touching.min() - 1e-4 <= centre <= touching.max() + 1e-4


@every_way
def test_a_lying_footprint_is_as_large_as_what_is_seen_from_above(asset: Asset, way: int) -> None:
    rest = on_side(asset.mesh(), way)
    assert rest is not None
    told = Standing(
        asset=asset, is_target=True, x_m=0.0, y_m=0.0, yaw_rad=0.0, scale=2.0, rest=rest
    )
    pose = told.object_to_world()
    points = asset.mesh().vertices @ pose[:3, :3].T + pose[:3, 3]
    np.testing.assert_allclose(points.max(axis=0), (*told.half_extent_m, told.height_m), atol=1e-5)
    np.testing.assert_allclose(points.min(axis=0)[:2], np.negative(told.half_extent_m), atol=1e-5)


def test_a_tapered_cup_slants_as_it_lies() -> None:
    cup = load_catalogue(1).get("cup/reusable_cup/0")
    rest = on_side(cup.mesh(), 0)
    assert rest is not None
    slope = (1 - cup.parameters["base"]) * cup.parameters["diameter_m"] / 2 / cup.size_m[2]
    assert abs(abs(rest.to_rest[2, 2]) - np.sin(np.arctan(slope))) < 0.03


def test_what_is_upside_down_stands_on_its_rim() -> None:
    cup = load_catalogue(1).get("cup/reusable_cup/0")
    points = placed(cup, upturned(cup.mesh()))
    lowest = points[points[:, 2] < 0.7 + TOUCHING_M]
    assert np.ptp(lowest, axis=0)[:2].min() > 0.9 * 1.1 * cup.size_m[0]
