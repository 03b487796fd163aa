import io
from dataclasses import replace

import cv2
import numpy as np
import pytest

from assets.catalogue import Catalogue, load_catalogue
from scenes.model.frame import FAR_M, Frame, View
from scenes.model.scene import Scene
from scenes.optics.camera import pose_aiming_at, project, world_to_camera
from scenes.passes.correspondences import (
    Correspondences,
    correspondences,
    encode_pair,
    plane_homography,
    planes,
)
from scenes.passes.second_view import CLEARANCE_M, SecondView, seeded_second_view
from scenes.plan.digest import shot_of
from scenes.sampling.sampler import SceneSampler
from tests.render.raycast import raycast
from tests.render.rendered import camera, placed, scene
from tests.scenes.configs import background_settings, scene_config

SIZE = (96, 72)
BOUNDS = SecondView(baseline=(0.05, 0.35), off_deg=5.0, roll_deg=10.0)
FIRST = pose_aiming_at(np.array([0.6, -2.4, 1.3]), np.array([0.0, 0.0, 0.4]), (0.0, 0.0), 0.0)
ASIDE = pose_aiming_at(np.array([-0.5, -2.2, 1.1]), np.array([0.1, 0.0, 0.4]), (0.0, 0.0), 0.1)
OBJECTS = (
    placed(1, "chair/dining/0", 1, (0.0, 0.1, 0.5)),
    placed(2, "box/parcel/0", 2, (0.5, -0.5, 2.0)),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


def _seen(shown: Scene, catalogue: Catalogue) -> View:
    """What rays see, with the floor painted in smooth waves of the world's own x and y."""
    instances, depth = raycast(shown, catalogue)
    depth_m = np.where(np.isnan(depth), FAR_M, depth).astype(np.float32)
    width, height = shown.camera.resolution_px
    frame = Frame(
        shot=shot_of(shown), image=np.zeros((height, width, 3), np.uint8), instances=instances,
        depth_m=depth_m,
    )  # fmt: skip
    image = np.repeat(_waves(shown, depth_m)[..., None], 3, axis=2)
    return View(scene=shown, frame=replace(frame, image=image))


def _waves(shown: Scene, depth_m: np.ndarray) -> np.ndarray:
    points = _world(shown, depth_m.astype(float))
    shade = 128 + 60 * np.sin(9 * points[..., 0]) + 60 * np.sin(7 * points[..., 1])
    return np.where(depth_m < FAR_M, shade, 0).astype(np.uint8)


def _world(shown: Scene, depth_m: np.ndarray) -> np.ndarray:
    width, height = shown.camera.resolution_px
    y, x = np.mgrid[:height, :width] + 0.5
    f = shown.camera.focal_px
    own = np.stack([(x - width / 2) / f, (height / 2 - y) / f, -np.ones_like(x)], axis=2)
    pose = shown.camera.camera_to_world
    return (own * depth_m[..., None]) @ pose[:3, :3].T + pose[:3, 3]


@pytest.fixture(scope="module")
def pair(catalogue: Catalogue) -> tuple[View, View]:
    first = scene(camera(SIZE, FIRST), OBJECTS)
    second = scene(camera(SIZE, ASIDE), OBJECTS)
    return _seen(first, catalogue), _seen(second, catalogue)


@pytest.fixture(scope="module")
def matched(pair: tuple[View, View]) -> Correspondences:
    return correspondences(*pair)


def _ray_says(pair: tuple[View, View], matched: Correspondences, catalogue: Catalogue,
              pixels: np.ndarray) -> np.ndarray:  # fmt: skip
    """Whether a ray from the second camera to what each pixel shows meets nothing before it."""
    points = _world(pair[0].scene, pair[0].frame.depth_m.astype(float))[pixels[:, 0], pixels[:, 1]]
    eye = ASIDE[:3, 3]
    free = []
    for point in points:
        probe = scene(camera((1, 1), pose_aiming_at(eye, point, (0.0, 0.0), 0.0)), OBJECTS)
        _, depth = raycast(probe, catalogue)
        free.append(np.linalg.norm(point - eye) - depth[0, 0] < 0.02)
    return np.array(free)


def test_what_is_valid_is_seen_by_both_cameras_as_rays_say(
    pair: tuple[View, View], matched: Correspondences, catalogue: Catalogue
) -> None:
    some = np.random.default_rng(0).permutation(np.argwhere(matched.valid))[:150]
    assert _ray_says(pair, matched, catalogue, some).all()


def test_what_one_camera_cannot_see_of_the_other_is_not_valid(
    pair: tuple[View, View], matched: Correspondences, catalogue: Catalogue
) -> None:
    x, y = np.nan_to_num(matched.second_px, nan=-1).transpose(2, 0, 1)
    inside = (x > 1) & (y > 1) & (x < SIZE[0] - 1) & (y < SIZE[1] - 1)
    refused = np.random.default_rng(0).permutation(np.argwhere(inside & ~matched.valid))[:120]
    assert 0.6 < matched.valid[inside].mean() < 0.97
    # what is left out though free lies on an edge, where four pixels do not agree
    assert _ray_says(pair, matched, catalogue, refused).mean() < 0.6


def test_a_valid_pixel_shows_the_same_instance_at_its_place_in_the_second_view(
    pair: tuple[View, View], matched: Correspondences
) -> None:
    x, y = np.floor(matched.second_px[matched.valid]).astype(int).T
    assert matched.valid.mean() > 0.4
    assert (pair[1].frame.instances[y, x] == pair[0].frame.instances[matched.valid]).all()
    assert set(np.unique(pair[0].frame.instances[matched.valid])) == {0, 1, 2}


def test_the_second_image_warped_by_the_map_looks_like_the_first(
    pair: tuple[View, View], matched: Correspondences
) -> None:
    near = matched.valid & (pair[0].frame.instances == 0) & (pair[0].frame.depth_m < 4)
    exact = _off(pair, matched, near, (0, 0))
    shifted = [_off(pair, matched, near, by) for by in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    assert near.sum() > 500
    assert exact < 1.5  # grey values, most of it from interpolating between pixels
    assert min(shifted) > 3 * exact


def _off(
    pair: tuple[View, View], matched: Correspondences, where: np.ndarray, by_px: tuple[int, int]
) -> float:
    """How many grey values the second image, fetched by the map moved by this, is off."""
    at = np.nan_to_num(matched.second_px, nan=-1).astype(np.float32) - 0.5 + np.float32(by_px)
    warped = cv2.remap(pair[1].frame.image[..., 0], at[..., 0], at[..., 1], cv2.INTER_LINEAR)
    return float(np.abs(warped.astype(float) - pair[0].frame.image[..., 0])[where].mean())


def test_two_equal_views_map_every_pixel_onto_itself(pair: tuple[View, View]) -> None:
    first = pair[0]
    same = correspondences(first, first)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    there = first.frame.depth_m < FAR_M
    np.testing.assert_allclose(same.second_px[there], np.stack([x, y], axis=2)[there], atol=1e-3)
    assert same.valid[there].mean() > 0.8  # on edges rounding may pick another four pixels


def test_a_homography_takes_points_of_its_plane_where_both_cameras_see_them() -> None:
    rng = np.random.default_rng(1)
    first, second = camera(SIZE, FIRST), camera((120, 90), ASIDE)
    for normal, offset in ((np.array([0.0, 0, 1]), 0.0), (np.array([0.6, 0.8, 0.0]), 1.5)):
        points = rng.uniform((-1, -1, -0.5), (1, 1, 1.5), (20, 3))
        points -= np.outer(points @ normal - offset, normal)
        ones, depth_one = project(first, points)
        twos, depth_two = project(second, points)
        there = (depth_one > 0) & (depth_two > 0)
        homogeneous = (
            np.c_[ones, np.ones(len(ones))] @ plane_homography(first, second, (normal, offset)).T
        )
        found = homogeneous[:, :2] / homogeneous[:, 2:]
        assert there.sum() > 5
        np.testing.assert_allclose(found[there], twos[there], atol=1e-6)


def test_a_plane_through_the_camera_has_no_homography() -> None:
    view = camera(SIZE, FIRST)
    with pytest.raises(ValueError, match="through the first camera"):
        plane_homography(view, view, (np.array([0.0, 0, 1]), float(FIRST[2, 3])))


def test_the_floors_homography_agrees_with_the_dense_map(pair: tuple[View, View]) -> None:
    told = np.load(io.BytesIO(encode_pair(*pair)))
    number = told["plane_names"].tolist().index("floor")
    on_floor = (told["plane"] == number + 1) & told["valid"]
    y, x = np.nonzero(on_floor)
    homogeneous = np.c_[x + 0.5, y + 0.5, np.ones(len(x))] @ told["homographies"][number].T
    found = homogeneous[:, :2] / homogeneous[:, 2:]
    assert len(x) > 1000
    assert np.abs(found - told["second_px"][on_floor]).max() < 0.5


def test_equal_frames_give_equal_bytes(pair: tuple[View, View]) -> None:
    assert encode_pair(*pair) == encode_pair(*pair)


def test_the_cameras_of_a_pair_project_as_the_scene_does(pair: tuple[View, View]) -> None:
    told = np.load(io.BytesIO(encode_pair(*pair)))
    point = np.array([[0.1, 0.2, 0.3]])
    for number, view in enumerate(pair):
        seen = np.linalg.inv(told["camera_to_world"][number]) @ (*point[0], 1.0)
        x, y, z = told["intrinsics"][number] @ (seen[0], -seen[1], -seen[2])
        np.testing.assert_allclose((x / z, y / z), project(view.scene.camera, point)[0][0])


@pytest.mark.parametrize("kind", ["photo", "white"])
def test_a_background_without_a_place_in_the_world_matches_nothing(
    pair: tuple[View, View], kind: str
) -> None:
    told = {"kind": kind, "photo": "x.jpg" if kind == "photo" else None}
    behind = replace(pair[0].scene.background, **told)
    flat = replace(pair[0], scene=replace(pair[0].scene, background=behind))
    valid = correspondences(flat, pair[1]).valid
    assert not valid[flat.frame.instances == 0].any()
    assert valid[flat.frame.instances > 0].any()


def test_no_wall_or_ceiling_is_without_a_plane(catalogue: Catalogue) -> None:
    config = scene_config(background=background_settings("room"))
    shown = SceneSampler.of(config, catalogue).sample(3)
    room = shown.background.room
    named = planes(shown)
    assert room is not None
    assert set(named) == {"floor", "ceiling", "wall_0", "wall_1", "wall_2", "wall_3"}
    half = np.array([room.size_m[0], room.size_m[1], 2 * room.size_m[2]]) / 2
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, 1)]) * half
    world = np.c_[corners, np.ones(8)] @ room.to_world().T
    for normal, offset in named.values():
        off = world[:, :3] @ normal - offset
        assert (np.abs(off) < 1e-9).sum() == 4  # half of the corners lie on each plane


