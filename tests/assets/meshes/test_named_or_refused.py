"""What a file says and we do not show is named; what we cannot do without is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assets.meshes.folder import MeshFolder, import_meshes
from assets.meshes.raw import read_raw
from tests.assets.meshes import hollow
from tests.assets.meshes.block import BASE, SIZE, Saver, saved, textured
from tests.assets.meshes.colored import over_picture
from tests.assets.meshes.files import chair, export
from tests.assets.meshes.gltf_files import Gltf


def imported(save: Saver, folder: Path) -> MeshFolder:
    export(chair(), folder / "chair" / "good.ply")
    (folder / "chair" / "tried").mkdir()
    save(folder / "chair" / "tried")
    return import_meshes(folder)


def said(read: MeshFolder) -> str:
    return "; ".join(r.said for r in (*read.repairs, *read.skipped) if "tried/it." in r.file)


def changed(change: Callable[[dict[str, Any], dict[str, Any]], Any]) -> Saver:
    """The textured block after a change of what it tells, and of its material."""
    made = textured()
    change(made.told, made.told["materials"][0])
    return saved(made)


def in_lines() -> Gltf:
    made = textured()
    made.primitive(attributes={"POSITION": 0}, mode=1)
    return made


def of_unknown_picture(told: dict[str, Any], _: Any) -> None:
    told["textures"][0] = {"extensions": {"KHR_texture_basisu": {"source": 0}}}
    told["extensionsRequired"] = ["KHR_texture_basisu"]


def other_library(folder: Path) -> None:
    hollow.text(hollow.obj("mtllib gone.mtl\nusemtl a"))(folder)


def point_more(told: str) -> Saver:
    return hollow.text(hollow.obj() + told)


NAMED: dict[str, tuple[Saver, str]] = {
    "transparency": (changed(lambda _, m: m.update(alphaMode="BLEND")), "its transparency"),
    "emission": (changed(lambda _, m: m.update(emissiveFactor=[1, 0, 0])), "its emission"),
    "normals": (changed(lambda _, m: m.update(normalTexture={"index": 0})), "its normal map"),
    "unlit": (changed(lambda _, m: m.update(extensions={"KHR_materials_unlit": {}})), "unlit"),
    "sheen": (changed(lambda _, m: m.update(extensions={"KHR_materials_sheen": {}})), "sheen"),
    "metal": (changed(lambda _, m: m[BASE].pop("metallicFactor")), "says nothing of metal"),
    "rough map": (changed(lambda _, m: m[BASE].update(metallicRoughnessTexture={"index": 0})),
                  "its roughness and metal map"),
    "picture": (changed(of_unknown_picture), "KHR_texture_basisu"),
    "extension": (changed(lambda t, _: t.update(extensionsUsed=["EXT_new"])), "uses 'EXT_new'"),
    "lines": (saved(in_lines()), "its points or lines"),
    "two wraps": (changed(lambda t, _: (t["samplers"][0].update(wrapS=33071, wrapT=33648),
                                        t["materials"][0][BASE]["baseColorTexture"].update(
        extensions={"KHR_texture_transform": {"scale": [3, 3]}}))), "by clamp and mirror"),
    "no uv": (changed(lambda t, _: t["meshes"][0]["primitives"][0]["attributes"].pop("TEXCOORD_0")),
              "no usable texture coordinates"),
    "library": (other_library, "'gone.mtl', which it names, is missing"),
    "material": (hollow.pictured("Kd 1 1 1\nnewmtl other"), ""),
    "curves": (point_more("surf 0 1 0 1 1 2 3\n"), "free-form"),
    "points": (point_more("p 1 2\n"), "its lines or points"),
    "thin faces": (point_more("f 1 2\n"), "fewer than three corners"),
    "glass": (hollow.pictured("d 0.4\nmap_Kd my pic.png"), "its transparency"),
    "bumps": (hollow.pictured("map_Bump my pic.png\nKd 1 0 0"), "its bump map"),
    "gain": (hollow.pictured("map_Kd -mm 0 2 my pic.png"), "-mm"),
    "spectral": (hollow.pictured("Kd spectral it.rfl"), "'Kd spectral it.rfl'"),
    "stl": (lambda folder: export_colored_stl(folder / "it.stl"), "its colours"),
}  # fmt: skip


def export_colored_stl(path: Path) -> None:
    data = chair().export(file_type="stl")
    path.write_bytes(b"COLOR=\x10\x20\x30\xff".ljust(80) + data[80:])


@pytest.mark.parametrize(("save", "what"), NAMED.values(), ids=NAMED)
def test_what_is_not_shown_is_named_and_the_mesh_is_used(
    save: Saver, what: str, tmp_path: Path
) -> None:
    read = imported(save, tmp_path)
    assert what in said(read)
    assert [asset.id for asset in read.assets] == ["mesh/chair/good", "mesh/chair/tried/it"]


def compressed(name: str, where: str) -> Saver:
    def change(told: dict[str, Any], _: Any) -> None:
        told["extensionsUsed"] = [name]
        if where == "primitive":
            told["meshes"][0]["primitives"][0]["extensions"] = {name: {"bufferView": 0}}
            del told["accessors"][0]["bufferView"]
        else:
            told["bufferViews"][0]["extensions"] = {name: {"buffer": 0}}
            told["bufferViews"][0]["buffer"] = 1
            told["buffers"].append({"byteLength": 288})

    made = textured()
    change(made.told, None)

    def save(folder: Path) -> None:
        made.save(folder / "it.glb", more_buffers=made.told["buffers"][1:])

    return save


REFUSED: dict[str, tuple[Saver, str]] = {
    "draco": (compressed("KHR_draco_mesh_compression", "primitive"), "is compressed (KHR_draco"),
    "meshopt": (compressed("EXT_meshopt_compression", "view"), "is compressed (EXT_meshopt"),
    "required": (changed(lambda t, _: t.update(extensionsRequired=["EXT_new"])), "needs 'EXT_new'"),
    "no bytes": (changed(lambda t, _: t["accessors"][0].pop("bufferView")), "without bytes"),
    "short": (changed(lambda t, _: t["accessors"][0].update(count=4000)), "it is truncated"),
    "no node": (changed(lambda t, _: t["scenes"][0].update(nodes=[7])), "nodes[7]"),
    "no mesh": (changed(lambda t, _: t["nodes"][0].update(mesh=-1)), "meshes[-1]"),
    "vertex": (point_more("f 1 2 0\n"), "damaged"),
    "hollow": (point_more(f"f {' '.join(str(1 + i % 12) for i in range(3000))}\n"), "as triangles"),
}  # fmt: skip


@pytest.mark.parametrize(("save", "what"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_its_reason(
    save: Saver, what: str, tmp_path: Path
) -> None:
    read = imported(save, tmp_path)
    assert what in said(read)
    assert [asset.id for asset in read.assets] == ["mesh/chair/good"]


def test_a_whole_block_is_used_without_a_word(tmp_path: Path) -> None:
    read = imported(saved(textured()), tmp_path)
    assert said(read) == ""
    assert read.assets[1].size_m == pytest.approx((SIZE[0], SIZE[2], SIZE[1]), abs=1e-6)


def test_vertex_colours_over_a_picture_count_by_their_mean(tmp_path: Path) -> None:
    made = over_picture()
    colors = np.array([[1.0, 1, 1]] * 12 + [[0.5, 1, 0]] * 12, np.float32)
    made.told["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"] = made.accessor(colors)
    read = imported(saved(made), tmp_path)
    textured().save(tmp_path / "chair" / "tried" / "plain.glb")
    assert "taken by their mean" in said(read)
    mean, plain = (
        read_raw(tmp_path / "chair" / "tried" / name, tmp_path).parts[0].finish
        for name in ("it.glb", "plain.glb")
    )
    assert mean is not None
    assert plain is not None
    share = 1.125 / 2.16  # of the block's surface, the first three faces'
    factor = share + (1 - share) * np.array([0.5, 1, 0])
    assert mean.color == pytest.approx(np.array(plain.color) * factor, abs=0.005)
