from dataclasses import replace

import numpy as np
import pytest

from alignment.features.features import Features
from alignment.inference.outcome import Described, infer
from alignment.inference.settings import InferenceSettings
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.measuring.table import MetadataTable
from tests.alignment.inference.planted_problem import QUICK, planted, quiet


@pytest.fixture(scope="module")
def settings():
    words = composed("infer", "real=x", "baseline.preset=none", "features.cache=null")
    told = from_mapping(InferenceSettings, words)
    return replace(told, fitting=QUICK, extractors={"all": ("geometry",)},
                   accept=replace(told.accept, support=None))  # fmt: skip


def described(problem, shift=0.0):
    values = problem.given["telling"] + shift
    count = len(problem.images)
    table = MetadataTable.from_columns({
        "image_id": problem.images, "annotation_id": np.arange(count),
        "depth": np.exp(problem.truth), "visible_fraction": np.ones(count),
        "occlusion_index": np.exp(np.random.default_rng(8).normal(size=count)),
    })  # fmt: skip
    features = Features(
        values=values.astype(np.float32), names=tuple(f"planted.all.{n}" for n in range(12)),
        image_ids=problem.images, annotation_ids=np.arange(count), backend="planted",
    )  # fmt: skip
    return Described(table=table, extractors={"all": features}, rows=np.arange(count))


def outcome(attribute, settings, shift=0.0):
    sets = described(planted()), described(planted(seed=4), shift)
    return infer(np.random.default_rng(0), attribute, sets, settings, quiet)


def test_photos_like_the_renders_get_their_true_values_back(settings):
    found = outcome("depth", settings)
    truth = np.exp(planted(seed=4).truth)
    assert found.refused is None
    assert np.corrcoef(np.log(found.prediction.values), np.log(truth))[0, 1] > 0.98
    inside = (found.prediction.low <= truth) & (truth <= found.prediction.high)
    assert 0.8 < inside.mean() < 0.98


def test_what_the_features_do_not_tell_is_refused_with_its_score(settings):
    found = outcome("occlusion_index", settings)
    assert found.prediction is None
    assert found.refused.startswith("R2 ")
    assert "below 0.5" in found.refused


def test_an_attribute_without_variation_or_of_no_render_is_refused(settings):
    assert "the same for every" in outcome("visible_fraction", settings).refused
    assert "has no background_similarity" in outcome("background_similarity", settings).refused


def test_photos_unlike_all_renders_are_counted_and_refused(settings):
    far = outcome("depth", settings, shift=20.0)
    assert far.outside == 1
    assert "100% of the real boxes look unlike" in far.refused
    assert outcome("depth", settings).outside < 0.1


def test_too_few_renders_teach_nothing(settings):
    few = described(planted(images=5))
    found = infer(np.random.default_rng(0), "depth", (few, few), settings, quiet)
    assert "15 rendered boxes on 5 images" in found.refused


def test_what_differs_in_looks_alone_is_told_by_the_supports_own_columns(settings):
    rendered, real = described(planted()), described(planted(seed=4))
    features = real.extractors["all"]
    shifted = replace(features, values=features.values + np.float32(20))
    rendered = replace(rendered, extractors={**rendered.extractors, "looks": features})
    real = replace(real, extractors={**real.extractors, "looks": shifted})
    watching = replace(
        settings, extractors={"all": ("geometry",), "looks": ("classical",)},
        fitting=replace(QUICK, heads=("ridge",)), accept=replace(settings.accept, support="looks"),
    )  # fmt: skip
    found = infer(np.random.default_rng(0), "depth", (rendered, real), watching, quiet)
    assert found.chosen.best.extractor == "all"
    assert found.outside == 1
