import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import trimesh
from pycocotools import mask as coco_mask

from assets.catalogue import load_catalogue
from render.blender.normals import corner_normals
from scenes.model.scene import Placement, Scene
from scenes.optics.camera import pose_aiming_at, project
from scenes.sets.depth_maps import read_depth_map
from tests.render.raycast import rays_of
from tests.render.rendered import camera, looking_down, placed, scene, shots

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"  # OpenCV asks once, when it first meets an EXR

pytestmark = pytest.mark.blender

SIZE = (160, 120)
PARCEL = placed(1, "box/parcel/0", 3, (0.3, 0.2, 0.4))
CHAIRS = (
    placed(1, "chair/dining/0", 1, (0.0, 0.4, 0.5)),
    placed(2, "chair/folding/0", 1, (0.25, -0.3, 2.0)),
    placed(3, "chair/dining/0", 1, (-0.6, 0.8, 4.0)),
)
ACROSS = pose_aiming_at(np.array([0.6, -2.6, 1.3]), np.array([0.0, 0.0, 0.4]), (0.05, 0.02), 0.03)
SCENES = (
    scene(camera(SIZE, looking_down(2.0)), (PARCEL,)),
    scene(camera(SIZE, ACROSS), CHAIRS, seed=4),
    *(scene(camera(SIZE, ACROSS), (replace(c, instance=1),)) for c in CHAIRS),
)
ALL = ("passes.normals=true", "passes.depth_mm=true", "passes.correspondences=true")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passes") / "out"
    shots(folder, SCENES, "quality=labels", "variants=1", "labels.amodal_masks=true", *ALL)
    return folder


@pytest.fixture(scope="module")
def annotations(out: Path) -> dict[tuple[int, int], dict]:
    told = json.loads((out / "annotations.json").read_text())["annotations"]
    return {(a["image_id"] - 1, a["instance"]): a for a in told}


def _ids(out: Path, index: int, folder: str = "segmentation") -> np.ndarray:
    return cv2.imread(str(out / folder / f"{index:06d}.png"), cv2.IMREAD_UNCHANGED)


def read_exr(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1])


def _rotation(shown: Scene) -> np.ndarray:
    return shown.camera.camera_to_world[:3, :3]


def test_normals_are_of_length_one_where_there_is_a_surface_and_nothing_elsewhere(
    out: Path,
) -> None:
    for index in (0, 1):
        length = np.linalg.norm(read_exr(out / "normals" / f"{index:06d}.exr"), axis=2)
        there = np.isfinite(read_depth_map(out / "depth" / f"{index:06d}.exr"))
        np.testing.assert_allclose(length[there], 1, atol=1e-5)
        assert (length[~there] == 0).all()


def test_the_floors_normal_is_up_in_the_cameras_own_axes(out: Path) -> None:
    for index in (0, 1):
        normals = read_exr(out / "normals" / f"{index:06d}.exr")
        depth = read_depth_map(out / "depth" / f"{index:06d}.exr")
        floor = (_ids(out, index) == 0) & np.isfinite(depth)
        up = np.array([0.0, 0.0, 1.0]) @ _rotation(SCENES[index])
        assert floor.sum() > 1000
        np.testing.assert_allclose(normals[floor], np.broadcast_to(up, (floor.sum(), 3)), atol=1e-4)


def test_a_boxs_normals_are_its_faces(out: Path) -> None:
    normals = read_exr(out / "normals" / "000000.exr")[_ids(out, 0) == 1]
    own = normals @ _rotation(SCENES[0]).T @ PARCEL.object_to_world[:3, :3]
    assert len(own) > 500
    assert (np.abs(own).max(axis=1) > 0.999).mean() > 0.95
    assert (own[:, 2] > 0.999).mean() > 0.5  # its lid, seen from above


def test_a_chairs_normals_are_those_of_its_triangles_corners(out: Path) -> None:
    index = 2
    chair, shown, seen = CHAIRS[0], SCENES[index], _ids(out, index) == 1
    depth_m = read_depth_map(out / "depth" / f"{index:06d}.exr")[seen]
    at = shown.camera.camera_to_world[:3, 3] + depth_m[:, None] * rays_of(shown)[seen.ravel()]
    pose = chair.object_to_world
    own = (at - pose[:3, 3]) @ pose[:3, :3]  # its pose turns and moves, and no more
    mesh = load_catalogue(1).get(chair.asset_id).mesh()
    whole = trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False)
    _, _, face = trimesh.proximity.closest_point_naive(whole, own)
    shares = trimesh.triangles.points_to_barycentric(whole.triangles[face], own)
    told = corner_normals(mesh)
    assert told is not None
    between = (shares[..., None] * told.reshape(-1, 3, 3)[face]).sum(axis=1)
    between /= np.linalg.norm(between, axis=1, keepdims=True)
    normals = (
        read_exr(out / "normals" / f"{index:06d}.exr")[seen] @ _rotation(shown).T @ pose[:3, :3]
    )
    cosine = (between * normals).sum(axis=1)
    assert len(cosine) > 300
    assert (cosine > 0.9999).mean() > 0.9


