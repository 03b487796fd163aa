from dataclasses import replace

import numpy as np
import pytest

from alignment.command.words import quoted
from alignment.curation.augment import NoScenes, Workshop, augmented, likeness
from alignment.curation.settings import AugmentSettings, CurationSettings
from alignment.curation.walk import _parents
from alignment.feature_space.scores import Scores
from alignment.real.pair import load_pair
from assets.catalogue import load_catalogue
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.labels.labels import LabelPolicy
from scenes.labels.previewer import Previewer
from scenes.plan.plan import Plan, PlannedScene
from scenes.sets.named_list import NamedList, Picked, PickedImage
from tests.alignment.features.sets_with_photos import noise_set
from tests.render.rendered import camera, looking_down, placed, scene

POLICY = LabelPolicy(min_visible_px=16, min_visible_fraction=0.1, min_side_px=3)
STEPS = AugmentSettings(
    images=8, best_share=1.0, camera_m=0.1, camera_deg=2.0, object_m=0.05, object_deg=10.0,
    variants=2, meshes=None, preset="draft", render=False, blender=None,
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(2)


@pytest.fixture
def parent(catalogue):
    chair = catalogue.of_category("chair")[0].id
    objects = (placed(1, chair, 1, (-0.6, 0, 0)), placed(2, chair, 1, (0.6, 0, 1)))
    return scene(camera((64, 48), looking_down(4.0)), objects)


def plan_of(shown, catalogue, settings=STEPS):
    line = PlannedScene(index=3, scene=shown, component=-1, weight=1.0, why="test")
    work = Workshop(
        catalogue=catalogue, previewer=Previewer(catalogue, POLICY, 64), settings=settings,
        run_seed=5,
    )  # fmt: skip
    return augmented([line], work)


def poses(shown):
    return np.array([o.object_to_world for o in shown.objects])


def test_likenesses_show_what_their_parent_does_each_a_little_elsewhere(parent, catalogue):
    plan = plan_of(parent, catalogue)
    previewer = Previewer(catalogue, POLICY, 64)
    assert [len(previewer.labels(p.scene).kept) for p in plan.scenes] == [2] * 8
    assert len({p.scene.seed for p in plan.scenes}) == 8
    moved = np.array([poses(p.scene)[:, :2, 3] - poses(parent)[:, :2, 3] for p in plan.scenes])
    assert 0.02 < moved.std() < 0.1
    assert plan_of(parent, catalogue).scenes[7].to_json() == plan.scenes[7].to_json()


def test_objects_stay_on_the_floor_upright_and_of_their_size(parent):
    made = likeness(np.random.default_rng(0), parent, 9, replace(STEPS, object_deg=90.0))
    assert (poses(made)[:, 2] == poses(parent)[:, 2]).all()
    before, after = (np.linalg.det(poses(s)[:, :3, :3]) for s in (parent, made))
    np.testing.assert_allclose(before, after)


def test_the_camera_stays_a_camera(parent):
    made = likeness(np.random.default_rng(1), parent, 9, replace(STEPS, camera_deg=30.0))
    turn = made.camera.camera_to_world[:3, :3]
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_what_carries_another_object_stays_under_it(parent):
    first, second = parent.objects
    pose = first.object_to_world.copy()
    pose[2, 3] = 0.8
    stacked = replace(parent, objects=(first, replace(second, object_to_world=pose)))
    made = likeness(np.random.default_rng(2), stacked, 9, STEPS)
    assert (poses(made) == poses(stacked)).all()


def test_clutter_along_the_walls_stays(parent):
    idle = tuple(replace(o, category_id=0) for o in parent.objects)
    made = likeness(np.random.default_rng(3), replace(parent, objects=idle), 9, STEPS)
    assert (poses(made) == poses(parent)).all()


def test_a_parent_that_shows_nothing_is_told(parent, catalogue):
    away = replace(parent, camera=camera((64, 48), looking_down(190.0)))
    with pytest.raises(NoScenes, match="smaller"):
        plan_of(away, catalogue, replace(STEPS, images=1))


def test_a_list_says_which_scenes_new_ones_are_made_after(parent, tmp_path):
    noise_set(tmp_path / "set")
    lines = [
        PlannedScene(index=n, scene=parent, component=-1, weight=1.0, why="test") for n in range(3)
    ]
    Plan(scenes=lines).write(tmp_path / "set" / "plan.jsonl")
    images = tuple(PickedImage(id=n, file_name=f"{n}.png", annotations=()) for n in (1, 3))
    NamedList(name="x", sets=(Picked(set_name="set", digest="", images=images),)).write(
        tmp_path / "x.json"
    )
    keys, real = np.arange(1, 4), np.arange(3)
    scores = Scores(values=np.array([9.0, 1.0, 3.0]), keys=keys, image_ids=keys.copy(),
                    real=np.zeros(3), real_image_ids=real)  # fmt: skip
    words = [f"{key}={quoted(tmp_path / 'set')}" for key in ("set", "real")]
    told = composed(
        "curate",
        *words,
        "augment.preset=none",
        "what=augment",
        f"only={quoted(tmp_path / 'x.json')}",
    )
    pair = load_pair(tmp_path / "set", tmp_path / "set", None, None)
    chosen = _parents(from_mapping(CurationSettings, told), pair, scores)
    assert [one.index for one in chosen] == [2, 0]
