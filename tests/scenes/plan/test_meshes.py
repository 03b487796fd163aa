from multiprocessing import get_context
from pathlib import Path

import pytest
import trimesh

from assets.catalogue import Catalogue
from assets.meshes.folder import catalogue_of, import_meshes
from scenes.model.scene import Scene
from scenes.plan.meshes import OtherMeshes, check_mesh_record, mesh_digests, write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.sampler import SceneSampler
from tests.assets.meshes.files import chair, export, y_up
from tests.scenes.configs import scene_config

COLOR = (0.2, 0.4, 0.8)


def folder(path: Path, height_m: float = 0.9) -> Path:
    made = y_up(chair(height_m))
    paint = trimesh.visual.material.PBRMaterial(baseColorFactor=[51, 102, 204, 255])
    made.visual = trimesh.visual.TextureVisuals(material=paint)
    export(made, path / "chair" / "mine.glb")
    return path


def sampled(catalogue: Catalogue) -> Scene:
    return SceneSampler.of(scene_config(shapes=["mine"]), catalogue).sample(3)


def plan_of(scene: Scene) -> Plan:
    return Plan(scenes=(PlannedScene(index=0, scene=scene, component=-1, weight=1.0, why="t"),))


def test_a_shape_name_restricts_a_run_to_ones_own_mesh_in_its_own_colour(tmp_path: Path) -> None:
    scene = sampled(catalogue_of(1, folder(tmp_path)))
    targets = [placed for placed in scene.objects if placed.category_id]
    assert {placed.asset_id for placed in targets} == {"mesh/chair/mine"}
    assert targets[0].materials[0].color == pytest.approx(COLOR, abs=1e-6)


def test_a_plan_keeps_to_the_meshes_it_was_made_with(tmp_path: Path) -> None:
    catalogue, plan_path = catalogue_of(1, folder(tmp_path / "a")), tmp_path / "plan.jsonl"
    plan = plan_of(sampled(catalogue))
    write_mesh_record(plan_path, plan, catalogue)
    check_mesh_record(plan_path, mesh_digests(plan, catalogue))
    other = catalogue_of(1, folder(tmp_path / "b", 1.0))
    with pytest.raises(OtherMeshes, match=r"planned with another 'mesh/chair/mine'.*meshes=FOLDER"):
        check_mesh_record(plan_path, mesh_digests(plan, other))
    with pytest.raises(OtherMeshes, match=r"names 'mesh/chair/mine', which no folder"):
        mesh_digests(plan, catalogue_of(1, None))


def test_a_plan_without_meshes_leaves_no_record(tmp_path: Path) -> None:
    catalogue = catalogue_of(1, None)
    scene = SceneSampler.of(scene_config(), catalogue).sample(3)
    write_mesh_record(tmp_path / "plan.jsonl", plan_of(scene), catalogue)
    assert list(tmp_path.iterdir()) == []


def test_a_mesh_asset_travels_to_another_process_by_its_file_alone(tmp_path: Path) -> None:
    asset = import_meshes(folder(tmp_path)).assets[0]
    with get_context("spawn").Pool(1) as processes:
        assert processes.apply(asset.mesh).size_m == asset.size_m
