"""A sign lies on a rendered box where it was said to, and its box keeps its ids and depth."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from assets.catalogue import load_catalogue
from assets.lettering.settings import TextSettings
from scenes.optics.camera import pose_aiming_at, project
from scenes.sampling.signs import signs_of
from tests.render.raycast import raycast
from tests.render.rendered import GREY, camera, placed, scene, shots

pytestmark = pytest.mark.blender

BOX = load_catalogue(1).get("box/parcel/0")
SETTINGS = TextSettings(share=1.0, most=1, board=1.0, logo=0.0, fonts=None, words=None, logos=None,
                        annotate=True)  # fmt: skip


def test_a_sign_is_seen_where_its_words_are_told_and_hides_nothing(tmp_path: Path) -> None:
    pose = pose_aiming_at(np.array([0.25, -0.8, 0.35]), np.array([0, 0, 0.11]), (0.0, 0.0), 0.0)
    parcel = replace(placed(1, BOX.id, 1, (0.0, 0.0, 0.0)),
                     materials=(GREY,) * len(BOX.mesh().slot_names))  # fmt: skip
    told = scene(camera((160, 120), pose), (parcel,))
    words = ("text.share=1", "text.board=1", "text.annotate=true")
    shot = shots(tmp_path / "out", (told,), "quality=draft", "device=cpu", "threads=2", *words)[0]
    ids, depth_m = raycast(shot.scene, load_catalogue(1))
    assert (shot.instances == ids).mean() > 0.999
    box = ids == 1
    assert np.abs(shot.depth_m[box] - depth_m[box]).max() < 3e-4  # a sheet of its own is nearer
    (sign,) = signs_of(shot.scene, load_catalogue(1), SETTINGS)
    expected, own = _expected(sign, shot.scene)
    luma = shot.image.mean(axis=2)
    assert own.sum() > 100
    assert np.corrcoef(expected[own], luma[own])[0, 1] > 0.7
    rows = json.loads((tmp_path / "out" / "text.json").read_text())["annotations"]
    assert [row["utf8_string"] for row in rows] == [mark.said for mark in sign.sign.marks]


def _expected(sign, shown):  # type: ignore[no-untyped-def]  # arrays, by their names
    """Return the sign's own brightness as the camera sees it, and the pixels well inside of it."""
    (wide, high), (tall_px, wide_px) = sign.size_m, sign.sign.rgba.shape[:2]
    local = np.array([[-wide, high], [wide, high], [wide, -high], [-wide, -high]]) / 2
    corners = np.column_stack([local, np.zeros(4), np.ones(4)]) @ sign.sign_to_world.T
    seen, _ = project(shown.camera, corners[:, :3])
    sheet = np.array([[0, 0], [wide_px, 0], [wide_px, tall_px], [0, tall_px]], np.float32)
    matrix = cv2.getPerspectiveTransform(sheet, seen.astype(np.float32))
    grey = cv2.GaussianBlur(sign.sign.rgba[..., :3].mean(axis=2), (0, 0), 3)
    place = np.zeros((120, 160), np.uint8)
    cv2.fillConvexPoly(place, np.rint(seen).astype(np.int32), (1,))
    return cv2.warpPerspective(grey, matrix, (160, 120)), cv2.erode(place, np.ones((3, 3))) > 0
