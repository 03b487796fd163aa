import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.model.scene import Scene
from scenes.optics.camera import project
from scenes.sampling.showcase import showcase

CATALOGUE = load_catalogue(1)


@pytest.mark.parametrize("size_px", [(240, 180), (160, 240)])
def test_every_asset_is_whole_in_the_picture_and_fills_it(size_px: tuple[int, int]) -> None:
    for asset in CATALOGUE.assets.values():
        scene = showcase(asset, size_px, 1)
        vertices = asset.mesh().vertices @ scene.objects[0].object_to_world[:3, :3].T
        points_px, depths_m = project(scene.camera, vertices)
        assert (depths_m > scene.camera.clip_start_m).all()
        assert (points_px >= 0).all()
        assert (points_px <= size_px).all()
        assert (np.ptp(points_px, axis=0) / size_px).max() > 0.3


def test_a_showcase_survives_json() -> None:
    scene = showcase(CATALOGUE.get("chair/dining/0"), (240, 180), 3)
    assert Scene.from_json(scene.to_json()).to_json() == scene.to_json()
