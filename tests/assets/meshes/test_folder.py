import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh

from assets.meshes.folder import NoMeshes, catalogue_of, import_meshes
from assets.meshes.imported import ChangedMesh
from tests.assets.meshes.files import chair, export, mixed_folder, tetrahedron_gltf, y_up


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mixed_folder(tmp_path_factory.mktemp("mixed"))


def said(folder: Path, file: str) -> str:
    read = import_meshes(folder)
    return "; ".join(r.said for r in (*read.repairs, *read.skipped) if r.file == file)


def test_of_six_files_four_are_used_and_two_are_named(mixed: Path) -> None:
    read = import_meshes(mixed)
    used = [asset.id for asset in read.assets]
    assert used == [f"mesh/chair/{name}" for name in ("centimetres", "good", "holed", "y_up")]
    assert [remark.file for remark in read.skipped] == ["chairs/empty.ply", "chairs/truncated.glb"]
    assert "empty" in said(mixed, "chairs/empty.ply")
    assert "truncated" in said(mixed, "chairs/truncated.glb")


def test_units_and_axes_are_repaired_to_the_same_chair(mixed: Path) -> None:
    for asset in import_meshes(mixed).assets:
        assert asset.size_m == pytest.approx((0.45, 0.45, 0.9), abs=1e-6)
        low, high = asset.mesh().vertices.min(axis=0), asset.mesh().vertices.max(axis=0)
        assert np.allclose(low + high, (0, 0, 0.9), atol=1e-6)  # in the middle, on the floor
        back = asset.mesh().vertices[asset.mesh().vertices[:, 2] > 0.6]
        assert back[:, 1].min() > 0.1  # the back is behind, so the front is towards -y


def test_every_repair_is_told_with_its_file_and_a_good_file_has_none(mixed: Path) -> None:
    assert said(mixed, "chairs/centimetres.obj") == "taken in cm: 0.45 x 0.45 m, 0.9 m high"
    assert "not closed" in said(mixed, "chairs/holed.stl")
    assert said(mixed, "chairs/good.glb") == said(mixed, "chairs/y_up.obj") == ""


def test_a_mesh_with_holes_is_used_open_and_a_whole_one_closed(mixed: Path) -> None:
    closed = {asset.shape: asset.mesh().closed for asset in import_meshes(mixed).assets}
    assert closed == {"good": True, "y_up": True, "centimetres": True, "holed": False}


@pytest.mark.parametrize(("unit", "metres"), [("mm", 0.001), ("inch", 0.0254), ("feet", 0.3048)])
def test_a_unit_is_found_from_the_size_of_a_chair(tmp_path: Path, unit: str, metres: float) -> None:
    made = chair()
    made.apply_scale(1 / metres)
    export(made, tmp_path / "chair" / "it.stl")
    asset = import_meshes(tmp_path).assets[0]
    assert asset.size_m[2] == pytest.approx(0.9, rel=1e-5)
    assert f"taken in {unit}" in said(tmp_path, "chair/it.stl")


def test_a_lying_bottle_is_stood_up_against_its_formats_convention(tmp_path: Path) -> None:
    bottle = trimesh.creation.cylinder(radius=0.035, height=0.27)  # z up, in a y-up format
    export(bottle, tmp_path / "bottle" / "lying.obj")
    assert import_meshes(tmp_path).assets[0].size_m[2] == pytest.approx(0.27)
    assert "taken with z up" in said(tmp_path, "bottle/lying.obj")


def test_a_normalised_mesh_is_scaled_to_its_category(tmp_path: Path) -> None:
    export(chair(7.0), tmp_path / "chair" / "huge.ply")
    heights = import_meshes(tmp_path).assets[0].size_m[2]
    assert 0.42 < heights < 1.2
    assert "implausible in every unit" in said(tmp_path, "chair/huge.ply")


def test_a_closed_mesh_that_is_inside_out_is_turned(tmp_path: Path) -> None:
    inverted = chair()
    inverted.invert()
    export(inverted, tmp_path / "chair" / "it.ply")
    mesh = import_meshes(tmp_path).assets[0].mesh()
    assert trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False).volume > 0


