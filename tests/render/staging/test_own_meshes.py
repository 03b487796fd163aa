from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from alignment.command.render_room import convert_meshes
from assets.meshes.converted import unconverted
from assets.meshes.folder import catalogue_of, import_meshes
from assets.project import PROJECT
from scenes.model.scene import Scene
from scenes.optics.camera import pose_aiming_at
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from tests.assets.meshes.files import chair, export, y_up
from tests.render.raycast import raycast
from tests.render.rendered import Shot, blenderproc, camera, placed, render, scene, shots

pytestmark = pytest.mark.blender

THING = "mesh/gadget/thing"
TINY = ("quality=draft", "device=cpu", "threads=2")


def textured_folder(folder: Path, height_m: float = 0.9) -> Path:
    """A gadget whose texture is red and blue above, green below."""
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:16, :16], picture[:16, 16:], picture[16:] = (255, 0, 0), (0, 0, 255), (0, 255, 0)
    made = chair(height_m)
    uv = np.column_stack([made.vertices[:, 0] / 0.45 + 0.5, made.vertices[:, 2] / 0.9])
    made.visual = trimesh.visual.TextureVisuals(uv=uv, image=Image.fromarray(picture))
    export(y_up(made), folder / "gadget" / "thing.glb")
    (folder / "meshes.yaml").write_text("categories: {gadget: {height_m: [0.5, 1.5]}}")
    return folder


def facing() -> Scene:
    """The gadget seen from its front, one metre and a half away."""
    pose = pose_aiming_at(np.array([0, -1.8, 0.6]), np.array([0, 0, 0.45]), (0.0, 0.0), 0.0)
    return scene(camera((64, 64), pose), (placed(1, THING, 1, (0.0, 0.0, 0.0)),))


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shot]:
    folder = textured_folder(tmp_path_factory.mktemp("own"))
    out = tmp_path_factory.mktemp("run") / "out"
    return folder, shots(out, (facing(),), f"meshes={folder}", *TINY)[0]


def test_the_render_shows_the_triangles_that_the_preview_uses(shot: tuple[Path, Shot]) -> None:
    folder, taken = shot
    ids, depth_m = raycast(taken.scene, catalogue_of(1, folder))
    assert (ids == 1).sum() > 300
    assert (taken.instances != ids).mean() < 0.01
    both = (ids == 1) & (taken.instances == 1)
    assert np.abs(taken.depth_m[both] - depth_m[both]).max() < 1e-3


def test_the_texture_lies_as_its_coordinates_say(shot: tuple[Path, Shot]) -> None:
    _, taken = shot
    rows, columns = np.nonzero(taken.instances == 1)
    above, left = rows < np.quantile(rows, 0.3), columns < 32
    pixels = taken.image[rows, columns].astype(float)  # blue, green, red
    assert pixels[above & left].mean(axis=0).argmax() == 2
    assert pixels[above & ~left].mean(axis=0).argmax() == 0
    assert pixels[rows > np.quantile(rows, 0.7)].mean(axis=0).argmax() == 1


def test_a_plan_is_rendered_with_the_meshes_it_was_made_with_alone(tmp_path: Path) -> None:
    folder = textured_folder(tmp_path / "own")
    plan = Plan(scenes=(PlannedScene(index=0, scene=facing(), component=-1, weight=1.0, why="t"),))
    plan.write(tmp_path / "plan.jsonl")
    write_mesh_record(tmp_path / "plan.jsonl", plan, catalogue_of(1, folder))
    other = textured_folder(tmp_path / "other", 1.2)
    words = (f"plan={tmp_path / 'plan.jsonl'}", f"out={tmp_path / 'out'}", *TINY)
    for told, meshes in (("another 'mesh/gadget/thing'", str(other)), ("no folder gives", "null")):
        done = render(*words, f"meshes={meshes}")
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr


FBX = """import blenderproc as bproc
import sys
import bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.mesh.primitive_cube_add(size=1, location=(3, 0, 0.45), scale=(0.5, 0.4, 0.9))
red = bpy.data.materials.new("red")
red.use_nodes = True
red.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.8, 0.1, 0.1, 1)
bpy.context.object.data.materials.append(red)
wood = bpy.data.images.new("wood", 4, 4)
wood.filepath_raw = sys.argv[1] + ".png"
wood.save()
shown = red.node_tree.nodes.new("ShaderNodeTexImage")
shown.image = wood
surface = red.node_tree.nodes["Principled BSDF"]
red.node_tree.links.new(shown.outputs["Color"], surface.inputs["Base Color"])
bpy.ops.preferences.addon_enable(module="io_scene_fbx")
bpy.ops.export_scene.fbx(filepath=sys.argv[1])
"""


def test_fbx_is_read_through_blender_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "own" / "chair").mkdir(parents=True)
    (tmp_path / "fbx.py").write_text(FBX)
    blenderproc(tmp_path / "fbx.py", str(tmp_path / "own" / "chair" / "block.fbx"))
    (tmp_path / "own" / "chair" / "broken.fbx").write_bytes(b"Kaydara FBX Binary  \0junk")
    convert_meshes(tmp_path / "own", PROJECT / ".blender")
    read = import_meshes(tmp_path / "own")
    assert read.assets[0].size_m == pytest.approx((0.5, 0.4, 0.9), abs=1e-6)
    assert read.assets[0].mesh().finishes[0].color == pytest.approx((0.8, 0.1, 0.1))  # type: ignore[union-attr]
    assert any("leaves out the pictures of its materials (" in line.said for line in read.repairs)
    assert "cannot be read by Blender" in read.skipped[0].said
    assert unconverted(tmp_path / "own") == ()
