from dataclasses import replace
from pathlib import Path

import pytest

from assets.catalogue import load_catalogue
from scenes.preview import preview
from scenes.sampler import SceneSampler
from scenes.scene import Scene
from tests.render.rendered import shots
from tests.scenes.configs import strategy_config

pytestmark = pytest.mark.blender
NAMES = ("baseline", "on_surface", "close_up", "cluttered", "grouped")
SMALL = [[128, 96]]


def _scene(name: str) -> Scene:
    config = strategy_config(name, resolutions_px=SMALL)
    return SceneSampler.of(config, load_catalogue(4)).sample(5)


def _alone(scene: Scene) -> list[Scene]:
    targets = [o for o in scene.objects if o.category_id]
    return [replace(scene, objects=(replace(o, instance=1),)) for o in targets]


def test_the_visible_fraction_is_what_cycles_shows_of_each_object_alone(tmp_path: Path) -> None:
    scenes = [_scene(name) for name in NAMES]
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
    assert compared >= len(NAMES)
