from collections import Counter

import numpy as np
import pytest

from alignment.command.words import weight_words
from alignment.inference.shape_shares import shares_of, weights_of
from assets.catalogue import load_catalogue
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.sampling.sampler import SceneSampler


def told_by_a_weak_head(rng, truth, apart=1.5):
    """Probabilities of two classes, learned half and half from normals `apart` from each other."""
    seen = rng.normal(size=len(truth)) + apart * truth
    second = 1 / (1 + np.exp(-apart * (seen - apart / 2)))
    return np.column_stack([1 - second, second])


@pytest.mark.parametrize("share", [0.1, 0.8])
def test_shares_are_nearer_the_truth_than_the_count_of_the_likeliest(share):
    rng = np.random.default_rng(0)
    truth = rng.random(400) < share
    told = told_by_a_weak_head(rng, truth)
    found = shares_of(np.array([200, 200]), told)[1]
    counted = told.argmax(axis=1).mean()
    assert found == pytest.approx(truth.mean(), abs=0.06)
    assert abs(found - truth.mean()) < abs(counted - truth.mean())


def test_a_head_that_knows_nothing_gives_back_the_shares_it_learned_from():
    learned = np.array([30, 10, 60])
    told = np.tile((learned + 1) / (learned + 1).sum(), (25, 1))
    np.testing.assert_allclose(shares_of(learned, told), learned / 100, atol=0.02)


def test_a_class_that_few_photos_do_not_show_keeps_a_share():
    told = np.array([[1.0, 0.0]] * 5)
    assert shares_of(np.array([50, 50]), told)[1] == pytest.approx(1 / 3)


def test_align_takes_the_weights_and_its_scenes_show_the_shares():
    catalogue = load_catalogue(2)
    shapes = sorted({asset.shape for asset in catalogue.of_category("chair")})
    wanted = dict(zip(shapes, np.arange(1, len(shapes) + 1) / 45, strict=False))
    wanted = {shape: share / sum(wanted.values()) for shape, share in wanted.items()}
    words = weight_words(weights_of(wanted, catalogue, "chair"))
    told = composed("align", "preset=none", "real=null", *words)["scene"]
    filled = {**told, "category": "chair", "category_id": 1, "resolutions_px": [[64, 48]]}
    sampler = SceneSampler.of(from_mapping(SceneConfig, filled, "scene"), catalogue)
    count = Counter(
        catalogue.get(placed.asset_id).shape
        for seed in range(400) for placed in sampler.sample(seed, dressed=False).objects
        if placed.category_id
    )  # fmt: skip
    shown = {shape: count[shape] / count.total() for shape in shapes}
    assert shown == pytest.approx(wanted, abs=0.04)
