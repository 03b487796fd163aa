import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from skimage.color import rgb2lab

from assets.catalogue import load_catalogue
from scenes.config.from_mapping import BadSetting
from scenes.model.effects import PostEffects
from scenes.model.scene import Scene
from scenes.sampling.effects import draw_post, white_balance
from scenes.sampling.sampler import SceneSampler
from tests.scenes.configs import fixed, scene_config, scene_settings

PHOTOS = ["a.jpg", "b.jpg", "c.jpg"]


def post(**changes: Any) -> dict[str, Any]:
    return {**scene_settings()["post"], **changes}


def sampled(seeds: int, **changes: Any) -> list[Scene]:
    sampler = SceneSampler.of(scene_config(post=post(**changes)), load_catalogue(1))
    return [sampler.sample(seed) for seed in range(seeds)]


def test_by_default_nothing_happens_to_a_picture() -> None:
    assert sampled(1)[0].post is None


def test_effects_leave_geometry_and_look_as_they_were() -> None:
    plain, changed = sampled(4), sampled(4, blur_px={"low": 0.1, "high": 2.0, "log": True})
    assert [dataclasses.replace(s, post=None).to_json() for s in changed] == [
        scene.to_json() for scene in plain
    ]
    assert len({scene.post.blur_px for scene in changed if scene.post}) == 4


def test_effects_survive_json() -> None:
    for scene in sampled(6, transfer="reinhard", references=PHOTOS, jpeg_share=0.5):
        told = json.loads(json.dumps(scene.to_json()))
        assert Scene.from_json(told).post == scene.post
        assert isinstance(scene.post, PostEffects)


def test_a_plan_from_before_tone_and_sharpening_is_read_without_them() -> None:
    told = sampled(1, jpeg_share=1.0)[0].to_json()
    old = {key: told["post"][key] for key in told["post"] if key not in ("contrast", "sharpening")}
    post = Scene.from_json({**told, "post": old}).post
    assert post == Scene.from_json(told).post


def test_every_photo_serves_as_reference_and_every_other_picture_is_a_jpeg() -> None:
    config = scene_config(
        post=post(transfer="histogram", references=PHOTOS, jpeg_share=0.5)
    ).post  # fmt: skip
    drawn = [draw_post(np.random.default_rng(seed), config) for seed in range(200)]
    chosen = [one.transfer.reference for one in drawn if one and one.transfer]
    assert {name: chosen.count(name) > 40 for name in PHOTOS} == dict.fromkeys(PHOTOS, True)
    assert 70 < sum(one.jpeg_quality is not None for one in drawn if one) < 130


def test_one_effect_less_does_not_move_the_others() -> None:
    several = {"exposure_stops": {"low": -1.0, "high": 1.0, "log": False}, "jpeg_share": 1.0}
    without, with_blur = sampled(3, **several), sampled(3, **several, blur_px=fixed(1.0))
    assert [dataclasses.replace(s.post, blur_px=0.0) for s in with_blur if s.post] == [
        scene.post for scene in without
    ]


def test_warmth_turns_grey_yellowish_and_keeps_its_luminance() -> None:
    warm, cold = (np.array(white_balance(mired)) for mired in (40.0, -40.0))
    shown = rgb2lab(0.3 * np.stack([warm, cold])[None])[0]
    assert shown[0, 2] > 3 > -3 > shown[1, 2]
    assert warm @ (0.2126, 0.7152, 0.0722) == pytest.approx(1.0)
    assert white_balance(0.0) == pytest.approx((1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"transfer": "reinhard"}, "scene.post: transfer=reinhard and no photos"),
        ({"transfer": "magic"}, "scene.post.transfer: found 'magic'; expected one of none"),
        ({"blur_px": fixed(-1.0)}, r"blur_px is \[-1.0, -1.0\]; expected 0"),
        ({"jpeg_quality": fixed(0)}, "jpeg_quality"),
        ({"jpeg_share": 2.0}, "jpeg_share is 2.0"),
        ({"contrast": fixed(0.0)}, r"contrast is \[0.0, 0.0\]; expected 0.1"),
        ({"sharpening": fixed(-1.0)}, "sharpening is"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadSetting, match=told):
        scene_config(post=post(**changes))
