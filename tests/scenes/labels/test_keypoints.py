import numpy as np
import pytest

from assets.catalogue import CATEGORY_KEYPOINTS, Catalogue, load_catalogue
from scenes.labels.keypoints import keypoint_names, keypoints, skeleton
from scenes.model.scene import Placement
from scenes.optics.camera import pose_aiming_at, project
from tests.render.raycast import raycast
from tests.render.rendered import camera, looking_down, placed, scene
from tests.scenes.hand_made import Painted
from tests.scenes.labels.test_labels import frame_of

ACROSS = pose_aiming_at(np.array([0.8, -2.4, 1.2]), np.array([0.0, 0.0, 0.45]), (0.0, 0.0), 0.0)
PARCEL = placed(1, "box/parcel/0", 2, (0.0, 0.0, 0.4))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


def _told(frame: Painted, shown: Placement, catalogue: Catalogue) -> dict[str, np.ndarray]:
    asset = catalogue.get(shown.asset_id)
    flat = np.array(keypoints(frame, frame.scene.camera, shown, asset)).reshape(-1, 3)
    return dict(zip(keypoint_names(asset), flat, strict=True))


def test_from_straight_above_a_box_shows_its_top_corners_and_hides_its_base(
    catalogue: Catalogue,
) -> None:
    frame = frame_of(scene(camera((200, 160), looking_down(2.0)), (PARCEL,)), catalogue)
    told = _told(frame, PARCEL, catalogue)
    assert {name: int(v) for name, (_, _, v) in told.items()} == {
        name: 2 if name.startswith("top") else 1 for name in told
    }


def test_a_top_corner_lies_where_the_pinhole_relation_puts_it(catalogue: Catalogue) -> None:
    frame = frame_of(scene(camera((200, 160), looking_down(2.0)), (PARCEL,)), catalogue)
    x, y, z = catalogue.get(PARCEL.asset_id).keypoints["top_front_left"]
    turned = np.cos(0.4) * x - np.sin(0.4) * y, np.sin(0.4) * x + np.cos(0.4) * y
    focal_px = 30 / 36 * 200
    at = 100 + focal_px * turned[0] / (2 - z), 80 - focal_px * turned[1] / (2 - z)
    assert _told(frame, PARCEL, catalogue)["top_front_left"][:2] == pytest.approx(at, abs=1e-3)


def test_what_is_outside_the_image_or_not_on_the_shape_is_nothing_at_all(
    catalogue: Catalogue,
) -> None:
    stool = placed(1, "chair/stool/0", 1, (0.0, 0.0, 0.0))
    frame = frame_of(scene(camera((64, 48), looking_down(0.9)), (stool,)), catalogue)
    told = _told(frame, stool, catalogue)
    missing = set(told) - set(catalogue.get("chair/stool/0").keypoints)
    assert missing
    for name in missing:
        assert told[name].tolist() == [0, 0, 0]
    gone = placed(1, "chair/dining/0", 1, (5.0, 0.0, 0.0))
    assert not np.any(keypoints(frame, frame.scene.camera, gone, catalogue.get(gone.asset_id)))


def test_visibility_is_what_a_ray_to_the_point_says(catalogue: Catalogue) -> None:
    chairs = [
        placed(1, f"chair/{s}/0", 1, (0, 0, t)) for s in ("dining", "folding") for t in (1, 4)
    ]
    view = camera((240, 180), ACROSS)
    compared, agreeing = 0, 0
    for chair in chairs:
        shown = scene(view, (chair,))
        asset = catalogue.get(chair.asset_id)
        pose = chair.object_to_world
        for name, (_, _, v) in _told(frame_of(shown, catalogue), chair, catalogue).items():
            if name not in asset.keypoints:
                continue
            point = pose[:3, :3] @ asset.keypoints[name] + pose[:3, 3]
            gap_m = _nearer_by_m(shown, point, catalogue)
            if 0.01 < gap_m < 0.06:
                continue  # behind a rounded edge or a thin board: both answers are right
            compared += 1
            agreeing += (v == 2) == (gap_m <= 0.01)
    assert compared >= 25
    assert agreeing >= compared - 1


def _nearer_by_m(shown: object, point: np.ndarray, catalogue: Catalogue) -> float:
    """How much nearer than the point the first hit of a ray towards it is."""
    eye = shown.camera.camera_to_world[:3, 3]  # type: ignore[attr-defined]
    pose = pose_aiming_at(eye, point, (0.0, 0.0), 0.0)
    probe = scene(camera((1, 1), pose), shown.objects)  # type: ignore[attr-defined]
    _, depth = raycast(probe, catalogue)
    return float(np.linalg.norm(point - eye) - depth[0, 0])


@pytest.mark.parametrize("category", sorted(CATEGORY_KEYPOINTS))
def test_a_skeleton_joins_points_that_are_there_once_each(category: str) -> None:
    names = CATEGORY_KEYPOINTS[category]
    pairs = skeleton(names)
    assert pairs
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert all(1 <= n <= len(names) for pair in pairs for n in pair)


def test_a_round_rim_is_joined_along_its_edge_only() -> None:
    names = ("rim_front", "rim_back", "rim_left", "rim_right")
    assert skeleton(names) == [[1, 3], [2, 3], [1, 4], [2, 4]]


def test_the_points_of_a_turned_object_follow_it(catalogue: Catalogue) -> None:
    turned = placed(1, "chair/dining/0", 1, (0.2, 0.1, 2.0))
    frame = frame_of(scene(camera((200, 160), ACROSS), (turned,)), catalogue)
    points = catalogue.get(turned.asset_id).keypoints
    pose = turned.object_to_world
    for name, (x, y, _) in _told(frame, turned, catalogue).items():
        at, _ = project(frame.scene.camera, (pose[:3, :3] @ points[name] + pose[:3, 3])[None])
        assert (x, y) == pytest.approx(tuple(at[0]), abs=1e-3)
