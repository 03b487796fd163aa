import os
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from assets.meshes import checks, references
from assets.meshes.folder import MeshFolder, import_meshes
from assets.meshes.raw import read_raw
from assets.meshes.repair import extents_of, fitted, upright
from tests.assets.meshes.block import skinned, sparse, textured
from tests.assets.meshes.colored import over_picture
from tests.assets.meshes.files import TRIANGLE, chair, export, glb_claiming, gltf, y_up
from tests.assets.meshes.in_space import instanced


def beside_a_good_one(folder: Path, name: str, content: bytes | str) -> str:
    """Write a file next to a good mesh, import both, and return why it was skipped."""
    path = folder / "chair" / name
    export(chair(), folder / "chair" / "good.ply")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return why_skipped(import_meshes(folder), f"chair/{name}")


def why_skipped(read: MeshFolder, file: str) -> str:
    assert [asset.id for asset in read.assets] == ["mesh/chair/good"]
    (remark,) = [r for r in read.skipped if r.file == file]
    return remark.said


@pytest.mark.parametrize(
    "uri", ["../../etc/passwd", "../../../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd",
            "http://localhost/x.bin", "..%2f..%2foutside.bin"]
)  # fmt: skip
def test_a_buffer_outside_the_folder_is_never_read(tmp_path: Path, uri: str) -> None:
    (tmp_path / "outside.bin").write_bytes(TRIANGLE.tobytes())
    why = beside_a_good_one(tmp_path / "meshes", "it.gltf", gltf(uri))
    assert "lies outside the folder" in why
    assert uri in why


def test_a_buffer_that_is_a_link_out_of_the_folder_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "outside.bin").write_bytes(TRIANGLE.tobytes())
    (tmp_path / "meshes" / "chair").mkdir(parents=True)
    (tmp_path / "meshes" / "chair" / "it.bin").symlink_to(tmp_path / "outside.bin")
    assert "outside" in beside_a_good_one(tmp_path / "meshes", "it.gltf", gltf("it.bin"))


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = export(chair(), tmp_path / "outside" / "it.ply")
    export(chair(), tmp_path / "meshes" / "chair" / "good.ply")
    (tmp_path / "meshes" / "chair" / "it.ply").symlink_to(outside)
    (tmp_path / "meshes" / "sofa").symlink_to(outside.parent)
    read = import_meshes(tmp_path / "meshes")
    assert "outside the folder" in why_skipped(read, "chair/it.ply")
    assert "not followed" in why_skipped(read, "sofa")


def test_a_pipe_does_not_hang_the_import(tmp_path: Path) -> None:
    export(chair(), tmp_path / "chair" / "good.ply")
    os.mkfifo(tmp_path / "chair" / "it.ply")
    assert "not an ordinary file" in why_skipped(import_meshes(tmp_path), "chair/it.ply")


def test_a_material_outside_the_folder_is_left_out_and_told(tmp_path: Path) -> None:
    made = export(y_up(chair()), tmp_path / "meshes" / "chair" / "it.obj")
    (tmp_path / "secret.mtl").write_text("newmtl a\nKd 1 0 0\n")
    made.write_text("mtllib ../../secret.mtl\nusemtl a\n" + made.read_text())
    read = import_meshes(tmp_path / "meshes")
    assert "'../../secret.mtl', which it names, lies outside" in read.repairs[0].said
    assert read.assets[0].mesh().finishes == ()


PLY = "ply\nformat binary_little_endian 1.0\nelement vertex {}\nproperty float x\n" \
      "property float y\nproperty float z\nelement face 1\n" \
      "property list uchar int vertex_indices\nend_header\n"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("it.ply", PLY.format(4_000_000_000)),
        ("it.gltf", gltf("data:;base64,", accessors=[
            {"componentType": 5126, "count": 4_000_000_000, "type": "VEC3"}])),
    ],
)  # fmt: skip
def test_no_memory_is_reserved_on_a_headers_word(tmp_path: Path, name: str, content: str) -> None:
    export(chair(), tmp_path / "chair" / "good.ply")
    import_meshes(tmp_path)  # what a first import loads is not counted
    tracemalloc.start()
    assert "claims 4000000" in beside_a_good_one(tmp_path / "again", name, content)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("nodes", "what"),
    [
        ([{"children": [1, 2]}, {"children": [2]}, {"mesh": 0}], "two parents"),
        ([{"mesh": 0, "children": [1]}, {"children": [0]}], "two parents"),
        ([{}] * 20_001, "20001 nodes"),
    ],
)
def test_node_graphs_that_repeat_without_end_are_refused(
    tmp_path: Path, nodes: list[dict[str, object]], what: str
) -> None:
    assert what in beside_a_good_one(tmp_path, "it.gltf", gltf("data:;base64,", nodes=nodes))


