import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.model.scene import Scene
from scenes.preview.preview import Preview, VisibleObjects, preview, visible_objects
from scenes.sampling.sampler import SceneSampler, scene_seed
from tests.render.rendered import Shot, shots
from tests.scenes.configs import fixed, scene_config, scene_settings

pytestmark = pytest.mark.blender

CATALOGUE = load_catalogue(1)
CROWDED = {
    **scene_settings()["clutter"],
    "categories": ["table", "box", "plant"], "occluders": fixed(2), "bystanders": fixed(1),
}  # fmt: skip
CONFIGS = (scene_config(), scene_config(clutter=CROWDED))
Pair = tuple[Preview, Shot]


def _ten_scenes() -> tuple[Scene, ...]:
    return tuple(
        SceneSampler.of(config, CATALOGUE).sample(scene_seed(0, stream, number))
        for stream, config in enumerate(CONFIGS)
        for number in range(5)
    )


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, ...]:
    """Each scene as previewed and as Cycles shows it, both at the size of the render."""
    out = tmp_path_factory.mktemp("agreement") / "out"
    rendered = shots(out, _ten_scenes(), "quality=labels", "variants=1")
    return tuple(
        (preview(shot.scene, CATALOGUE, shot.scene.camera.resolution_px), shot) for shot in rendered
    )


def _seen(pair: Pair) -> tuple[VisibleObjects, VisibleObjects]:
    previewed, shot = pair
    count = len(shot.scene.objects)
    return (
        visible_objects(previewed.instances, previewed.depth_m, count),
        visible_objects(shot.instances.astype(np.int32), shot.depth_m, count),
    )


def test_the_scenes_are_wide_and_tall_with_targets_and_clutter_in_view(
    pairs: tuple[Pair, ...],
) -> None:
    assert {shot.instances.shape for _, shot in pairs} == {(240, 320), (320, 240)}
    in_view = [
        placed.category_id > 0
        for pair in pairs
        for placed in pair[1].scene.objects
        if _seen(pair)[1].px[placed.instance - 1] > 100
    ]
    assert in_view.count(True) >= 15
    assert in_view.count(False) >= 8


@pytest.mark.parametrize("number", range(10))
def test_a_preview_and_cycles_name_the_same_object_in_all_but_a_thousandth_of_the_pixels(
    pairs: tuple[Pair, ...], number: int
) -> None:
    previewed, shot = pairs[number]
    assert (previewed.instances > 0).mean() > 0.01
    assert (previewed.instances != shot.instances).mean() < 1e-3


@pytest.mark.parametrize("number", range(10))
def test_a_preview_and_cycles_put_each_object_equally_far_to_a_millimetre(
    pairs: tuple[Pair, ...], number: int
) -> None:
    previewed, shot = pairs[number]
    for instance in np.unique(shot.instances[shot.instances > 0]):
        both = (shot.instances == instance) & (previewed.instances == instance)
        off_m = np.abs(previewed.depth_m - shot.depth_m)[both]
        assert np.median(off_m) < 1e-3


@pytest.mark.parametrize("number", range(10))
def test_a_preview_and_cycles_box_each_object_alike_to_a_pixel(
    pairs: tuple[Pair, ...], number: int
) -> None:
    previewed, rendered = _seen(pairs[number])
    assert ((previewed.px > 0) == (rendered.px > 0)).all()
    there = rendered.px > 0
    assert np.abs(previewed.box - rendered.box)[there].max() <= 1
