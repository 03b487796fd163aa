"""Every asset of a small catalogue, judged by trimesh."""

import numpy as np
import pytest
import trimesh

from assets.catalogue import load_catalogue
from assets.families import FAMILIES, BadParameter
from assets.materials import material_kinds
from assets.mesh import Mesh

CATALOGUE = load_catalogue(3)
SHAPES = [s for family in FAMILIES.values() for s in family.shapes.values()]
every_asset = pytest.mark.parametrize("asset_id", CATALOGUE.assets)
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)

# metres, (low, high) of width x, depth y and height z, as a buyer would expect them in a shop
PLAUSIBLE_M = {
    "dining": ((0.38, 0.55), (0.40, 0.70), (0.78, 1.05)),
    "armchair": ((0.55, 0.80), (0.60, 0.95), (0.75, 1.05)),
    "stool": ((0.28, 0.55), (0.28, 0.55), (0.40, 0.52)),
    "bar_stool": ((0.32, 0.55), (0.32, 0.60), (0.62, 1.15)),
    "office": ((0.48, 0.75), (0.55, 0.85), (0.85, 1.25)),
    "folding": ((0.40, 0.52), (0.38, 0.60), (0.74, 0.90)),
    "rocking": ((0.50, 0.75), (0.80, 1.05), (0.95, 1.20)),
    "bench_seat": ((0.95, 1.65), (0.32, 0.65), (0.40, 0.98)),
    "rectangular": ((1.05, 2.05), (0.70, 1.00), (0.70, 0.78)),
    "round": ((0.75, 1.40), (0.75, 1.40), (0.70, 0.78)),
    "trestle": ((1.35, 2.25), (0.70, 1.00), (0.70, 0.78)),
    "desk": ((1.15, 1.75), (0.58, 0.85), (0.70, 0.78)),
    "side_table": ((0.35, 0.75), (0.35, 0.75), (0.40, 0.65)),
    "one_seat": ((0.75, 1.25), (0.80, 1.05), (0.70, 1.00)),
    "two_seat": ((1.30, 1.95), (0.80, 1.05), (0.70, 1.00)),
    "three_seat": ((1.85, 2.70), (0.80, 1.05), (0.70, 1.00)),
    "corner": ((1.85, 2.70), (1.25, 1.80), (0.70, 1.00)),
    "leafy": ((0.35, 0.85), (0.35, 0.85), (0.30, 0.75)),
    "upright": ((0.15, 0.50), (0.15, 0.50), (0.45, 1.05)),
    "tree": ((0.25, 0.70), (0.25, 0.70), (0.90, 1.75)),
    "parcel": ((0.25, 0.62), (0.19, 0.44), (0.11, 0.43)),
    "open_box": ((0.26, 1.20), (0.20, 1.10), (0.11, 0.75)),
    "stack": ((0.41, 0.75), (0.31, 0.65), (0.30, 1.05)),
    "wine": ((0.07, 0.09), (0.07, 0.09), (0.28, 0.34)),
    "beer": ((0.058, 0.07), (0.058, 0.07), (0.21, 0.28)),
    "water": ((0.06, 0.09), (0.06, 0.09), (0.19, 0.34)),
    "backpack": ((0.26, 0.42), (0.20, 0.40), (0.40, 0.56)),
    "hiking_pack": ((0.33, 0.50), (0.28, 0.60), (0.50, 0.85)),
    "standing_body": ((0.50, 0.80), (0.25, 0.65), (1.54, 1.92)),
    "bystander_body": ((0.50, 0.80), (0.25, 1.15), (1.54, 1.92)),
    "walking_body": ((0.50, 0.80), (0.55, 1.35), (1.54, 1.92)),
    "handbag": ((0.25, 0.40), (0.08, 0.18), (0.28, 0.52)),
    "shell": ((0.42, 0.55), (0.45, 0.65), (0.75, 0.90)),
    "rolled_arm": ((1.35, 2.00), (0.80, 1.05), (0.70, 1.00)),
    "pump_bottle": ((0.058, 0.085), (0.065, 0.10), (0.15, 0.23)),
    "vacuum_flask": ((0.068, 0.15), (0.068, 0.105), (0.23, 0.33)),
    "tote": ((0.32, 0.44), (0.09, 0.20), (0.45, 0.70)),
    "duffel": ((0.44, 0.66), (0.22, 0.34), (0.28, 0.45)),
    "mug": ((0.10, 0.14), (0.075, 0.10), (0.08, 0.12)),
    "teacup": ((0.13, 0.17), (0.13, 0.17), (0.055, 0.085)),
    "tumbler": ((0.06, 0.09), (0.06, 0.09), (0.08, 0.16)),
    "paper_cup": ((0.08, 0.10), (0.08, 0.10), (0.10, 0.16)),
    "reusable_cup": ((0.07, 0.09), (0.07, 0.09), (0.10, 0.16)),
    "travel_cup": ((0.07, 0.095), (0.07, 0.095), (0.15, 0.21)),
    "belly_vase": ((0.14, 0.36), (0.14, 0.36), (0.19, 0.62)),
    "column_vase": ((0.085, 0.36), (0.085, 0.36), (0.19, 0.72)),
    "flared_vase": ((0.12, 0.42), (0.12, 0.42), (0.21, 0.70)),
    "neck_vase": ((0.12, 0.30), (0.12, 0.30), (0.21, 0.68)),
    "floor_lamp": ((0.33, 0.52), (0.33, 0.52), (1.35, 1.75)),
    "tripod_lamp": ((0.40, 0.65), (0.40, 0.65), (1.30, 1.65)),
    "table_lamp": ((0.22, 0.40), (0.22, 0.40), (0.38, 0.67)),
    "desk_lamp": ((0.15, 0.22), (0.30, 0.60), (0.28, 0.65)),
    "bookcase": ((0.58, 1.02), (0.25, 0.36), (1.00, 2.10)),
    "rack": ((0.58, 1.12), (0.29, 0.45), (0.88, 1.95)),
    "cube_shelf": ((0.65, 1.70), (0.29, 0.42), (0.34, 1.70)),
    "closed_book": ((0.13, 0.22), (0.17, 0.32), (0.017, 0.05)),
    "book_stack": ((0.15, 0.30), (0.20, 0.36), (0.03, 0.28)),
    "book_row": ((0.10, 0.42), (0.13, 0.23), (0.17, 0.30)),
    "suitcase": ((0.34, 0.52), (0.20, 0.36), (0.50, 1.20)),
}


