import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.preview import Preview, preview
from scenes.preview import visible_objects as seen
from scenes.sampler import SceneSampler, scene_seed
from scenes.scene import Scene
from tests.render.rendered import Shot, shots
from tests.scenes.configs import scene_config

pytestmark = pytest.mark.blender

CATALOGUE = load_catalogue(1)
Pair = tuple[Preview, Shot]


def _sampled() -> tuple[Scene, ...]:
    """Ten scenes, five of them with something before the chairs, landscape and portrait."""
    lone = SceneSampler.of(scene_config(), CATALOGUE)
    clutter = {**_clutter(), "occluders": {"low": 1, "high": 3, "log": False}}
    hidden = SceneSampler.of(scene_config(clutter=clutter), CATALOGUE)
    return tuple(
        sampler.sample(scene_seed(0, stream, number))
        for stream, sampler in enumerate((lone, hidden))
        for number in range(5)
    )


def _clutter() -> dict[str, object]:
    return {"categories": ["table", "box", "plant"], "bystanders": {"low": 0, "high": 2, "log": False}}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, ...]:
    """Each scene as previewed and as Cycles shows it, at the size of the render."""
    scenes = _sampled()
    cycles = shots(tmp_path_factory.mktemp("agreement") / "out", scenes, "quality=labels", "variants=1")
    return tuple((preview(s, CATALOGUE, s.camera.resolution_px), c) for s, c in zip(scenes, cycles))


def test_report(pairs):
    for p, s in pairs:
        n = len(s.scene.objects)
        d = (p.instances != s.instances)
        a = seen(p.instances, p.depth_m, n)
        b = seen(s.instances.astype(np.int32), s.depth_m, n)
        print(p.instances.shape, n, d.sum(), d.mean(), (p.instances > 0).mean(), a.px, np.abs(a.box - b.box).max(), (a.depth_m - b.depth_m) * 1000)
        both = (p.instances == s.instances) & (p.instances > 0)
        e = np.abs(p.depth_m - s.depth_m)[both]
        print(np.median(e)*1000, np.percentile(e, 99)*1000, e.max()*1000)
