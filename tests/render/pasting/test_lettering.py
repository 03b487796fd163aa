"""Text on photos: on surfaces that they show, in their perspective and light, told exactly."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from assets.lettering.settings import TextSettings
from render.pasting.behind import Backdrop
from render.pasting.lettering import lettered, still_seen
from render.pasting.planes import plane_of
from scenes.optics.colour import linear

SIZE = 320, 240
FOCAL_PX = 300.0
BOARD = np.array([[60, 50], [200, 80], [190, 170], [70, 190]])
Rgb = npt.NDArray[np.uint8]


def settings(**changed: Any) -> TextSettings:
    return TextSettings(**({"share": 1.0, "most": 1, "board": 1.0, "logo": 0.0, "fonts": None,
                            "words": None, "logos": None, "annotate": True} | changed))  # fmt: skip


def rough() -> Rgb:
    """A photo of nothing plain."""
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (SIZE[1] // 4, SIZE[0] // 4, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def behind(image: Rgb, horizon_px: float | None = None) -> Backdrop:
    return Backdrop(image=image, horizon_px=horizon_px, surfaces_px=np.zeros((0, 4, 2)))


def covered(quad: npt.NDArray[np.float64], grow_px: int = 0) -> npt.NDArray[np.bool_]:
    canvas = np.zeros(SIZE[::-1], np.uint8)
    cv2.fillConvexPoly(canvas, np.rint(quad).astype(np.int32), (1,))
    return cv2.dilate(canvas, np.ones((2 * grow_px + 1,) * 2)) > 0


def test_a_board_that_a_photo_shows_is_written_on_as_it_lies() -> None:
    image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    cv2.fillConvexPoly(image, BOARD, (220, 220, 215))
    found = [plane_of(np.random.default_rng(seed), behind(image), FOCAL_PX) for seed in range(8)]
    near = [quad for quad in found if quad is not None and np.abs(quad - BOARD).max() < 20]
    assert near  # each other is an upright place
    assert all(covered(BOARD.astype(float))[covered(quad)].all() for quad in near)


def test_a_plane_that_the_photos_depth_shows_is_written_on_before_what_looks_like_one() -> None:
    image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    cv2.fillConvexPoly(image, BOARD, (220, 220, 215))
    plane = np.array([[220.0, 100], [290, 110], [285, 160], [215, 150]])
    outside = plane + np.array([80.0, 0.0])
    told = replace(behind(image), surfaces_px=np.stack([plane, outside]))
    found = [plane_of(np.random.default_rng(seed), told, FOCAL_PX) for seed in range(12)]
    on_plane = [quad for quad in found if quad is not None and np.array_equal(quad, plane)]
    assert 3 < len(on_plane) < 12
    assert not any(quad is not None and np.abs(quad - BOARD).max() < 20 for quad in found)


def test_where_nothing_is_plain_nothing_is_written() -> None:
    image = rough()
    told, written = lettered(1, behind(image), settings(), FOCAL_PX)
    assert np.array_equal(told.image, image)
    assert written == ()


def test_parallels_on_the_ground_meet_on_the_horizon() -> None:
    """Opposite sides of a rectangle on level ground have their vanishing points on its row."""
    image = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    checked = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        if np.random.default_rng(seed).random(2)[1] >= 0.6:
            continue  # an upright one
        quad = plane_of(rng, behind(image, 70.0), FOCAL_PX)
        if quad is None:
            continue
        corners = np.column_stack([quad, np.ones(4)])
        sides = [np.cross(corners[i], corners[(i + 1) % 4]) for i in range(4)]
        for one, other in ((0, 2), (1, 3)):
            x, y, w = np.cross(sides[one], sides[other])
            if abs(w) > 1e-9 * max(abs(x), abs(y)):
                assert y / w == pytest.approx(70.0, abs=0.5)
                checked += 1
    assert checked > 5


def test_only_the_signs_place_changes_and_its_words_lie_in_it() -> None:
    image = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    told, written = lettered(3, behind(image), settings(), FOCAL_PX)
    again, _ = lettered(3, behind(image), settings(), FOCAL_PX)
    changed = (told.image != image).any(axis=2)
    assert np.array_equal(told.image, again.image)
    assert written
    for word in written:
        assert changed[covered(word.quad_px)].mean() > 0.95
    assert changed.mean() < 0.4


def test_a_sign_is_lit_as_its_surface_is() -> None:
    """The light falls off across; a sign's own ground is the same share of it everywhere.

    Whatever the fonts: how far that share follows the light is 0 where a sign is lit, -1 where
    it is painted over the photo.
    """
    across = np.linspace(130, 190, SIZE[0]).astype(np.uint8)
    image = np.repeat(np.repeat(across[None, :, None], SIZE[1], axis=0), 3, axis=2)
    trends = []
    for seed in range(12):
        told, _ = lettered(seed, behind(image), settings(), FOCAL_PX)
        place = (told.image != image).any(axis=2)
        inner = cv2.erode(place.astype(np.uint8), np.ones((7, 7))) > 0
        if not inner.any():
            continue
        light = linear(image)[inner].mean(axis=1)
        share = np.log(linear(told.image)[inner].mean(axis=1) / light)
        counts, edges = np.histogram(share, bins=np.arange(-6, 3, 0.05))
        commonest = edges[counts.argmax()]
        if commonest > np.log(0.3):  # else too dark for 8 bits to tell
            ground = np.abs(share - commonest) < 0.15
            trends.append(np.polyfit(np.log(light[ground]), share[ground], 1)[0])
    assert len(trends) > 3
    assert np.median(np.abs(trends)) < 0.2


def test_what_stands_before_a_word_is_told() -> None:
    _, written = lettered(3, behind(np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)), settings(),
                          FOCAL_PX)  # fmt: skip
    ids = np.zeros(SIZE[::-1], np.int32)
    assert {word.visible_fraction for word in still_seen(written, ids)} == {1.0}
    x = written[0].quad_px[:, 0]
    ids[:, : round((x.min() + x.max()) / 2)] = 4
    assert still_seen(written, ids)[0].visible_fraction == pytest.approx(0.5, abs=0.1)
