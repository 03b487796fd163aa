"""A print lies round a rendered cup where its picture says, the right way round."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assets.catalogue import load_catalogue
from assets.prints import ROUND_PX, TALL_PX, draw_print
from scenes.model.background import Print
from scenes.model.scene import Material, Scene
from scenes.optics.camera import pose_aiming_at
from tests.render.raycast import raycast
from tests.render.rendered import camera, placed, scene, shots

pytestmark = pytest.mark.blender

CUP = load_catalogue(1).get("cup/reusable_cup/0")
WIDE, DEEP, TALL = CUP.size_m
BOX = (-WIDE / 2, -DEEP / 2, 0.1 * TALL), (WIDE / 2, DEEP / 2, 0.9 * TALL)


def dark_seed() -> int:
    """The first whose dark ink covers a good part of what looks to the front."""
    for seed in range(1000):
        shown = draw_print(seed, ROUND_PX)
        front = shown[:, ROUND_PX // 3 : -ROUND_PX // 3]
        if 0.15 < (front[..., 3] > 128).mean() < 0.5 and shown[..., :3].max() < 60:
            return seed
    raise AssertionError("no such print")


def printed_cup() -> Scene:
    shown = Print(seed=dark_seed(), around="round", low_m=BOX[0], high_m=BOX[1])
    white = Material(
        kind="plastic", color=(0.8, 0.8, 0.8), roughness=0.6, metallic=0.0, seed=1, print=shown
    )
    pose = pose_aiming_at(np.array([0, -0.3, 0.12]), np.array([0, 0, TALL / 2]), (0.0, 0.0), 0.0)
    cup = replace(placed(1, CUP.id, 1, (0.0, 0.0, 0.0)), materials=(white,))
    return scene(camera((96, 96), pose), (cup,))


def test_a_print_lies_where_its_picture_says(tmp_path: Path) -> None:
    shot = shots(tmp_path / "out", (printed_cup(),), "quality=draft", "device=cpu", "threads=2")[0]
    ids, depth_m = raycast(shot.scene, load_catalogue(1))
    rows, columns = np.nonzero(ids == 1)
    view = shot.scene.camera
    rays = np.stack([columns + 0.5 - 48, 48 - rows - 0.5, -view.focal_px * np.ones(len(rows))], 1)
    seen = rays * (depth_m[rows, columns] / view.focal_px)[:, None]
    x, y, z = (seen @ view.camera_to_world[:3, :3].T + view.camera_to_world[:3, 3]).T
    outside = (np.hypot(x, y) < WIDE) & (y < 0) & (z > BOX[0][2]) & (z < BOX[1][2])
    shown = draw_print(shot.scene.objects[0].materials[0].print.seed, ROUND_PX)[..., 3]  # type: ignore[union-attr]  # it has one
    u = (np.arctan2(x, -y) / (2 * np.pi) + 0.5) * ROUND_PX
    v = (BOX[1][2] - z) / (BOX[1][2] - BOX[0][2]) * TALL_PX
    ink = shown[v[outside].astype(int), u[outside].astype(int)] > 128
    luma = shot.image[rows, columns].mean(axis=1)[outside]
    assert 0.05 < ink.mean() < 0.8
    assert np.median(luma[~ink]) - np.median(luma[ink]) > 40
