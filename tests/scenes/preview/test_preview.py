import numpy as np
import pytest

from assets.catalogue import Catalogue, load_catalogue
from assets.mesh import Mesh
from bench.search.numpy_zbuffer import numpy_zbuffer
from scenes.labels.labels import LabelPolicy, label_preview
from scenes.labels.previewer import Previewer
from scenes.model.scene import Camera
from scenes.optics.camera import project, world_to_camera
from scenes.preview.preview import preview, preview_size, visible_objects
from scenes.preview.rasterizer import NOTHING, draw
from scenes.sampling.sampler import SceneSampler
from tests.scenes.configs import scene_config, scene_settings

POLICY = LabelPolicy(min_visible_px=1, min_visible_fraction=0.0, min_side_px=1)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


def _buffers(width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.zeros((height, width), np.int32),
        np.full((height, width), NOTHING, np.float32),
        np.zeros((height, width), np.int32),
    )


def _quad(depth_m: float, half_m: float) -> tuple[np.ndarray, np.ndarray, bool]:
    corners = np.array([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * half_m
    corners[:, 2] = -depth_m
    return corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), False


def test_a_square_before_the_camera_covers_the_pixels_that_geometry_says() -> None:
    buffers = _buffers(40, 30)
    amodal = np.array([0, 40, 30, -1, -1])
    draw(_quad(2.0, 0.5), (np.eye(4), 40.0, 0.1), 1, buffers, amodal)
    # half a metre at 2 m and f = 40 px is 10 px to each side of the centre (20, 15)
    assert amodal.tolist() == [400, 10, 5, 29, 24]
    assert (buffers[0][5:25, 10:30] == 1).all()
    np.testing.assert_allclose(buffers[1][buffers[0] == 1], 2.0, rtol=1e-6)


def test_the_nearer_of_two_objects_wins_and_both_keep_their_amodal_count() -> None:
    buffers = _buffers(40, 30)
    rows = np.array([[0, 40, 30, -1, -1], [0, 40, 30, -1, -1]])
    draw(_quad(2.0, 0.5), (np.eye(4), 40.0, 0.1), 1, buffers, rows[0])
    draw(_quad(1.0, 0.125), (np.eye(4), 40.0, 0.1), 2, buffers, rows[1])
    assert rows[:, 0].tolist() == [400, 100]
    seen = visible_objects(buffers[0], buffers[1], 2)
    assert seen.px.tolist() == [300, 100]
    assert seen.depth_m.tolist() == [2.0, 1.0]


def test_what_crosses_the_near_plane_is_cut_there_not_thrown_away() -> None:
    floor = np.array([[-50.0, -1, 50], [50, -1, 50], [50, -1, -50], [-50, -1, -50]])
    buffers = _buffers(40, 30)
    amodal = np.array([0, 40, 30, -1, -1])
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    draw((floor, triangles, False), (np.eye(4), 20.0, 0.1), 1, buffers, amodal)
    # a plane 1 m below fills every row below the horizon, at depth f / (rows below it), to 50 m
    depth = 20.0 / (np.arange(16, 30) + 0.5 - 15)
    np.testing.assert_allclose(buffers[1][16:, 20], depth, rtol=1e-5)
    assert (buffers[0][:15] == 0).all()


def test_skipping_faces_turned_away_changes_nothing_for_a_closed_mesh(catalogue: Catalogue) -> None:
    mesh = catalogue.get("chair/office/0").mesh()
    view = np.eye(4)
    view[:3, 3] = (0.2, -0.4, -1.6)
    view[:3, :3] = [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
    results = []
    for closed in (True, False):
        buffers, amodal = _buffers(160, 120), np.array([0, 160, 120, -1, -1])
        draw((mesh.vertices, mesh.triangles, closed), (view, 150.0, 0.05), 1, buffers, amodal)
        results.append((*(b.tobytes() for b in buffers), amodal.tolist()))
    assert mesh.closed
    assert results[0] == results[1]
    assert results[0][3][0] > 500


def test_a_mesh_with_a_hole_is_not_closed() -> None:
    box = Mesh(
        vertices=np.eye(3) + 0.1,
        triangles=np.array([[0, 1, 2]], np.int32),
        slots=np.zeros(1, np.int32),
        slot_names=("wood",),
    )
    assert not box.closed


def test_the_preview_equals_a_plain_numpy_z_buffer(catalogue: Catalogue) -> None:
    sampler = SceneSampler.of(scene_config(), catalogue)
    compared = 0
    for seed in range(12):
        scene = sampler.sample(seed, dressed=False)
        if not _all_ahead(scene.camera, scene, catalogue):
            continue  # the reference does not clip
        size_px = preview_size(scene.camera, 160)
        shown = preview(scene, catalogue, size_px)
        ids, depth_m = numpy_zbuffer(scene, catalogue, size_px)
        assert (ids == shown.instances).all()
        np.testing.assert_allclose(depth_m, shown.depth_m, rtol=1e-5)
        compared += 1
    assert compared >= 6


def _all_ahead(camera: Camera, scene: object, catalogue: Catalogue) -> bool:
    view = world_to_camera(camera)
    for placed in scene.objects:  # type: ignore[attr-defined]
        to_camera = view @ placed.object_to_world
        vertices = catalogue.get(placed.asset_id).mesh().vertices
        if (-(vertices @ to_camera[:3, :3].T + to_camera[:3, 3])[:, 2]).min() < 0.1:
            return False
    return True


def test_amodal_boxes_hold_the_projected_vertices_that_are_in_view(catalogue: Catalogue) -> None:
    scene = SceneSampler.of(scene_config(), catalogue).sample(5, dressed=False)
    shown = preview(scene, catalogue, scene.camera.resolution_px)
    width, height = scene.camera.resolution_px
    for placed in scene.objects:
        vertices = catalogue.get(placed.asset_id).mesh().vertices
        world = vertices @ placed.object_to_world[:3, :3].T + placed.object_to_world[:3, 3]
        pixels, depth = project(scene.camera, world)
        inside = (depth > 0.1) & (pixels > 0).all(axis=1) & (pixels < (width, height)).all(axis=1)
        if not inside.any() or not shown.amodal.px[placed.instance - 1]:
            continue
        x0, y0, x1, y1 = shown.amodal.box[placed.instance - 1]
        assert (pixels[inside] >= np.array([x0, y0]) - 1).all()
        assert (pixels[inside] <= np.array([x1, y1]) + 2).all()


def test_visible_fraction_is_one_for_what_stands_alone(catalogue: Catalogue) -> None:
    none = {"low": 0, "high": 0, "log": False}
    empty = {"categories": [], "occluders": none, "bystanders": none}
    clutter = {**scene_settings()["clutter"], **empty}
    one = {**_objects(), "count": {"low": 1, "high": 1, "log": False}}
    sampler = SceneSampler.of(scene_config(clutter=clutter, objects=one), catalogue)
    for seed in range(5):
        scene = sampler.sample(seed, dressed=False)
        for label in label_preview(scene, (160, 120), catalogue, POLICY).kept:
            assert label.visible_fraction == 1.0


def _objects() -> dict[str, object]:
    from dataclasses import asdict  # noqa: PLC0415  # only this helper needs it

    return asdict(scene_config().objects)


def test_the_label_policy_speaks_of_full_size_pixels_at_any_preview_size(
    catalogue: Catalogue,
) -> None:
    scene = SceneSampler.of(scene_config(), catalogue).sample(1, dressed=False)
    least = LabelPolicy(min_visible_px=10**9, min_visible_fraction=0.0, min_side_px=1)
    small, full = preview_size(scene.camera, 160), scene.camera.resolution_px
    for size_px in (small, full):
        assert label_preview(scene, size_px, catalogue, least).kept == ()
    px = [label_preview(scene, s, catalogue, POLICY).kept[0].visible_px for s in (small, full)]
    assert 3 < px[1] / px[0] < 5


def test_a_previewed_table_tells_each_attribute_as_defined(catalogue: Catalogue) -> None:
    scene = SceneSampler.of(scene_config(), catalogue).sample(2, dressed=False)
    table = Previewer(catalogue, POLICY, 320).table([scene])
    labels = label_preview(scene, scene.camera.resolution_px, catalogue, POLICY).kept
    width, height = scene.camera.resolution_px
    _, y, w, h = labels[0].bbox
    np.testing.assert_allclose(table.column("bbox_area")[0], w * h / (width * height))
    assert table.column("center_y")[0] == (y + h / 2) / height
    assert table.column("objects_per_image")[0] == len(labels)
    focal = scene.camera.focal_px
    expected = labels[0].visible_px * labels[0].depth_m ** 2 / focal**2
    np.testing.assert_allclose(table.column("occlusion_index")[0], expected)
