"""A cut-out in Blender is where the preview has it, and its edge is soft."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from assets.cards.folder import with_cut_outs
from assets.catalogue import load_catalogue
from scenes.preview.preview import preview
from tests.cut_outs import disc, folder, wanted
from tests.pasting import flat_camera, placed
from tests.render.rendered import scene, shots

pytestmark = pytest.mark.blender

TINY = ("quality=draft", "quality.samples=16", "device=cpu", "threads=1")


def test_cycles_has_the_previews_silhouette_and_the_photos_colours(tmp_path: Path) -> None:
    root = folder(tmp_path / "cut", {"a": disc((60, 90), hole=True)})
    catalogue = with_cut_outs(load_catalogue(1), wanted(root))
    asset = catalogue.get("fragment/gadget/a")
    told = scene(flat_camera(asset, (60, 90)), (placed(1, asset),))
    (taken,) = shots(tmp_path / "out", (told,), f"fragments.folder={root}", *TINY)
    shown = preview(told, catalogue, (60, 90))
    own = shown.instances == 1
    rim = cv2.dilate(own.astype(np.uint8), np.ones((3, 3))) != cv2.erode(
        own.astype(np.uint8), np.ones((3, 3))
    )
    assert np.count_nonzero((taken.instances != shown.instances) & ~rim) <= 0.001 * own.size
    assert np.abs(taken.depth_m[own & ~rim] - shown.depth_m[own & ~rim]).max() < 1e-3
    upper, lower = own & ~rim, own & ~rim
    upper[45:], lower[:45] = False, False
    blue, red = taken.image[..., 0].astype(int), taken.image[..., 2].astype(int)
    assert (red[upper] > blue[upper] + 40).all()
    assert (blue[lower] > red[lower] + 40).all()