def test_too_many_triangles_and_bytes_are_refused_with_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ball, most = trimesh.creation.icosphere(subdivisions=3), checks.MOST_TRIANGLES
    monkeypatch.setattr("assets.meshes.checks.MOST_TRIANGLES", 1000)
    monkeypatch.setattr("assets.meshes.raw.MOST_BYTES", 100_000)
    assert "has 1280 triangles" in beside_a_good_one(
        tmp_path, "ball.stl", ball.export(file_type="stl")
    )
    assert most > 1280
    assert references.MOST_BYTES > 100_000


def _ply(vertices: np.ndarray) -> bytes:
    mesh = trimesh.Trimesh(vertices, chair().faces, process=False)
    return bytes(mesh.export(file_type="ply"))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("it.ply", b"", "empty"),
        ("it.glb", glb_claiming(10**9), "truncated"),
        ("it.glb", b"\0" * 64, "no glTF header"),
        ("it.gltf", "[" * 100_000, "no glTF JSON"),
        ("it.gltf", '{"nodes": 3}', "wrong form"),
        ("it.gltf", gltf("x", extensionsRequired=["KHR_draco_mesh_compression"]), "compressed"),
        ("it.ply", PLY.format("-1"), "expected a number"),
        ("it.ply", "PK not a ply", "no PLY header"),
        ("it.ply", _ply(chair().vertices * np.nan), "not finite"),
        ("it.ply", _ply(chair().vertices * 0.0), "no volume"),
        ("it.ply", _ply(chair().vertices * (1, 1, 0)), "no volume"),
        ("it.ply", _ply(chair().vertices)[:-40], "truncated"),
        ("it.ply", chair().export(file_type="ply", encoding="ascii")[:-40], "truncated"),
        ("it.stl", chair().export(file_type="stl")[:-40], "truncated"),
        ("it.stl", b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0", "truncated"),
        ("it.obj", b"\xff\xfe\x00garbage", "no triangles"),
        ("it.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", "truncated"),
        ("it.blend", b"BLENDER", "export it as glb"),
        ("it.zip", b"PK", "export it as glb"),
        ("it.fbx", b"Kaydara FBX Binary", "fbx"),
    ],
)
def test_a_broken_file_is_skipped_and_named_with_the_reason(
    tmp_path: Path, name: str, content: bytes | str, what: str
) -> None:
    assert what in beside_a_good_one(tmp_path, name, content)


def test_a_category_of_unknown_size_is_used_in_its_unit_or_skipped_with_the_cure(
    tmp_path: Path,
) -> None:
    export(chair(), tmp_path / "gizmo" / "good.ply")
    export(chair(900.0), tmp_path / "gizmo" / "vast.ply")
    read = import_meshes(tmp_path)
    assert "no plausible size of its category is known" in read.repairs[0].said
    assert "height_m" in read.skipped[0].said


@pytest.mark.parametrize("suffix", ["glb", "obj", "ply", "stl"])
def test_no_damage_to_a_file_ends_the_import(tmp_path: Path, suffix: str) -> None:
    whole = export(chair(), tmp_path / f"it.{suffix}").read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(100):
        damaged = bytearray(whole[: rng.integers(len(whole) // 2, len(whole) + 1)])
        for place in rng.integers(len(damaged), size=rng.integers(1, 6)):
            damaged[place] = rng.integers(256)
        (tmp_path / f"damaged.{suffix}").write_bytes(damaged)
        with suppress(checks.BrokenMesh):  # every other error fails this test
            raw = read_raw(tmp_path / f"damaged.{suffix}", tmp_path)
            fit = fitted(extents_of(raw.parts), "z", (None, None), None)
            assert np.isfinite(upright(raw.parts, fit)[0].vertices).all()


WRONG = (-1, 0, 10**6, 2**63, 1e308, None, "x", [], {}, True, [1e300] * 16, "NaN")
BUILT = (textured, instanced, skinned, sparse, over_picture)


def values_in(told: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in JSON: what holds it, and under which key."""
    items = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in list(items):
        yield told, key
        if isinstance(value, dict | list):
            yield from values_in(value)


def test_no_wrong_value_in_a_gltf_ends_the_import(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for n in range(400):
        made = BUILT[n % len(BUILT)]()
        places = list(values_in({k: v for k, v in made.told.items() if k != "buffers"}))
        held, key = places[rng.integers(len(places))]
        held[key] = WRONG[rng.integers(len(WRONG))]
        made.save(tmp_path / "it.glb")
        with suppress(checks.BrokenMesh):  # every other error fails this test
            raw = read_raw(tmp_path / "it.glb", tmp_path)
            assert all(np.isfinite(part.corners).all() for part in raw.parts)
