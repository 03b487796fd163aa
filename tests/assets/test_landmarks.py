"""Keypoints and supports of every asset of a small catalogue, judged by trimesh."""

import numpy as np
import pytest
import trimesh

from assets.catalogue import CATEGORY_KEYPOINTS, Asset, load_catalogue

CATALOGUE = load_catalogue(3)
every_asset = pytest.mark.parametrize("asset_id", CATALOGUE.assets)
carries = [a.id for a in CATALOGUE.assets.values() if any(not s.hung for s in a.supports)]
wears = [a.id for a in CATALOGUE.assets.values() if any(s.hung for s in a.supports)]
every_support = pytest.mark.parametrize("asset_id", carries)
MIRRORED = [a.id for a in CATALOGUE.assets.values() if a.shape in {
    "dining", "armchair", "rocking", "shell", "folding", "rectangular", "trestle", "two_seat",
    "three_seat", "rolled_arm", "parcel", "bookcase", "rack", "suitcase", "backpack", "duffel",
}]  # fmt: skip


def mesh_of(asset: Asset) -> trimesh.Trimesh:
    mesh = asset.mesh()
    return trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False)


@every_asset
def test_keypoints_are_some_of_the_category_s_in_its_order(asset_id):
    asset = CATALOGUE.get(asset_id)
    there = [n for n in CATEGORY_KEYPOINTS[asset.category] if n in asset.keypoints]
    assert list(asset.keypoints) == there
    assert len(there) >= 4


@every_asset
def test_every_keypoint_lies_on_the_surface_within_a_millimetre(asset_id):
    asset = CATALOGUE.get(asset_id)
    triangles = mesh_of(asset).triangles
    for point in asset.keypoints.values():
        assert away_m(triangles, point) < 0.001


@every_asset
def test_no_keypoint_is_buried_in_another_part(asset_id):
    asset = CATALOGUE.get(asset_id)
    for part in mesh_of(asset).split(only_watertight=False):
        for point in asset.keypoints.values():
            if (point > part.bounds[0]).all() and (point < part.bounds[1]).all():
                assert not inside(part.triangles, point) or away_m(part.triangles, point) < 0.015


def away_m(triangles, point):
    to = trimesh.triangles.closest_point(triangles, np.tile(point, (len(triangles), 1)))
    return np.linalg.norm(to - point, axis=1).min()


def inside(triangles, point):
    """Whether a closed surface winds round a point (Van Oosterom and Strackee 1983)."""
    a, b, c = np.moveaxis(triangles - np.asarray(point), 1, 0)
    la, lb, lc = (np.linalg.norm(v, axis=1) for v in (a, b, c))
    over = np.einsum("ij,ij->i", a, np.cross(b, c))
    under = la * lb * lc + (a * b).sum(1) * lc + (b * c).sum(1) * la + (c * a).sum(1) * lb
    return np.arctan2(over, under).sum() > np.pi


@every_asset
def test_left_is_at_plus_x_front_at_minus_y_and_top_above(asset_id):
    told = CATALOGUE.get(asset_id).keypoints
    for name, point in told.items():
        for axis, (low, high) in enumerate((("right", "left"), ("front", "back"), ("base", "top"))):
            other = name.replace(low, high)
            if low in name.split("_") and other in told:
                assert point[axis] < told[other][axis]


@pytest.mark.parametrize("asset_id", MIRRORED)
def test_a_mirrored_thing_has_mirrored_keypoints(asset_id):
    told = CATALOGUE.get(asset_id).keypoints
    for name, (x, y, z) in told.items():
        if "left" in name:
            assert told[name.replace("left", "right")] == pytest.approx((-x, y, z), abs=3e-6)


@every_asset
def test_legs_end_on_the_floor(asset_id):
    asset = CATALOGUE.get(asset_id)
    ends = [z for name, (_, _, z) in asset.keypoints.items() if name.startswith("leg")]
    highest = 0.2 if asset.shape == "rocking" else 0.025  # rockers turn up; a pedestal has an edge
    assert all(0 <= z <= highest for z in ends)


@pytest.mark.parametrize(
    ("category", "shapes"),
    [("chair", 8), ("table", 5), ("sofa", 5), ("bag", 5), ("bottle", 5), ("cup", 3), ("shelf", 3)],
)
def test_a_category_has_shapes_enough(category, shapes):
    assert len({a.shape for a in CATALOGUE.of_category(category)}) >= shapes


@pytest.mark.parametrize(
    "shape",
    ["rectangular", "round", "trestle", "desk", "side_table", "rack", "bookcase", "cube_shelf",
     "dining", "two_seat", "book_stack"],
)  # fmt: skip
def test_what_carries_things_says_so(shape):
    assert all(a.supports for a in CATALOGUE.assets.values() if a.shape == shape)


@every_support
def test_a_support_is_carried_by_the_mesh_at_its_height(asset_id):
    asset = CATALOGUE.get(asset_id)
    for support in asset.supports:
        met = [z[z < support.z_m + 0.004] for z in crossings(asset, support)]
        borne = [len(z) > 0 and z.max() > support.z_m - 0.006 for z in met]
        assert np.mean(borne) >= 0.8  # between the boards of a bench there are gaps


@every_support
def test_over_a_support_is_the_headroom_it_promises(asset_id):
    asset = CATALOGUE.get(asset_id)
    for support in asset.supports:
        for z in crossings(asset, support):
            above = z[z > support.z_m + 0.004]
            assert (above >= support.z_m + support.headroom_m - 0.001).all()


@pytest.mark.parametrize("asset_id", wears)
def test_what_is_worn_hangs_at_the_back_as_high_as_the_shoulders(asset_id):
    asset = CATALOGUE.get(asset_id)
    (hung,) = asset.supports
    assert 0.76 * asset.size_m[2] < hung.z_m < 0.85 * asset.size_m[2]
    points = asset.mesh().vertices
    between = np.abs(points[:, 2] - (hung.z_m - 0.2)) < 0.2
    back = points[between & (np.abs(points[:, 0]) < 0.1)]
    assert back[:, 1].max() == pytest.approx(hung.y_m[0], abs=0.02)


def crossings(asset, support):
    """Heights at which upright lines through a grid over a support cross the mesh."""
    triangles = mesh_of(asset).triangles
    for x in np.linspace(*support.x_m, 5):
        for y in np.linspace(*support.y_m, 5):
            flat = triangles[:, :, :2] - (x + 1e-7, y + 2e-7)  # off the edges between triangles
            a, b, c = np.moveaxis(flat, 1, 0)
            weights = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
            hit = (weights > 0).all(axis=1) | (weights < 0).all(axis=1)
            shares = weights[hit] / weights[hit].sum(axis=1, keepdims=True)
            yield (shares * triangles[hit][:, :, 2]).sum(axis=1)
