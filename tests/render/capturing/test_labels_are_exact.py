import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.optics.camera import pose_aiming_at
from tests.render.raycast import raycast
from tests.render.rendered import Shot, camera, looking_down, placed, scene, shots

pytestmark = pytest.mark.blender

PARCEL = placed(1, "box/parcel/0", 3, (0.3, 0.2, 0.4))
CHAIRS = (
    placed(1, "chair/dining/0", 1, (0.0, 0.1, 0.5)),
    placed(2, "chair/stool/0", 1, (0.5, -0.5, 2.0)),
    placed(3, "chair/dining/0", 1, (-0.6, 0.8, 4.0)),
)
ACROSS = pose_aiming_at(np.array([0.6, -2.6, 1.3]), np.array([0.0, 0.0, 0.4]), (0.05, 0.02), 0.03)
SCENES = (
    scene(camera((64, 48), looking_down(2.0)), (PARCEL,)),
    scene(camera((96, 64), ACROSS), CHAIRS),
    scene(camera((64, 96), ACROSS), CHAIRS),
)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shot, ...]:
    return shots(tmp_path_factory.mktemp("labels") / "out", SCENES, "quality=labels")


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shot, ...]:
    return shots(tmp_path_factory.mktemp("colour") / "out", SCENES, "quality=draft")


def test_a_floor_two_metres_below_is_two_metres_deep(labelled: tuple[Shot, ...]) -> None:
    floor = labelled[0].depth_m[labelled[0].instances == 0]
    assert len(floor) > 1000
    assert np.abs(floor - 2.0).max() < 1e-3


def test_a_parcels_lid_is_as_deep_as_its_height_says(labelled: tuple[Shot, ...]) -> None:
    height_m = load_catalogue(1).get("box/parcel/0").size_m[2]
    nearest = labelled[0].depth_m[labelled[0].instances == 1].min()
    assert nearest == pytest.approx(2.0 - height_m, abs=1e-3)


@pytest.mark.parametrize("index", range(len(SCENES)))
def test_instances_are_what_rays_through_pixel_centres_hit(
    labelled: tuple[Shot, ...], index: int
) -> None:
    expected, _ = raycast(SCENES[index], load_catalogue(1))
    differing = labelled[index].instances != expected
    assert len(np.unique(expected)) == len(SCENES[index].objects) + 1
    assert differing.sum() <= 2  # a ray along an edge may fall to either side


@pytest.mark.parametrize("index", range(len(SCENES)))
def test_depth_is_planar_and_right_to_a_millimetre(labelled: tuple[Shot, ...], index: int) -> None:
    _, expected = raycast(SCENES[index], load_catalogue(1))
    near = expected < 5.0  # farther out, a hundredth of a pixel along the floor is centimetres
    off = np.abs(labelled[index].depth_m - expected)[near] > 1e-3
    assert near.sum() > 1000
    assert off.sum() <= 3


@pytest.mark.parametrize("index", range(len(SCENES)))
def test_depth_ends_where_the_scene_does(labelled: tuple[Shot, ...], index: int) -> None:
    _, expected = raycast(SCENES[index], load_catalogue(1))
    assert np.array_equal(np.isnan(labelled[index].depth_m), np.isnan(expected))


@pytest.mark.parametrize("index", range(len(SCENES)))
def test_labels_do_not_depend_on_the_colours_quality(
    labelled: tuple[Shot, ...], coloured: tuple[Shot, ...], index: int
) -> None:
    assert (labelled[index].instances == coloured[index].instances).all()
    depths_m = labelled[index].depth_m, coloured[index].depth_m
    assert np.allclose(*depths_m, rtol=0, atol=2e-5, equal_nan=True)


def test_a_picture_is_neither_black_nor_burnt_out(coloured: tuple[Shot, ...]) -> None:
    for shot in coloured:
        assert 60 < shot.image.mean() < 190
        assert shot.image.std() > 5


def test_without_colour_images_stay_black(labelled: tuple[Shot, ...]) -> None:
    assert all(shot.image.max() == 0 for shot in labelled)


def test_an_object_darkens_the_floor_it_stands_on(coloured: tuple[Shot, ...]) -> None:
    shot = coloured[0]  # seen from above, the sun right over it: the sky is what it takes away
    near = _ring(shot.instances == 1, 1) & (shot.instances == 0)
    far = ~_ring(shot.instances == 1, 10)
    assert shot.image[near].mean() < shot.image[far].mean()


def _ring(mask: np.ndarray, by_px: int) -> np.ndarray:
    grown = mask.copy()
    for _ in range(by_px):
        grown[1:] |= grown[:-1]
        grown[:-1] |= grown[1:]
        grown[:, 1:] |= grown[:, :-1]
        grown[:, :-1] |= grown[:, 1:]
    return grown
