from dataclasses import replace
from pathlib import Path

import pytest

from assets.catalogue import load_catalogue
from scenes.model.scene import Scene
from scenes.preview.preview import preview
from scenes.sampling.sampler import SceneSampler
from tests.render.rendered import shots
from tests.scenes.configs import strategy_config

pytestmark = pytest.mark.blender
NAMES = ("baseline", "on_surface", "close_up", "cluttered", "grouped")
SMALL = [[128, 96]]
SEEDS = range(5, 9)


def _scenes(name: str) -> list[Scene]:
    sampler = SceneSampler.of(strategy_config(name, resolutions_px=SMALL), load_catalogue(4))
    return [sampler.sample(seed) for seed in SEEDS]


def _alone(scene: Scene) -> list[Scene]:
    targets = [o for o in scene.objects if o.category_id]
    return [replace(scene, objects=(replace(o, instance=1),)) for o in targets]


def test_the_visible_fraction_is_what_cycles_shows_of_each_object_alone(tmp_path: Path) -> None:
    scenes = [scene for name in NAMES for scene in _scenes(name)]
    frames = [scene for whole in scenes for scene in (whole, *_alone(whole))]
    taken = iter(shots(tmp_path / "out", tuple(frames), "quality=labels"))
    compared = 0
    for whole in scenes:
        together = next(taken).instances
        amodal = preview(whole, load_catalogue(4), (128, 96)).amodal.px
        for placed in (o for o in whole.objects if o.category_id):
            alone = int((next(taken).instances > 0).sum())
            if alone < 50:
                continue
            visible = int((together == placed.instance).sum())
            compared += 1
            assert abs(visible / alone - visible / amodal[placed.instance - 1]) < 0.02
    assert compared >= len(scenes)
