"""Planes of a depth map that is planted: a floor and a wall that turns away, and a ball on them."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from alignment.fragments.surfaces.planes import PlaneSettings, planes_of, points_of
from alignment.fragments.surfaces.rectangles import rectangles_of, with_surfaces
from assets.fragments.background import PaintedBackground, background_of
from assets.fragments.told import BadFragments, Told
from scenes.sets.annotated_set import AnnotatedImage

SIZE, FOCAL_PX = (160, 120), 140.0
SETTINGS = PlaneSettings(most=4, within=0.015, least_share=0.06, fov_deg=60.0)
FLOOR, WALL = np.array([0.0, -1.0, 0.0]), np.array([-1, 0, -2]) / np.sqrt(5)  # towards the camera
FLOOR_M, WALL_M = -1.2, -3.0


def room(noise=0.0):
    """Return (H, W) planar depth of both planes and of a ball before them, and what each holds."""
    ways = points_of(np.ones(SIZE[::-1]), FOCAL_PX)
    with np.errstate(divide="ignore"):
        depths = [away / (ways @ normal) for normal, away in ((FLOOR, FLOOR_M), (WALL, WALL_M))]
    ahead = np.where(np.array(depths) > 0, depths, np.inf)
    which, depth_m = ahead.argmin(axis=0), ahead.min(axis=0)
    ball = cv2.circle(np.zeros(SIZE[::-1], np.uint8), (40, 60), 16, 1, -1) > 0
    ys, xs = np.mgrid[: SIZE[1], : SIZE[0]]
    depth_m[ball] = 1.5 - np.sqrt(np.clip(1 - np.hypot(xs - 40, ys - 60)[ball] / 17, 0, 1)) * 0.4
    held = [(which == number) & ~ball for number in (0, 1)]
    return depth_m * (1 + noise * np.random.default_rng(0).normal(size=depth_m.shape)), held


def found(noise=0.0, seen=None):
    depth_m, held = room(noise)
    seen = np.ones(depth_m.shape, bool) if seen is None else seen
    planes = planes_of(
        np.random.default_rng(0), points_of(depth_m, FOCAL_PX), seen, SETTINGS
    )  # fmt: skip
    return planes, held


@pytest.mark.parametrize("noise", [0.0, 0.004])
def test_two_planted_planes_are_found_where_they_are_and_no_third(noise):
    planes, held = found(noise)
    assert len(planes) == 2
    for normal, away, own in ((FLOOR, FLOOR_M, held[0]), (WALL, WALL_M, held[1])):
        one = max(planes, key=lambda plane: plane.normal @ normal)
        assert np.degrees(np.arccos(min(1.0, one.normal @ normal))) < 1.5
        assert one.away_m == pytest.approx(away, rel=0.02)
        assert (one.held & own).sum() > 0.92 * own.sum()  # at their seam points are on both
        assert (one.held & ~own).sum() < 0.05 * own.sum()


def test_rectangles_are_right_angled_on_their_plane_and_wholly_on_it():
    planes, _ = found()
    for plane in planes:
        quads = rectangles_of(np.random.default_rng(1), plane, FOCAL_PX)
        assert quads
        for quad in quads:
            ways = np.column_stack([(quad - np.array(SIZE) / 2) / FOCAL_PX, np.ones(4)])
            corners = ways * (plane.away_m / (ways @ plane.normal))[:, None]
            sides = np.roll(corners, -1, axis=0) - corners
            long = np.linalg.norm(sides, axis=1)
            cosines = (sides * np.roll(sides, -1, axis=0)).sum(axis=1) / long / np.roll(long, -1)
            assert np.abs(cosines).max() < 1e-6
            assert cv2.contourArea(quad.astype(np.float32), oriented=True) > 0  # not mirrored
            canvas = cv2.fillConvexPoly(np.zeros(SIZE[::-1], np.uint8), quad.astype(int), 1) > 0
            assert plane.held[canvas].mean() > 0.97


def test_text_on_a_wall_is_upright_and_on_the_floor_its_top_is_further_away():
    for plane in found()[0]:
        for quad in rectangles_of(np.random.default_rng(1), plane, FOCAL_PX):
            assert quad[:2, 1].mean() < quad[2:, 1].mean()
            if abs(plane.normal[1]) < 0.5:
                right = quad[1] - quad[0]
                assert right[0] > abs(right[1])


def test_what_may_not_be_looked_at_is_on_no_plane():
    seen = np.ones(SIZE[::-1], bool)
    seen[:, 100:] = False
    assert not any((plane.held & ~seen).any() for plane in found(seen=seen)[0])


def test_depth_of_nothing_flat_has_no_plane():
    rough = 2 + np.random.default_rng(0).random(SIZE[::-1])
    seen = np.ones(rough.shape, bool)
    points = points_of(rough, FOCAL_PX)
    assert planes_of(np.random.default_rng(0), points, seen, replace(SETTINGS, within=0.004)) == []


@pytest.fixture
def photo(tmp_path):
    np.save(tmp_path / "a.npy", room()[0].astype(np.float32))
    return AnnotatedImage(
        id=1, file_name="a.png", path=None, width_px=320, height_px=240, focal_px=2 * FOCAL_PX,
        depth_path=tmp_path / "a.npy",
    )  # fmt: skip


def background(tmp_path, **changed):
    told = {
        "path": tmp_path / "a.jpg", "photo": "a.png", "photo_sha256": "0" * 64, "why": None,
        "size_px": (320, 240), "painted_share": 0.1, "used": True, "horizon_row_px": None,
        "painted_boxes_px": ((0.0, 0.0, 200.0, 240.0),), "ground": None, "setting": None,
    }  # fmt: skip
    return PaintedBackground(**(told | changed))


def test_a_background_has_the_surfaces_of_its_photo_where_nothing_is_painted(tmp_path, photo):
    made = with_surfaces(background(tmp_path), photo, SETTINGS)
    assert len(made.surfaces_px) > 2
    quads = np.array(made.surfaces_px)
    assert quads[..., 0].min() > 199
    assert quads[..., 0].max() > 200
    again = background_of(Told(path=tmp_path, values=plain(made.told)), tmp_path)
    assert again == made == with_surfaces(background(tmp_path), photo, SETTINGS)


def plain(told):
    """Return what is told as JSON gives it back."""
    return json.loads(json.dumps(told))


def test_a_photo_without_depth_and_one_that_is_not_used_have_none(tmp_path, photo):
    bare = replace(photo, depth_path=None)
    assert with_surfaces(background(tmp_path), bare, SETTINGS).surfaces_px == ()
    unused = background(tmp_path, used=False, why="much")
    assert with_surfaces(unused, photo, SETTINGS) == unused


def test_surfaces_of_three_corners_are_refused(tmp_path):
    values = plain(background(tmp_path).told) | {"surfaces_px": [[[0, 0], [1, 0], [1, 1]]]}
    with pytest.raises(BadFragments, match="expected four corners"):
        background_of(Told(path=tmp_path, values=values), tmp_path)
