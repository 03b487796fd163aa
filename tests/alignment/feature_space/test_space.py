from dataclasses import replace

import numpy as np
import pytest

from alignment.feature_space.space import FeatureSpace, OtherFeatures, SpaceSettings, TooFewFeatures
from alignment.real.split import HeldOut
from scenes.measuring.table import MetadataTable
from tests.alignment.feature_space.made import exposed, features

ALL = SpaceSettings(dimensions=512, spread_floor=0.0, weights={})


@pytest.fixture
def drawn():
    rng = np.random.default_rng(0)
    return features(rng.normal(size=(40, 6)) * [1, 5, 0.2, 3, 1, 9] + 4)


def distances(points):
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def test_with_every_component_distances_are_those_of_standardised_features(drawn):
    space = FeatureSpace.fit(drawn, exposed(drawn), ALL)
    values = drawn.values.astype(float)
    standard = (values - values.mean(0)) / values.std(0) / np.sqrt(6)
    np.testing.assert_allclose(distances(space.project(drawn)), distances(standard), atol=1e-5)


def test_rows_that_are_not_exposed_change_nothing(drawn):
    wild = drawn.values.copy()
    wild[20:] *= 1000
    shown = exposed(drawn, range(1, 11))
    one = FeatureSpace.fit(drawn, shown, ALL)
    other = FeatureSpace.fit(features(wild), shown, ALL)
    assert (one.reference == other.reference).all()
    assert (one.projection.components == other.projection.components).all()


def test_a_held_out_table_cannot_be_fitted(drawn):
    held = HeldOut(MetadataTable.from_columns({"image_id": drawn.image_ids}))
    with pytest.raises(TypeError, match="Exposed"):
        FeatureSpace.fit(drawn, held, ALL)


def test_blocks_weigh_the_same_however_many_columns_they_have():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(50, 11))
    names = (*(f"wide.{i}" for i in range(10)), "narrow.0")
    space = FeatureSpace.fit(made := features(values, names=names), exposed(made), ALL)
    spread = ((values - values.mean(0)) / space.projection.scale).var(axis=0)
    assert spread[:10].sum() == pytest.approx(spread[10], rel=1e-5)


def test_a_block_weighs_what_the_settings_say_in_squared_distance():
    values = np.random.default_rng(4).normal(size=(50, 5))
    names = ("a.0", "a.1", "a.2", "a.3", "b.0")
    told = replace(ALL, weights={"a": 0.25, "of another backend": 3.0})
    space = FeatureSpace.fit(made := features(values, names=names), exposed(made), told)
    spread = ((values - values.mean(0)) / space.projection.scale).var(axis=0)
    assert spread[:4].sum() == pytest.approx(spread[4] / 4, rel=1e-5)


def test_what_lies_across_the_kept_components_is_seen_in_the_last_coordinate():
    along = np.c_[np.arange(20.0), 0.01 * np.random.default_rng(2).normal(size=20)]
    made = features(along)
    space = FeatureSpace.fit(
        made, exposed(made), SpaceSettings(dimensions=1, spread_floor=1.0, weights={})
    )
    inside, outside = space.project(features([[10, 0], [10, 50]]))
    assert outside[-1] > 10 * max(inside[-1], 0.01)


def test_a_feature_that_hardly_varied_does_not_outweigh_the_rest(drawn):
    values = drawn.values.copy()
    values[:, 0] = 1.0
    values[0, 0] += 1e-4
    made = features(values)
    floored = FeatureSpace.fit(
        made, exposed(made), SpaceSettings(dimensions=6, spread_floor=0.5, weights={})
    )
    changed = values[:1].copy()
    changed[0, 0] += 0.1
    before, after = floored.project(features(np.vstack([values[:1], changed])))
    assert np.linalg.norm(after - before) < 1


def test_a_space_needs_a_few_rows_and_its_own_kind_of_features(drawn):
    with pytest.raises(TooFewFeatures, match="expected 4"):
        FeatureSpace.fit(drawn, exposed(drawn, [1]), ALL)
    space = FeatureSpace.fit(drawn, exposed(drawn), ALL)
    with pytest.raises(OtherFeatures, match="same"):
        space.project(features(drawn.values, names=tuple("bcdefg")))
