"""Default scenes are a yardstick: cut-outs are seen in them as meshes are, and some always are."""

from pathlib import Path

import numpy as np
import pytest

from alignment.align.brief.default_scenes import draw_baseline
from assets.cards.folder import with_cut_outs
from assets.catalogue import Catalogue, load_catalogue
from scenes.config.scene import SceneConfig
from scenes.labels.policy import LabelPolicy
from scenes.labels.previewer import Previewer
from scenes.sampling.sampler import SceneSampler, scene_seed
from scenes.sampling.studio import Studio
from tests.cut_outs import disc, folder, wanted
from tests.scenes.configs import fixed, scene_config, scene_settings

SIZE_PX, SCENES, LEAST_PX = 160, 100, 8  # of the scenes, which are 320 wide
MESHES = load_catalogue(1)


def studio(catalogue: Catalogue, least_px: int) -> Studio:
    policy = LabelPolicy(min_visible_px=16, min_visible_fraction=0.1, min_side_px=least_px)
    previewer = Previewer(catalogue, policy, SIZE_PX)
    return Studio(catalogue=catalogue, previewer=previewer, long_side_px=SIZE_PX, run_seed=0,
                  categories={}, dressed=False)  # fmt: skip


def cups(distance_m: float | None = None) -> SceneConfig:
    camera = scene_settings()["camera"]
    if distance_m is not None:
        camera = {**camera, "distance_m": fixed(distance_m)}
    return scene_config(category="cup", camera=camera)


def shown(catalogue: Catalogue) -> int:
    sampler, seen = SceneSampler.of(cups(), catalogue), studio(catalogue, LEAST_PX)
    scenes = (seen.seen(sampler, scene_seed(0, 5, number)) for number in range(SCENES))
    return sum(bool(labels.kept) for _, labels in scenes)


def test_about_as_many_show_a_labelled_cut_out_as_a_labelled_mesh(tmp_path: Path) -> None:
    pictures = {"a": disc((40, 62)), "b": disc((60, 90)), "c": disc((50, 70))}
    root = folder(tmp_path, pictures, category="cup")
    flat = with_cut_outs(MESHES, wanted(root, alone=False, share=1.0))
    meshes = shown(MESHES)
    assert 0.2 * SCENES < meshes < 0.9 * SCENES  # neither all nor none: the limit bites
    assert shown(flat) == pytest.approx(meshes, rel=0.25)


def test_cameras_that_see_nothing_to_label_come_nearer_and_it_is_said() -> None:
    said: list[str] = []
    seen = draw_baseline([cups(12.0)], studio(MESHES, 15), 1, said.append)
    ((scene, labels),) = seen
    assert labels.kept
    assert np.linalg.norm(scene.camera.camera_to_world[:2, 3]) < 6.5
    (line,) = said
    assert line.startswith("default scenes of cup: cameras at 0.")


def test_where_one_in_twenty_sees_something_cameras_come_nearer_too() -> None:
    said: list[str] = []
    far, needs = cups(3.0), studio(MESHES, 15)
    sampler = SceneSampler.of(far, MESHES)
    shares = [bool(needs.seen(sampler, scene_seed(0, 2_000_000, number))[1].kept)
              for number in range(200)]  # fmt: skip
    assert 0 < np.mean(shares) < 0.1
    seen = draw_baseline([far], needs, 20, said.append)
    assert len(seen) == 20
    assert len(said) == 1


def test_those_that_see_enough_stay_where_they_are() -> None:
    said: list[str] = []
    usual, seen = studio(MESHES, 3), draw_baseline([cups()], studio(MESHES, 3), 3, said.append)
    asked = usual.draw(cups(), 2_000_000, 3)
    assert [scene.to_json() for scene, _ in seen] == [scene.to_json() for scene, _ in asked]
    assert said == []
