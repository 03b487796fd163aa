"""Each of several categories gets the share of the boxes that it is given, whatever photos show."""

from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.class_shares import with_classes
from alignment.align.matching.exchange import draft
from alignment.align.matching.match import groups_of, match
from alignment.align.matching.settings import MatchSettings
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, point
from tests.alignment.align.planted_pool import boxes

REAL = {"bag": 0.9, "can": 0.3, "lid": 0.15, "sack": 0.15, "straw": 0.3, "twine": 0.15}
MATCH = MatchSettings(
    attributes=("center_y",), pairs=(), bins=4, pair_bins=3, tau=1.0, oversampling=AS_FOUND,
    class_weights=None,
)  # fmt: skip


def litter(seed, photos, chance):
    """Photos with or without a box of each kind."""
    rng = np.random.default_rng(seed)
    image, kind = np.nonzero(rng.random((photos, len(chance))) < np.array([*chance.values()]))
    table = boxes(rng, len(image))
    columns = {name: table.column(name)[: len(image)] for name in table.attributes}
    names = [[*chance][number] for number in kind]
    return MetadataTable.from_columns({"image_id": image + 1, "category": names, **columns})


@pytest.fixture(scope="module")
def pool():
    shown = litter(5, 1500, dict.fromkeys(REAL, 0.25))
    return ScenePool.of([previewed_from(0, point(), 1500, shown, ATTRIBUTES)])


def shares(pool, weights):
    """Return each category's share of the boxes under weights of scenes."""
    rng = np.random.default_rng(6)
    how = replace(MATCH, class_weights=weights)
    found = match(rng, Exposed(table=litter(4, 60, REAL)), pool, how).weighted.weights
    rows = found[pool.table.image_ids]
    names = np.array(pool.table.table["category"].to_pylist())
    return {name: rows[names == name].sum() / rows.sum() for name in REAL}


def test_six_kinds_have_as_many_boxes_each_where_that_is_asked(pool):
    assert shares(pool, {}) == pytest.approx(dict.fromkeys(REAL, 1 / 6), abs=0.02)


def test_one_that_is_given_a_weight_has_it_in_relation_to_the_others(pool):
    found = shares(pool, {"lid": 3.0})
    assert found["lid"] == pytest.approx(3 / 8, abs=0.03)
    assert found["can"] == pytest.approx(1 / 8, abs=0.02)


def test_without_weights_they_go_together_as_on_the_photos_and_by_themselves_as_ever():
    real = Exposed(table=litter(4, 30, {"bag": 0.9, "can": 0.3}))
    as_found, balanced = (
        [one.facet.label for one in groups_of(np.random.default_rng(0), real, how)]
        for how in (MATCH, replace(MATCH, class_weights={}))
    )
    assert as_found == ["center_y", "center_y", "bag \N{MULTIPLICATION SIGN} can per image"]
    assert balanced == ["center_y", "center_y", "boxes of each category"]
    alone = Exposed(table=litter(4, 30, {"bag": 0.9}))
    assert len(groups_of(np.random.default_rng(0), alone, replace(MATCH, class_weights={}))) == 1


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"class_weights.can is 0; expected above 0"):
        replace(MATCH, class_weights={"can": 0})


def test_few_chosen_scenes_keep_the_shares_that_weights_give_their_classes(pool):
    rng = np.random.default_rng(8)
    names = ("bbox_area", "center_x", "center_y", "aspect")
    how = replace(MATCH, attributes=names, bins=12, class_weights={})
    real = Exposed(table=litter(5, 30, REAL | {"sack": 0.08}))
    found = match(rng, real, pool, how)
    weights = found.weighted.weights
    firm = with_classes(found.moments, pool, weights, 20)
    loose, firmly = (
        [off_by(pool, draft(np.random.default_rng(seed), pool, moments, weights, 20).scenes())
         for seed in range(9, 15)]
        for moments in (found.moments, firm)
    )  # fmt: skip
    assert np.mean(firmly) < 0.01  # of 30 boxes: hardly ever one too many
    assert np.mean(loose) > 0.025


def off_by(pool, scenes):
    """How far the share of a category among these scenes' boxes is from a sixth, at most."""
    named = np.array(pool.drawn(scenes).table["category"].to_pylist())
    return max(abs((named == name).mean() - 1 / 6) for name in REAL)


def with_cut_off(seed, table, chance):
    """A table whose boxes are cut off by the border now and then."""
    cut = np.random.default_rng(seed).random(len(table)) < chance
    return table.with_columns({"truncated": cut.astype(float)})


def test_a_rare_yes_that_few_boxes_cannot_meet_costs_no_class_its_boxes():
    real = Exposed(table=with_cut_off(1, litter(5, 60, REAL), 0.03))
    shown = with_cut_off(2, litter(5, 1500, dict.fromkeys(REAL, 0.25)), 0.1)
    many = ScenePool.of([previewed_from(0, point(), 1500, shown, ATTRIBUTES)])
    how = replace(MATCH, attributes=("bbox_area", "truncated"), bins=12, class_weights={})
    found = match(np.random.default_rng(8), real, many, how)
    weights, images = found.weighted.weights, 60
    firm = with_classes(found.moments, many, weights, images)
    unheld = replace(firm, groups=tuple(replace(one, least=0.0) for one in firm.groups))
    chosen = many.drawn(draft(np.random.default_rng(9), many, firm, weights, images).scenes())
    names_of = np.array(chosen.table["category"].to_pylist())
    assert max(abs((names_of == name).mean() - 1 / 6) for name in REAL) < 0.02
    assert any(one.slack.min() < 1e-4 for one in unheld.groups)  # what would have outweighed them


def test_the_moments_of_a_single_class_stay_as_they_are(pool):
    real = Exposed(table=litter(4, 30, {"bag": 0.9}))
    found = match(np.random.default_rng(0), real, pool, MATCH)
    assert with_classes(found.moments, pool, found.weighted.weights, 9) is found.moments