def test_triangles_without_area_are_removed_and_counted(tmp_path: Path) -> None:
    good = chair()
    faces = np.vstack([good.faces, [[0, 0, 1], [2, 3, 3]]])
    export(trimesh.Trimesh(good.vertices, faces, process=False), tmp_path / "chair" / "it.ply")
    assert len(import_meshes(tmp_path).assets[0].mesh().triangles) == len(good.faces)
    assert said(tmp_path, "chair/it.ply") == "2 triangles without area removed"


def test_a_digest_covers_the_file_and_what_it_refers_to(tmp_path: Path) -> None:
    one = import_meshes(tetrahedron_gltf(tmp_path / "a" / "chair", "it.bin").parents[1]).assets[0]
    other = tetrahedron_gltf(tmp_path / "b" / "chair", "it.bin")
    beside = other.with_name("it.bin")
    beside.write_bytes(beside.read_bytes().replace(np.float32(0.9).tobytes(), b"\0\0\x80?"))
    assert import_meshes(other.parents[1]).assets[0].digest() != one.digest()


def test_a_buffer_in_another_subfolder_of_the_folder_is_read(tmp_path: Path) -> None:
    tetrahedron_gltf(tmp_path / "chair", "../buffers/it.bin")
    assert len(import_meshes(tmp_path).assets) == 1


def test_a_file_that_changes_after_it_was_read_is_refused(tmp_path: Path) -> None:
    path = export(chair(), tmp_path / "chair" / "it.ply")
    asset = import_meshes(tmp_path).assets[0]
    export(chair(1.0), path)
    with pytest.raises(ChangedMesh, match=r"it\.ply: its bytes changed"):
        asset.mesh()


def test_the_files_colour_roughness_and_metal_reach_the_mesh(tmp_path: Path) -> None:
    made = y_up(chair())
    steel = trimesh.visual.material.PBRMaterial(
        baseColorFactor=[51, 102, 204, 255], metallicFactor=1.0, roughnessFactor=0.25
    )
    made.visual = trimesh.visual.TextureVisuals(material=steel)
    export(made, tmp_path / "chair" / "it.glb")
    mesh = import_meshes(tmp_path).assets[0].mesh()
    (finish,) = mesh.finishes
    assert finish is not None
    assert finish.color == pytest.approx((0.2, 0.4, 0.8), abs=1e-6)
    assert (finish.roughness, finish.metallic, mesh.slot_names) == (0.25, 1.0, ("metal",))


def test_a_category_that_no_family_serves_is_served_by_the_folder(tmp_path: Path) -> None:
    board = trimesh.creation.box(extents=(68.6, 53.4, 15))
    export(board, tmp_path / "microcontroller" / "uno.stl")
    catalogue = catalogue_of(1, tmp_path)
    assert catalogue.serving("Micro-controllers") == "microcontroller"
    (asset,) = catalogue.of_category("microcontroller")
    assert asset.size_m == pytest.approx((0.0686, 0.0534, 0.015))


def test_the_folders_meshes_stand_beside_the_procedural_ones(mixed: Path) -> None:
    before, after = catalogue_of(1, None), catalogue_of(1, mixed)
    assert list(after.assets)[: len(before.assets)] == list(before.assets)
    assert len(after.of_category("chair")) == len(before.of_category("chair")) + 4


def test_a_folder_without_a_usable_mesh_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "chair").mkdir()
    (tmp_path / "chair" / "it.obj").write_text("# nothing\n")
    with pytest.raises(NoMeshes, match=r"chair/it\.obj: .*no triangles"):
        import_meshes(tmp_path)
    with pytest.raises(NoMeshes, match="is not a folder"):
        import_meshes(tmp_path / "nowhere")


def test_a_moved_folder_gives_the_same_assets(mixed: Path, tmp_path: Path) -> None:
    shutil.copytree(mixed, tmp_path / "elsewhere")
    here, there = import_meshes(mixed).assets, import_meshes(tmp_path / "elsewhere").assets
    assert [(a.id, a.digest(), a.size_m) for a in here] == [
        (a.id, a.digest(), a.size_m) for a in there
    ]
