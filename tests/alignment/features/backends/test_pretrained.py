import importlib.util
import json
from importlib import import_module

import numpy as np
import pytest

from alignment.features.backends.backend import Picture
from alignment.features.backends.pretrained import NoBackend
from alignment.features.extract import box_features
from alignment.features.registry import FeatureSettings, backends_of
from tests.alignment.features.sets_with_photos import NOWHERE, noise_set, told

TINY = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
NETWORKS = ("clip", "dinov2", "data2vec")


def installed(*names):
    return all(importlib.util.find_spec(name) for name in names)


pretrained = pytest.mark.skipif(
    not installed("torch", "transformers"), reason="needs `make setup-features`"
)
torchvision = pytest.mark.skipif(
    not installed("torch", "torchvision"), reason="torchvision is not installed: docs/features.md"
)


def settings(weights, *backends, batch=4):
    return FeatureSettings(
        backends=backends, cache=None, weights=weights, device="cpu", batch=batch
    )


def tiny_model(name, seed=0):
    torch, hf = import_module("torch"), import_module("transformers")
    torch.manual_seed(seed)
    if name == "clip":
        vision = {**TINY, "intermediate_size": 32, "image_size": 32, "patch_size": 8}
        text = {**TINY, "intermediate_size": 32, "vocab_size": 50, "max_position_embeddings": 8}
        return hf.CLIPModel(
            hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=12)
        )
    if name == "dinov2":
        return hf.Dinov2Model(hf.Dinov2Config(**TINY, image_size=28, patch_size=2))
    config = hf.Data2VecVisionConfig(**TINY, intermediate_size=32, image_size=32, patch_size=8)
    return hf.Data2VecVisionModel(config)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name in NETWORKS:
        tiny_model(name).save_pretrained(folder / name)
    return folder


def noise(seed=0, height=30, width=40):
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Picture(size_px=(width, height), rgb=rgb)


@pretrained
@pytest.mark.parametrize("name", NETWORKS)
def test_a_set_gets_a_row_a_box_and_a_column_a_feature(weights, tmp_path, name):
    (backend,) = backends_of(settings(weights, name))
    found = box_features(noise_set(tmp_path), [backend], NOWHERE, told)
    assert found.values.shape == (6, 12 if name == "clip" else 16)
    assert (found.values.std(axis=0) > 0).all()


@pretrained
@pytest.mark.parametrize("name", NETWORKS)
def test_features_are_those_the_library_computes_of_the_same_pixels(weights, name):
    torch = import_module("torch")
    (backend,) = backends_of(settings(weights, name))
    picture = noise(height=32, width=32)
    mean, std = backend.network.mean_std
    pixels = torch.from_numpy((picture.rgb / 255 - mean) / std).permute(2, 0, 1)[None].float()
    model = tiny_model(name).eval()
    with torch.inference_mode():
        if name == "clip":
            wanted = model.get_image_features(pixel_values=pixels)
            wanted = getattr(wanted, "pooler_output", wanted)
        elif name == "dinov2":
            wanted = model(pixel_values=pixels).last_hidden_state[:, 0]
        else:
            wanted = model(pixel_values=pixels).last_hidden_state[:, 1:].mean(1)
    np.testing.assert_allclose(backend.image_features([picture]), wanted.numpy(), atol=1e-5)


@pretrained
def test_the_size_of_a_batch_changes_nothing(weights):
    boxes = [np.array([[1.0, 2, 20, 10], [5, 5, 9, 20], [0, 0, 40, 30]])]
    found = [
        backends_of(settings(weights, "dinov2", batch=batch))[0].crop_features([noise()], boxes)
        for batch in (1, 2, 8)
    ]
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)
    np.testing.assert_allclose(found[0], found[2], atol=1e-5)


@pretrained
def test_other_weights_have_another_identity(weights, tmp_path):
    tiny_model("dinov2", seed=1).save_pretrained(tmp_path / "dinov2")
    one, other = (backends_of(settings(w, "dinov2"))[0] for w in (weights, tmp_path))
    assert one.identity != other.identity
    assert (one.image_features([noise()]) != other.image_features([noise()])).any()


@pretrained
def test_the_mean_and_spread_in_the_folder_are_taken(tmp_path):
    tiny_model("clip").save_pretrained(tmp_path / "clip")
    before = backends_of(settings(tmp_path, "clip"))[0].image_features([noise()])
    told = {"image_mean": [0.1, 0.2, 0.3], "image_std": [1, 1, 1]}
    (tmp_path / "clip" / "preprocessor_config.json").write_text(json.dumps(told))
    after = backends_of(settings(tmp_path, "clip"))[0].image_features([noise()])
    assert np.abs(before - after).max() > 1e-3


@pretrained
def test_weights_of_another_network_are_refused(weights, tmp_path):
    tiny_model("data2vec").save_pretrained(tmp_path / "dinov2")
    with pytest.raises(NoBackend, match="Dinov2Model"):
        backends_of(settings(tmp_path, "dinov2"))


@pretrained
def test_an_empty_folder_of_weights_is_told_how_to_fill(tmp_path):
    (tmp_path / "clip").mkdir()
    with pytest.raises(NoBackend, match="hf download"):
        backends_of(settings(tmp_path, "clip"))


@pytest.mark.parametrize("name", [*NETWORKS, "faster_rcnn"])
def test_a_missing_folder_is_told_with_the_command_that_fetches_it(tmp_path, name):
    for weights in (None, tmp_path):
        with pytest.raises(NoBackend, match=r"(hf download|curl) .*" + name):
            backends_of(settings(weights, name))


@pytest.mark.skipif(installed("torch"), reason="torch is installed")
def test_without_torch_the_command_that_installs_it_is_told(tmp_path):
    (tmp_path / "clip").mkdir()
    with pytest.raises(NoBackend, match="make setup-features"):
        backends_of(settings(tmp_path, "clip"))


@torchvision
def test_faster_rcnn_gives_the_features_its_own_heads_see(tmp_path):
    torch, detection = import_module("torch"), import_module("torchvision.models.detection")
    torch.manual_seed(0)
    model = detection.fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None).eval()
    (tmp_path / "faster_rcnn").mkdir()
    torch.save(model.state_dict(), tmp_path / "faster_rcnn" / "model.pth")
    (backend,) = backends_of(settings(tmp_path, "faster_rcnn"))
    seen, picture = [], noise(height=40)
    model.roi_heads.box_head.register_forward_hook(lambda *call: seen.append(call[2]))

    def one_proposal(images, *_):
        return [torch.tensor([[4.0, 5, 24, 20]]) * images.image_sizes[0][0] / 40], {}

    model.rpn.forward = one_proposal
    with torch.inference_mode():
        model([torch.from_numpy(picture.rgb).permute(2, 0, 1) / 255])
    found = backend.crop_features([picture], [np.array([[4.0, 5, 20, 15]])])
    np.testing.assert_allclose(found, seen[0].numpy(), rtol=1e-3, atol=1e-4)
