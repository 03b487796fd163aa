import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.preview import preview, visible_objects
from scenes.sampler import SceneSampler, scene_seed
from scenes.scene import Scene
from tests.render.rendered import Shot, shots
from tests.scenes.configs import scene_config

pytestmark = pytest.mark.blender

CATALOGUE = load_catalogue(4)
SIZE_PX = (160, 120)


def sampled() -> tuple[Scene, ...]:
    sampler = SceneSampler.of(scene_config(resolutions_px=(SIZE_PX,)), CATALOGUE)
    return tuple(sampler.sample(scene_seed(0, 0, number)) for number in range(10))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shot, ...]:
    return shots(tmp_path_factory.mktemp("preview") / "out", sampled(), "quality=labels")


def test_they_differ_in_less_than_a_thousandth_of_the_pixels(rendered: tuple[Shot, ...]) -> None:
    previews = [preview(shot.scene, CATALOGUE, SIZE_PX) for shot in rendered]
    differing = [
        (p.instances != shot.instances).mean() for p, shot in zip(previews, rendered, strict=True)
    ]
    assert np.mean(differing) < 1e-3
    assert sum((p.instances > 0).sum() for p in previews) > 10_000


def test_an_objects_depth_differs_by_less_than_a_millimetre(rendered: tuple[Shot, ...]) -> None:
    for shot in rendered:
        shown = preview(shot.scene, CATALOGUE, SIZE_PX)
        both = (shown.instances == shot.instances) & (shot.instances > 0)
        assert np.median(np.abs(shown.depth_m - shot.depth_m)[both]) < 1e-3


def test_boxes_differ_by_a_pixel_at_most(rendered: tuple[Shot, ...]) -> None:
    for shot in rendered:
        count = len(shot.scene.objects)
        shown = preview(shot.scene, CATALOGUE, SIZE_PX)
        foretold = visible_objects(shown.instances, shown.depth_m, count)
        seen = visible_objects(shot.instances.astype(np.int32), shot.depth_m, count)
        large = seen.px > 20  # a sliver may be there for one and not for the other
        assert np.abs(foretold.box - seen.box)[large].max(initial=0) <= 1