def test_a_second_view_is_the_same_one_for_the_same_seed(catalogue: Catalogue) -> None:
    shown = scene(camera(SIZE, FIRST), OBJECTS, seed=5)
    once, again = (seeded_second_view(shown, catalogue, BOUNDS) for _ in range(2))
    assert once.to_json() == again.to_json()
    other = seeded_second_view(replace(shown, seed=6), catalogue, BOUNDS)
    assert not np.allclose(once.camera.camera_to_world, other.camera.camera_to_world)


@pytest.mark.parametrize("kind", ["environment", "room"])
def test_a_second_camera_stays_within_its_bounds_and_out_of_everything(
    catalogue: Catalogue, kind: str
) -> None:
    sampler = SceneSampler.of(scene_config(background=background_settings(kind)), catalogue)
    for seed in range(25):
        shown = sampler.sample(seed)
        second = seeded_second_view(shown, catalogue, BOUNDS)
        one, two = (s.camera.camera_to_world for s in (shown, second))
        np.testing.assert_allclose(two[:3, :3] @ two[:3, :3].T, np.eye(3), atol=1e-9)
        assert np.linalg.det(two[:3, :3]) > 0
        depths = -(world_to_camera(shown.camera) @ _middles(shown, catalogue))[2]
        assert np.linalg.norm(two[:3, 3] - one[:3, 3]) <= 0.35 * depths.max() + 1e-9
        assert two[2, 3] >= CLEARANCE_M
        assert second.objects == shown.objects
        _check_free(second, catalogue)


def _middles(shown: Scene, catalogue: Catalogue) -> np.ndarray:
    tall = [catalogue.get(o.asset_id).size_m[2] for o in shown.objects]
    return np.stack(
        [o.object_to_world @ (0, 0, z / 2, 1) for o, z in zip(shown.objects, tall, strict=True)],
        axis=1,
    )


def _check_free(second: Scene, catalogue: Catalogue) -> None:
    eye = np.array([*second.camera.camera_to_world[:3, 3], 1.0])
    for placed_ in second.objects:
        x, y, z = np.linalg.inv(placed_.object_to_world)[:3] @ eye
        w, d, h = catalogue.get(placed_.asset_id).size_m
        assert abs(x) > w / 2 or abs(y) > d / 2 or not 0 < z < h
    room = second.background.room
    if room is not None:
        x, y, z = np.linalg.inv(room.to_world())[:3] @ eye
        assert abs(x) < room.size_m[0] / 2
        assert abs(y) < room.size_m[1] / 2
        assert 0 < z < room.size_m[2]