def parts_of(mesh: Mesh) -> list[trimesh.Trimesh]:
    whole = trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False)
    return list(whole.split(only_watertight=False))


def is_solid(part: trimesh.Trimesh) -> bool:
    return bool(part.is_watertight and part.is_winding_consistent and part.volume > 0)


@every_asset
def test_every_part_is_closed_and_faces_outwards(asset_id):
    parts = parts_of(CATALOGUE.get(asset_id).mesh())
    assert parts
    assert all(is_solid(part) for part in parts)


@every_asset
def test_no_part_is_thinner_than_3_mm(asset_id):
    # twice volume over area is a slab's thickness, however it is turned or bent; a rod's radius
    thickness_m = [2 * p.volume / p.area for p in parts_of(CATALOGUE.get(asset_id).mesh())]
    assert min(thickness_m) > 0.003


@every_asset
def test_no_part_floats(asset_id):
    left = [part.bounds for part in parts_of(CATALOGUE.get(asset_id).mesh())]
    near = [b for b in left if b[0, 2] < 1e-4]
    while near:
        left = [b for b in left if not any(b is n for n in near)]
        near = [b for b in left if any(touch(b, n) for n in near)]
    assert not left


def touch(a: np.ndarray, b: np.ndarray) -> bool:
    return bool((a[0] <= b[1] + 1e-6).all() and (b[0] <= a[1] + 1e-6).all())


@every_asset
def test_a_mesh_stands_on_the_floor_centred_and_within_the_budget(asset_id):
    mesh = CATALOGUE.get(asset_id).mesh()
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    assert low[2] == 0
    assert np.allclose(low[:2], -high[:2], atol=2e-6)
    assert len(mesh.triangles) < 12_000


@every_asset
def test_a_size_is_what_a_shop_would_sell(asset_id):
    asset = CATALOGUE.get(asset_id)
    for size_m, (low, high) in zip(asset.size_m, PLAUSIBLE_M[asset.shape], strict=True):
        assert low <= size_m <= high


@every_asset
def test_slots_name_kinds_of_material_that_are_not_floors(asset_id):
    mesh = CATALOGUE.get(asset_id).mesh()
    assert set(mesh.slots) == set(range(len(mesh.slot_names)))
    assert not any(material_kinds()[name].floor for name in mesh.slot_names)


@every_shape
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_shape_is_sound_at_both_ends_of_its_ranges(shape, end):
    mesh = shape.build({name: getattr(told, end) for name, told in shape.ranges.items()}).mesh
    assert all(is_solid(part) for part in parts_of(mesh))


@every_shape
def test_a_shape_says_where_its_proportions_come_from(shape):
    assert "m" in shape.source and len(shape.source) > 20


def test_a_chair_faces_minus_y():
    mesh = CATALOGUE.get("chair/dining/0").mesh()
    upper = mesh.vertices[mesh.vertices[:, 2] > 0.7]
    assert upper[:, 1].min() > 0


def test_a_parameter_out_of_range_is_named():
    shape = FAMILIES["chair"].shapes["dining"]
    told = {name: r.low for name, r in shape.ranges.items()} | {"leg_m": 9.0}
    with pytest.raises(BadParameter, match=r"leg_m is 9\.0; expected 0\.03 to 0\.042"):
        shape.build(told)


def test_a_missing_parameter_is_told():
    with pytest.raises(BadParameter, match="expected exactly"):
        FAMILIES["chair"].shapes["stool"].build({"leg_m": 0.03})