def test_depth_in_millimetres_is_the_exr_to_half_of_one(out: Path) -> None:
    for index in range(len(SCENES)):
        exr_m = read_depth_map(out / "depth" / f"{index:06d}.exr")
        mm = cv2.imread(str(out / "depth_mm" / f"{index:06d}.png"), cv2.IMREAD_UNCHANGED)
        there = np.nan_to_num(exr_m, nan=np.inf) < 65.535
        assert mm.dtype == np.uint16
        assert np.abs(mm[there] / 1000 - exr_m[there]).max() < 0.001
        assert (mm[~there] == 0).all()


@pytest.mark.parametrize("instance", [1, 2, 3])
def test_an_amodal_mask_is_what_cycles_shows_of_the_object_alone(
    out: Path, annotations: dict, instance: int
) -> None:
    told = annotations[1, instance]
    whole = coco_mask.decode(told["amodal_segmentation"]).astype(bool)
    alone = _ids(out, 1 + instance) == 1
    visible = _ids(out, 1) == instance
    assert (whole & visible).sum() == visible.sum()
    assert (whole != alone).mean() <= 0.001
    assert abs(visible.sum() / alone.sum() - told["visible_fraction"]) < 0.02


def test_one_of_the_chairs_is_partly_hidden(annotations: dict) -> None:
    assert min(annotations[1, i]["visible_fraction"] for i in (1, 2, 3)) < 0.9


@pytest.mark.parametrize("chair", CHAIRS, ids=lambda c: f"instance {c.instance}")
def test_keypoints_reproject_onto_the_mesh_within_a_pixel(
    annotations: dict, chair: Placement
) -> None:
    told = np.array(annotations[1, chair.instance]["keypoints"]).reshape(-1, 3)
    shown = told[:, 2] > 0
    assert shown.sum() == annotations[1, chair.instance]["num_keypoints"] >= 6
    edges_px = _mesh_px(chair)
    gaps = np.linalg.norm(told[shown, None, :2] - edges_px[None], axis=2).min(axis=1)
    assert gaps.max() <= 1


def _mesh_px(placed_: Placement) -> np.ndarray:
    """Pixel positions of 60,000 points spread evenly over an object's surface."""
    mesh = load_catalogue(1).get(placed_.asset_id).mesh()
    whole = trimesh.Trimesh(mesh.vertices, mesh.triangles, process=False)
    points, _ = trimesh.sample.sample_surface(whole, 60_000, seed=0)
    pose = placed_.object_to_world
    at, _ = project(SCENES[1].camera, points @ pose[:3, :3].T + pose[:3, 3])
    return at


def test_a_visible_keypoint_has_its_object_within_a_pixel(out: Path, annotations: dict) -> None:
    ids = np.pad(_ids(out, 1), 1)
    seen = 0
    for chair in CHAIRS:
        for x, y, v in np.array(annotations[1, chair.instance]["keypoints"]).reshape(-1, 3):
            if v == 2:
                seen += 1
                row, column = int(y), int(x)
                assert (ids[row : row + 3, column : column + 3] == chair.instance).any()
    assert seen >= 10


def test_a_second_view_holds_what_the_first_one_sends_there(out: Path) -> None:
    for index in (0, 1):
        told = np.load(out / "correspondences" / f"{index:06d}.npz")
        valid, at = told["valid"], told["second_px"]
        depth_m = read_depth_map(out / "depth" / f"{index:06d}.exr").astype(float)
        second_m = read_depth_map(out / "second_depth" / f"{index:06d}.exr")
        mine, my_depth_m = _sent(told, depth_m)
        x, y = np.floor(at[valid]).astype(int).T
        assert valid.mean() > 0.3
        assert np.abs(mine[valid] - at[valid]).max() < 1
        assert (_ids(out, index, "second_segmentation")[y, x] == _ids(out, index)[valid]).all()
        # the nearest pixel's centre is up to 0.7 px away, which on the floor is centimetres
        near = my_depth_m[valid] < 5
        off = np.abs(second_m[y, x] / my_depth_m[valid] - 1)[near]
        assert np.percentile(off, 99) < 0.02


