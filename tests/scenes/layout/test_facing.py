"""Cut-outs face the camera, as sharp as they can be, with those that go along with them."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assets.cards.folder import with_cut_outs
from assets.catalogue import Catalogue, load_catalogue
from scenes.config.background import Backdrop
from scenes.config.cast import Cast, cast_of
from scenes.config.pasting import for_pasting
from scenes.config.scene import CardConfig, SceneConfig
from scenes.config.span import Span
from scenes.layout.facing import faced
from scenes.layout.standing import Layout, Standing
from scenes.model.scene import Camera
from scenes.optics.camera import pose_aiming_at, project
from scenes.preview.preview import preview
from scenes.sampling.sampler import SceneSampler
from tests.cut_outs import disc, folder, wanted
from tests.scenes.configs import scene_config


def served(root: Path, pictures: dict[str, Any], **told: Any) -> tuple[Catalogue, Cast]:
    catalogue = with_cut_outs(load_catalogue(1), wanted(folder(root, pictures, **told)))
    return catalogue, cast_of(config(catalogue), catalogue)


def config(catalogue: Catalogue) -> SceneConfig:
    photos = (Backdrop(path="a.png", horizon=None, camera_m=None),)
    return for_pasting(scene_config(category="gadget"), catalogue, photos)


def cards(**changed: Any) -> CardConfig:
    still, one = Span(low=0.0, high=0.0, log=False), Span(low=1.0, high=1.0, log=False)
    told = {"yaw_deg": 0.0, "lean": one, "roll_deg": still, "flip": 0.0, "most_magnified": 1e9,
            "same_share": 0.0} | changed  # fmt: skip
    return CardConfig(**told)


def seen_from(eye_m: tuple[float, float, float], standing: Standing) -> Layout:
    eye = np.array(eye_m)
    camera = Camera(
        camera_to_world=pose_aiming_at(eye, standing.middle_m, (0.0, 0.0), 0.0), focal_mm=50.0,
        sensor_mm=36.0, resolution_px=(640, 480), clip_start_m=0.05, clip_end_m=100.0,
    )  # fmt: skip
    return Layout(camera=camera, standing=(standing,), supports=(None,))


def stood(catalogue: Catalogue, name: str) -> Standing:
    asset = catalogue.get(f"fragment/gadget/{name}")
    return Standing(asset=asset, is_target=True, x_m=0.3, y_m=0.2, yaw_rad=2.0, scale=1.1)


@pytest.mark.parametrize("eye_m", [(0.0, -2.0, 0.4), (3.0, 1.0, 2.5), (-1.0, 2.0, 4.0)])
def test_one_that_leans_as_the_camera_looks_shows_its_own_proportions(
    tmp_path: Path, eye_m: tuple[float, float, float]
) -> None:
    catalogue, cast = served(tmp_path, {"a": disc((40, 60))})
    layout = seen_from(eye_m, stood(catalogue, "a"))
    (one,) = faced(np.random.default_rng(0), layout, cards(), cast).standing
    (wide, _, high), pose = one.asset.size_m, one.object_to_world()
    across = np.array([[-wide / 2, 0, high / 2], [wide / 2, 0, high / 2], [0, 0, 0], [0, 0, high]])
    px, _ = project(layout.camera, across @ pose[:3, :3].T + pose[:3, 3])
    shown = math.dist(px[0], px[1]) / math.dist(px[2], px[3])
    assert shown == pytest.approx(wide / high, rel=0.02)
    assert px[1][0] > px[0][0]  # not mirrored
    assert px[3][1] < px[2][1]  # and upright
    assert one.z_m == pytest.approx(0.0, abs=1e-9)


def test_nothing_of_one_that_is_rolled_is_below_the_ground(tmp_path: Path) -> None:
    catalogue, cast = served(tmp_path, {"a": disc((40, 60))})
    roll = Span(low=20.0, high=30.0, log=False)
    layout = seen_from((0.0, -2.0, 0.4), stood(catalogue, "a"))
    (one,) = faced(np.random.default_rng(0), layout, cards(roll_deg=roll, flip=1.0), cast).standing
    pose, mesh = one.object_to_world(), one.asset.mesh()
    assert (mesh.vertices @ pose[:3, :3].T + pose[:3, 3])[:, 2].min() > -1e-9
    assert np.linalg.det(pose[:3, :3]) < 0


def test_one_that_would_be_magnified_gives_its_place_to_a_sharper_one(tmp_path: Path) -> None:
    catalogue, cast = served(tmp_path, {"coarse": disc((24, 36)), "fine": disc((240, 360))})
    layout = seen_from((0.0, -0.8, 0.2), stood(catalogue, "coarse"))
    told = faced(np.random.default_rng(0), layout, cards(most_magnified=1.5), cast)
    assert told.standing[0].asset.id.endswith("fine")
    same = faced(np.random.default_rng(0), layout, cards(most_magnified=1e9), cast)
    assert same.standing[0].asset.id.endswith("coarse")


def test_those_of_one_photo_lie_as_they_lay_there(tmp_path: Path) -> None:
    catalogue, cast = served(
        tmp_path, {"big": disc((80, 120)), "small": disc((40, 60))}, photo="x.jpg",
        small={"photo": "x.jpg", "crop_start_px": (20, 40), "box_px": (24.0, 44.0, 32.0, 52.0)},
    )  # fmt: skip
    layout = seen_from((0.0, -2.0, 0.4), stood(catalogue, "big"))
    big, small = faced(np.random.default_rng(0), layout, cards(flip=1.0), cast).standing
    there = [
        project(layout.camera, one.object_to_world()[None, :3, 3])[0][0] for one in (big, small)
    ]
    metre_px = big.asset.imported.metre_px * big.scale  # type: ignore[union-attr]  # a card
    away = np.linalg.norm(layout.camera.camera_to_world[:3, 3] - big.middle_m)
    px = layout.camera.focal_px / away * metre_px  # a pixel of their photo
    assert (there[1] - there[0]) / px == pytest.approx((10.0, -30.0), abs=1.0)  # mirrored
    assert small.is_target


def test_a_layout_without_cut_outs_draws_nothing(tmp_path: Path) -> None:
    catalogue = load_catalogue(1)
    chair = catalogue.of_category("chair")[0]
    told = scene_config()
    layout = seen_from(
        (0.0, -3.0, 1.5),
        Standing(asset=chair, is_target=True, x_m=0.0, y_m=0.0, yaw_rad=1.0, scale=1.0),
    )
    rng = np.random.default_rng(5)
    after = faced(rng, layout, told.cards, cast_of(told, catalogue))
    assert after == layout or after.standing == layout.standing
    assert rng.random() == np.random.default_rng(5).random()


def test_sampled_scenes_show_what_the_preview_foretells_and_nothing_but_cut_outs(
    tmp_path: Path,
) -> None:
    catalogue, _ = served(tmp_path, {"a": disc((40, 60)), "b": disc((60, 40))})
    sampler = SceneSampler.of(config(catalogue), catalogue)
    scenes = [sampler.sample(seed, dressed=False) for seed in range(12)]
    assert {o.asset_id.split("/")[0] for s in scenes for o in s.objects} == {"fragment"}
    shown = [preview(s, catalogue, (160, 120)).instances.any() for s in scenes]
    assert sum(shown) >= 9


def test_of_several_views_that_stands_whose_photo_looked_down_as_the_camera_does(
    tmp_path: Path,
) -> None:
    """Boxes of one size: the further their foot is below the horizon, the steeper they are seen."""
    level = {"height_px_per_row": 2.0, "box_px": (14.0, 194.0, 32.0, 52.0)}
    steep = {"height_px_per_row": 0.15, "box_px": (14.0, 330.0, 32.0, 52.0)}
    views = {"a": level, "b": steep, "c": {}}
    catalogue, cast = served(tmp_path, {name: disc() for name in views}, **views)
    pitches = {asset.id[-1]: asset.imported.pitch_deg for asset in cast.targets}  # type: ignore[union-attr]  # cards
    assert pitches["a"] == pytest.approx(0.0, abs=2.0)
    assert 40 < pitches["b"] < 50
    assert pitches["c"] is None
    low, high = (2.0, -4.0, 0.2), (1.0, -3.0, 3.0)
    for eye_m, name, other in ((low, "a", "b"), (high, "b", "a")):
        begun = {one: seen_from(eye_m, stood(catalogue, one)) for one in (name, other)}
        rngs = [np.random.default_rng(n) for n in range(12)]
        found = [faced(rng, begun[other], cards(), cast).standing[0].asset.id[-1] for rng in rngs]
        assert name in found
        assert other not in found
        assert faced(rngs[0], begun[name], cards(), cast).standing[0].asset.id[-1] == name
