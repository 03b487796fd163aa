"""What is pasted at a known place is there, exactly, and nothing else changed."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from assets.cards.folder import with_cut_outs
from assets.catalogue import Catalogue, load_catalogue
from assets.fragments.background import PaintedBackground
from render.pasting.behind import NoPhoto
from render.pasting.paste import Grounds, NoCutOut, pasted
from scenes.config.from_mapping import from_mapping
from scenes.labels.labels import label_frame
from scenes.labels.policy import LabelSettings
from scenes.model.frame import FAR_M, Frame
from scenes.model.scene import Scene
from scenes.optics.camera import horizon_share
from tests.cut_outs import disc, folder, wanted
from tests.pasting import AWAY_M, flat_camera, placed, plain, scene, settings
from tests.scenes.configs import labels_of

SIZE = (160, 120)
A = "fragment/gadget/a"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalogue, str]:
    root = tmp_path_factory.mktemp("cut") / "outs"
    folder(root, {"a": disc((80, 120)), "b": disc((80, 120))}, {"room": SIZE})
    catalogue = with_cut_outs(load_catalogue(1), wanted(root))
    return catalogue, str(root / "backgrounds" / "room.png")


def at(catalogue: Catalogue, photo: str, *offsets_px: tuple[float, float, float]) -> Scene:
    """Cut-out a as often as there are offsets right, up and towards the camera, in its pixels."""
    asset = catalogue.get(A)
    camera = flat_camera(asset, SIZE)
    metre_px = asset.imported.metre_px  # type: ignore[union-attr]  # a card
    there = [
        placed(n, asset, (x * metre_px, -y * metre_px, z * metre_px))
        for n, (x, z, y) in enumerate(offsets_px, 1)
    ]
    return scene(camera, photo, *there)


def alpha_at(x: int, y: int) -> np.ndarray:
    mask = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    whole = disc((80, 120))[..., 3] > 127
    part = whole[: SIZE[1] - y, : SIZE[0] - x]
    mask[y : y + part.shape[0], x : x + part.shape[1]] = part
    return mask


def test_a_cut_out_at_a_known_place_has_its_own_mask_depth_and_colours(stage: Any) -> None:
    catalogue, photo = stage
    frame = pasted(at(catalogue, photo, (30, 0, 0)), catalogue, plain(), colour=True)
    mask = alpha_at(30, 0)
    assert np.array_equal(frame.instances == 1, mask)
    assert frame.depth_m[mask] == pytest.approx(AWAY_M, rel=1e-5)
    assert (frame.depth_m[~mask] == FAR_M).all()
    bare = cv2.imread(photo)[..., ::-1]
    assert np.array_equal(frame.image[~mask], bare[~mask])
    inner = cv2.erode(mask.astype(np.uint8), np.ones((5, 5))) > 0
    assert frame.image[inner][:, [0, 2]].max(axis=1).min() > 215  # red or blue, as it was drawn


def test_its_label_is_the_tight_box_of_its_mask(stage: Any) -> None:
    catalogue, photo = stage
    told = at(catalogue, photo, (30, 0, 0))
    frame = pasted(told, catalogue, plain(), colour=True)
    rules = from_mapping(LabelSettings, labels_of("on_surface") | {"amodal_masks": True}, "labels")
    (label,) = label_frame(frame, told, catalogue, rules).kept
    rows, columns = np.nonzero(alpha_at(30, 0))
    assert label.bbox == (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert label.amodal_mask is not None
    assert (label.amodal_mask & alpha_at(30, 0)).sum() == alpha_at(30, 0).sum()


def test_the_nearer_one_hides_the_other_whatever_their_order(stage: Any) -> None:
    catalogue, photo = stage
    both = at(catalogue, photo, (20, 0, 1), (50, 0, 0))
    turned = at(catalogue, photo, (50, 0, 0), (20, 0, 1))
    one, other = (pasted(told, catalogue, plain(), colour=False) for told in (both, turned))
    near = one.instances == 1
    assert np.array_equal(near, other.instances == 2)
    assert np.count_nonzero(near) > 0.98 * alpha_at(20, 0).sum()  # a pixel nearer is hardly larger
    assert not (one.instances[alpha_at(20, 0)] == 2).any()
    assert one.depth_m[near].max() < one.depth_m[one.instances == 2].min()


def test_pixels_beyond_rims_and_shadows_stay_the_photos(stage: Any) -> None:
    catalogue, photo = stage
    loud = plain(blend={"alpha": 1, "feather": 1, "poisson": 1}, tint=20.0,
                 light={"low": 1.0, "high": 1.0, "log": False})  # fmt: skip
    bare = cv2.imread(photo)[..., ::-1]
    rim = cv2.dilate(alpha_at(30, 0).astype(np.uint8), np.ones((13, 13))) > 0
    for seed in range(6):
        told = at(catalogue, photo, (30, 0, 0))
        told = Scene.from_json({**told.to_json(), "seed": seed})
        frame = pasted(told, catalogue, loud, colour=True)
        assert np.array_equal(frame.image[~rim], bare[~rim])


def test_masks_and_depth_know_nothing_of_looks(stage: Any) -> None:
    catalogue, photo = stage
    told = at(catalogue, photo, (20, 3, 1), (50, 0, 0))
    frames: list[Frame] = [
        pasted(told, catalogue, by, colour=colour)
        for by, colour in ((plain(), True), (settings(), True), (settings(), False))
    ]
    assert all(np.array_equal(frames[0].instances, other.instances) for other in frames[1:])
    assert all(np.array_equal(frames[0].depth_m, other.depth_m) for other in frames[1:])
    assert not frames[2].image.any()


def test_a_scene_looks_the_same_every_time_and_another_seed_another_way(stage: Any) -> None:
    catalogue, photo = stage
    told = at(catalogue, photo, (30, 0, 0))
    first, again = (pasted(told, catalogue, settings(), colour=True).image for _ in range(2))
    other = pasted(
        Scene.from_json({**told.to_json(), "seed": 8}), catalogue, settings(), colour=True
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other.image)


def test_a_shrunk_cut_out_keeps_its_share_of_the_picture(stage: Any) -> None:
    """A third as large covers a ninth, to the share of a pixel that its rim is."""
    catalogue, photo = stage
    asset = catalogue.get(A)
    whole = flat_camera(asset, SIZE)
    small = type(whole)(**{**vars(whole), "focal_mm": whole.focal_mm / 3})
    frame = pasted(scene(small, photo, placed(1, asset)), catalogue, plain(), colour=False)
    assert np.count_nonzero(frame.instances) == pytest.approx(alpha_at(0, 0).sum() / 9, rel=0.03)


def test_what_is_behind_or_beside_the_camera_is_left_out(stage: Any) -> None:
    catalogue, photo = stage
    frame = pasted(at(catalogue, photo, (900, 0, 0), (0, 0, 9000)), catalogue, plain(), colour=True)
    assert not frame.instances.any()


def test_a_mesh_or_a_room_cannot_be_pasted_and_that_is_said(stage: Any) -> None:
    catalogue, photo = stage
    meshes = load_catalogue(1)
    chair = placed(1, meshes.of_category("chair")[0])
    camera = flat_camera(catalogue.get(A), SIZE)
    with pytest.raises(NoCutOut, match="is no cut-out"):
        pasted(scene(camera, photo, chair), meshes, plain(), colour=True)
    told = scene(camera, photo, placed(1, catalogue.get(A))).to_json()
    told["background"] |= {"kind": "white", "photo": None}
    with pytest.raises(NoPhoto, match="background=photo"):
        pasted(Scene.from_json(told), catalogue, plain(), colour=True)


def test_a_photo_is_cut_so_that_its_horizon_is_where_the_camera_sees_it(
    stage: Any, tmp_path: Path
) -> None:
    catalogue, _ = stage
    high = np.zeros((400, 160, 3), np.uint8)
    high[:150] = 200  # sky; the horizon is at 150 of 400
    cv2.imwrite(str(tmp_path / "high.png"), high)
    told = at(catalogue, str(tmp_path / "high.png"), (900, 0, 0))
    photos = {str(tmp_path / "high.png"): painted(tmp_path / "high.png", (160, 400), row=150)}
    frame = pasted(told, catalogue, plain(), colour=True, grounds=Grounds(photos=photos))
    sky = (frame.image[..., 0] > 100).sum(axis=0)
    assert horizon_share(told.camera) == 0.5  # it looks level
    assert sky == pytest.approx(SIZE[1] / 2, abs=1)


def test_a_thing_comes_where_one_was_painted_out_and_about_as_large(
    stage: Any, tmp_path: Path
) -> None:
    """The painted place is the only red one beside the thing, which hides it."""
    catalogue, _ = stage
    photo = np.full((480, 640, 3), 90, np.uint8)
    cv2.ellipse(photo, (416, 324), (13, 20), 0, 0, 360, (0, 0, 255), -1)
    cv2.imwrite(str(tmp_path / "room.png"), photo)
    place = (400.0, 300.0, 32.0, 48.0)
    photos = {str(tmp_path / "room.png"): painted(tmp_path / "room.png", (640, 480), place)}
    zoom = {"low": 1.0, "high": 9.0, "log": True}
    covering = plain(cover=1.0, zoom=zoom, mirrored=0.5)
    first = at(catalogue, str(tmp_path / "room.png"), (30, 0, 0)).to_json()
    for seed in range(4):
        told = Scene.from_json({**first, "seed": seed})
        frame = pasted(told, catalogue, covering, colour=True, grounds=Grounds(photos=photos))
        red = (frame.image[..., 0] > 150) & (frame.image[..., 2] < 60)
        around = cv2.dilate((frame.instances > 0).astype(np.uint8), np.ones((9, 9))) > 0
        assert (red & ~around).sum() == 0


def painted(path: Path, size_px: tuple[int, int], *places: Any, row: float | None = None) -> Any:
    """What backgrounds.json would tell of a photo."""
    return PaintedBackground(
        path=path, photo=path.name, photo_sha256="0" * 64, size_px=size_px, painted_share=0.0,
        painted_boxes_px=places, used=True, why=None, horizon_row_px=row, ground=None, setting=None,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["alpha", "feather"])
def test_an_edge_has_no_fringe_of_what_was_cut_away(tmp_path: Path, way: str) -> None:
    """A white thing out of black, blurred before white, leaves all white."""
    rgba = disc((80, 120))
    rgba[..., :3] = np.where(rgba[..., 3:] > 0, 255, 0)
    catalogue = with_cut_outs(load_catalogue(1), wanted(folder(tmp_path / "white", {"a": rgba})))
    cv2.imwrite(str(tmp_path / "white.png"), np.full((120, 160, 3), 255, np.uint8))
    by = plain(blend={way: 1.0}, blur_px={"low": 1.0, "high": 1.0, "log": False})
    frame = pasted(
        at(catalogue, str(tmp_path / "white.png"), (30, 0, 0)), catalogue, by, colour=True
    )
    assert frame.instances.any()
    assert frame.image.min() > 250