def _sent(told: dict, depth_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of view 1 in view 2 and their depth there, from nothing but the file's matrices."""
    height, width = depth_m.shape
    y, x = np.mgrid[:height, :width] + 0.5
    flip = np.diag([1.0, -1.0, -1.0, 1.0])
    rays = np.stack([x, y, np.ones_like(x)], axis=2) @ np.linalg.inv(told["intrinsics"][0]).T
    own = np.concatenate([rays * depth_m[..., None], np.ones((height, width, 1))], axis=2)
    first, second = (pose @ flip for pose in told["camera_to_world"])
    seen = (own @ first.T @ np.linalg.inv(second).T)[..., :3]
    at = seen @ told["intrinsics"][1].T
    return at[..., :2] / at[..., 2:], seen[..., 2]


def test_the_floors_homography_maps_floor_pixels_within_half_a_pixel(out: Path) -> None:
    told = np.load(out / "correspondences" / "000001.npz")
    number = told["plane_names"].tolist().index("floor")
    floor = (told["plane"] == number + 1) & told["valid"]
    y, x = np.nonzero(floor)
    sent = np.c_[x + 0.5, y + 0.5, np.ones(len(x))] @ told["homographies"][number].T
    assert len(x) > 1000
    assert np.abs(sent[:, :2] / sent[:, 2:] - told["second_px"][floor]).max() < 0.5


@pytest.fixture(scope="module")
def planks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wooden floor by itself and a chair on it, in colour."""
    folder = tmp_path_factory.mktemp("planks") / "out"
    wood = replace(CHAIRS[0].materials[0], kind="floor_planks", color=(0.35, 0.2, 0.1))
    scenes = tuple(
        replace(shown, background=replace(shown.background, floor=wood))
        for shown in (
            scene(camera((320, 240), looking_down(2.0)), (), seed=8),
            scene(camera((160, 120), looking_down(2.0)), (CHAIRS[0],), seed=9),
        )
    )
    shots(folder, scenes, "quality=draft", "variants=1", "passes.albedo=true",
          "passes.correspondences=true")  # fmt: skip
    return folder


def test_a_textured_floor_seen_again_lies_where_the_map_says(planks: Path) -> None:
    told = np.load(planks / "correspondences" / "000000.npz")
    first = _grey(planks / "images" / "000000.png")
    second = _grey(planks / "second_image" / "000000.png")
    at = np.nan_to_num(told["second_px"], nan=-1).astype(np.float32) - 0.5
    kept = cv2.erode(told["valid"].astype(np.uint8), np.ones((9, 9))).astype(bool)
    assert kept.mean() > 0.4
    alike = {
        by: _likeness(first, _warped(second, at + np.float32(by)), kept)
        for by in ((0, 0), (2, 0), (-2, 0), (0, 2), (0, -2))
    }
    assert alike[0, 0] > 0.5
    assert all(alike[0, 0] > value + 0.05 for by, value in alike.items() if by != (0, 0))


def _warped(image: np.ndarray, at: np.ndarray) -> np.ndarray:
    return cv2.remap(image, at[..., 0], at[..., 1], cv2.INTER_LINEAR)


def _grey(path: Path) -> np.ndarray:
    """Detail without the light's slow changes."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.float32)
    return cv2.GaussianBlur(grey, (0, 0), 0.7) - cv2.GaussianBlur(grey, (0, 0), 8)


def _likeness(a: np.ndarray, b: np.ndarray, where: np.ndarray) -> float:
    return float(np.corrcoef(a[where], b[where])[0, 1])


def test_albedo_is_the_surfaces_own_colour_whatever_the_light(planks: Path) -> None:
    albedo = read_exr(planks / "albedo" / "000001.exr")
    chair = _ids(planks, 1) == 1
    # grey paint of 0.5, less the few per cent that its gloss reflects, more where seen at a slant
    assert chair.sum() > 200
    assert np.median(albedo[chair]) == pytest.approx(0.48, abs=0.02)
    assert np.ptp(albedo[chair], axis=1).max() < 1e-3
    np.testing.assert_allclose(albedo[chair], 0.48, atol=0.1)
    floor = albedo[~chair].mean(axis=0)
    assert floor[0] / floor[2] == pytest.approx(0.35 / 0.1, rel=0.15)
