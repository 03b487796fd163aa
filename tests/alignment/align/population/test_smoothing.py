import math

import numpy as np
import pytest
from scipy.stats import norm

from alignment.align.population.smoothing import (
    BANDWIDTHS,
    COMPONENTS,
    FOLDS,
    LEAST,
    OF_A_LAW,
    PSEUDO_COUNTS,
    Smoother,
    drawn,
    smoothed,
)  # fmt: skip
from alignment.samples.bins import Bins, distance_of_shares
from alignment.samples.sample import Sample

FAMILIES = {"histogram": PSEUDO_COUNTS, "kernel": BANDWIDTHS, "mixture": COMPONENTS}
EVERY = [Smoother(family=f, setting=s) for f, settings in FAMILIES.items() for s in settings]
ONE, PAIR = ("bbox_area",), ("bbox_area", "center_y")


def rng(seed=0):
    return np.random.default_rng(seed)


def sample(values, names=ONE, per_image=1):
    values = np.asarray(values, dtype=float).reshape(len(values), len(names))
    return Sample(attributes=names, values=values, images=np.arange(len(values)) // per_image)


def law(generator, count):
    """Two bells of log area, both below 0."""
    near = generator.uniform(size=count) < 0.6
    return np.where(near, generator.normal(-1.5, 0.35, count), generator.normal(-4, 0.6, count))


@pytest.mark.parametrize("one", EVERY, ids=str)
@pytest.mark.parametrize("names", [ONE, PAIR], ids=len)
def test_shares_are_a_distribution_without_zeros(one, names):
    values = np.column_stack([law(rng(), 40), rng(1).uniform(0, 1, 40)])[:, : len(names)]
    bins = Bins.of(sample(values, names), 12)
    shares = one.shares(values, bins, names)
    assert shares.shape == (bins.size,)
    assert shares.sum() == pytest.approx(1)
    assert shares.min() >= LEAST / bins.size / (1 + LEAST)


def test_a_kernel_estimate_is_what_draws_from_it_fall_into():
    values = np.column_stack([rng().normal(-2, 0.5, 30), rng(1).uniform(0.2, 0.9, 30)])
    bins = Bins.of(sample(values, PAIR), 6)
    one = Smoother(family="kernel", setting=1.0)
    _, means, widths = one._kernels(values)
    picked = rng(2).integers(0, 30, 400_000)
    found = means[picked] + widths[picked] * rng(3).standard_normal((400_000, 2))
    found[:, 0] = -np.abs(found[:, 0])  # mirrored at the bounds of a log area and of a share
    found[:, 1] = 1 - np.abs(1 - np.abs(found[:, 1]))
    shares = bins.share(found)
    assert one.shares(values, bins, PAIR) == pytest.approx(shares, abs=5 / math.sqrt(400_000))


def test_nothing_is_beyond_an_attributes_bounds():
    values = np.linspace(0.9, 1.0, 30)[:, None]  # of center_y, which ends at 1
    bins = Bins(inner_edges=(np.array([0.5, 0.8, 1.0]),))
    for one in (Smoother(family="kernel", setting=1.5), Smoother(family="mixture", setting=1)):
        shares = one.shares(values, bins, ("center_y",))
        assert shares[-1] == pytest.approx(LEAST / 4, rel=LEAST)
        assert one.shares(values, bins, ("aspect",))[-1] > 0.05


@pytest.mark.parametrize("seed", range(3))
def test_the_estimate_is_nearer_the_law_than_the_raw_histogram(seed):
    seen = sample(law(rng(seed), 60))
    bins = Bins.of(seen, 20)
    truth = bins.share(law(rng(99), 200_000))
    found = smoothed(rng(seed), seen, bins)
    raw, smooth = (distance_of_shares(truth, s) for s in (bins.share(seen.values), found.shares))
    assert smooth < 0.6 * raw


def test_stacked_smoothers_are_nearer_the_law_than_the_likeliest_of_them():
    """Over many samples: of one, the likeliest may be the luckiest."""
    stacked, likeliest = [], []
    bins = Bins.of(sample(law(rng(98), 60)), 20)
    truth = bins.share(law(rng(99), 200_000))
    for seed in range(20):
        seen = sample(law(rng(seed), 40))
        found = smoothed(rng(seed), seen, bins)
        best = max(found.scores, key=lambda one: found.scores[one]).shares(seen.values, bins, ONE)
        stacked.append(distance_of_shares(truth, found.shares))
        likeliest.append(distance_of_shares(truth, best))
    assert np.mean(stacked) < np.mean(likeliest)


def test_the_estimate_mixes_its_smoothers_in_proportions_towards_what_foretells_best():
    seen = sample(law(rng(), 60))
    bins = Bins.of(seen, 20)
    found = smoothed(rng(), seen, bins)
    assert set(found.mix) == set(found.scores) == set(EVERY)
    assert sum(found.mix.values()) == pytest.approx(1)
    mixed = sum(share * one.shares(seen.values, bins, ONE) for one, share in found.mix.items())
    assert found.shares == pytest.approx(mixed)
    flat = Smoother(family="histogram", setting=PSEUDO_COUNTS[-1])
    assert found.mix[max(found.scores, key=lambda one: found.scores[one])] > 1 / len(EVERY)
    assert found.scores[flat] < max(found.scores.values()) - 0.1
    assert found.mix[flat] < 1 / len(EVERY)


def test_one_bell_is_taken_of_a_bell_and_more_than_one_of_two():
    bell = smoothed(rng(), sample(rng(5).normal(-3, 0.4, 300)), Bins.of(sample([-5, -1]), 20))
    two = smoothed(rng(), sample(law(rng(5), 300)), Bins.of(sample([-6, -0.3]), 20))
    one = Smoother(family="mixture", setting=1)
    assert bell.scores[one] > max(bell.scores.values()) - 0.02
    assert two.scores[one] < max(two.scores.values()) - 0.05


def test_photos_are_held_out_whole():
    """Ten equal boxes a photo: held out box by box, the narrowest kernel would look best."""
    centres = rng(1).normal(-3, 0.5, 12)
    photos = sample(np.repeat(centres, 10) + 1e-3 * rng(2).standard_normal(120), per_image=10)
    bins = Bins.of(photos, 20)
    found = smoothed(rng(), photos, bins)
    alone = smoothed(rng(), sample(photos.values), bins)
    narrow = Smoother(family="kernel", setting=BANDWIDTHS[0])
    assert found.scores[narrow] < alone.scores[narrow] - 0.3


def test_a_count_is_shrunk_towards_the_geometric_law_of_its_mean():
    counts = sample([1, 1, 1, 2, 2, 4, 6, 3, 1, 1], ("objects_per_image",))
    bins = Bins.of(counts, 20)
    heavy = Smoother(family="histogram", setting=1e9).shares(counts.values, bins, counts.attributes)
    more = 1 - 1 / counts.values.mean()
    geometric = (1 - more) * more ** np.arange(6)
    assert heavy[1:7] == pytest.approx(geometric, rel=1e-3)
    found = smoothed(rng(), counts, bins)
    assert {one.family for one in found.mix} == {"histogram", "hurdle"}
    assert {one.setting for one in found.mix} == set(OF_A_LAW)


def test_a_hurdle_keeps_the_share_of_images_with_one_object_and_is_geometric_beyond():
    counts = sample([1] * 80 + [2, 3, 3, 4, 6] * 4, ("objects_per_image",))
    bins = Bins.of(counts, 20)
    heavy = Smoother(family="hurdle", setting=1e9).shares(counts.values, bins, counts.attributes)
    assert heavy[1] == pytest.approx(0.8, abs=0.01)
    assert heavy[3:6] / heavy[2:5] == pytest.approx(heavy[3] / heavy[2])
    mean = heavy[2:7] @ np.arange(2, 7) + 8 * heavy[7]
    assert mean / heavy[2:].sum() == pytest.approx(3.6, abs=0.3)


def test_of_images_with_one_object_only_a_hurdle_holds_more_to_be_possible():
    counts = sample([1] * 30, ("objects_per_image",))
    bins = Bins(inner_edges=(np.array([0.5, 1.5, 2.5]),))
    shares = Smoother(family="hurdle", setting=256.0).shares(counts.values, bins, counts.attributes)
    assert shares[1] > 0.95
    assert shares[2:].min() > 0.01


def test_a_share_of_yes_against_no_is_what_was_seen():
    cut = sample([1, 1, 1, 0], ("truncated",))
    assert smoothed(rng(), cut, Bins.of(cut, 20)).shares.tolist() == [0.25, 0.75]


def test_what_was_never_seen_of_yes_against_no_is_not_impossible():
    whole = sample([0] * 9, ("truncated",))
    shares = smoothed(rng(), whole, Bins.of(whole, 20)).shares
    assert 0 < shares[1] <= LEAST / 2


@pytest.mark.parametrize("photos", [1, 2, FOLDS - 1])
def test_of_too_few_photos_to_hold_any_out_the_plain_kernel_is_taken(photos):
    few = sample(law(rng(), photos))
    found = smoothed(rng(), few, Bins.of(few, 20))
    assert (found.mix, found.scores) == ({Smoother(family="kernel", setting=1.0): 1.0}, {})
    assert found.shares.sum() == pytest.approx(1)


@pytest.mark.filterwarnings("error")
def test_equal_values_are_smoothed_without_a_word():
    same = sample(np.full(12, -2.0))
    found = smoothed(rng(), same, Bins.of(same, 20))
    assert found.shares.argmax() == 1


def test_draws_follow_the_shares_they_are_drawn_from():
    seen = sample(law(rng(), 80))
    found = smoothed(rng(), seen, Bins.of(seen, 10))
    values = drawn(rng(1), found, 100_000)
    assert values.max() <= 0
    assert found.bins.share(values) == pytest.approx(found.shares, abs=5 / math.sqrt(100_000))


@pytest.mark.parametrize(("name", "values"), [
    ("truncated", [0, 1, 1, 0, 0]), ("objects_per_image", [1, 1, 2, 3, 5]),
])  # fmt: skip
def test_draws_of_whole_numbers_are_whole(name, values):
    seen = sample(values, (name,))
    found = drawn(rng(), smoothed(rng(), seen, Bins.of(seen, 20)), 2000)
    assert (found % 1 == 0).all()
    assert set(values) <= set(found)


def test_one_normal_has_the_shares_of_its_distribution_function():
    values = rng().normal(3.0, 2.0, 5000)[:, None]
    bins = Bins(inner_edges=(np.linspace(-1, 7, 9),))
    found = Smoother(family="mixture", setting=1).shares(values, bins, ("aspect",))
    expected = np.diff(norm.cdf([-np.inf, *np.linspace(-1, 7, 9), np.inf], values.mean(),
                                values.std()))  # fmt: skip
    assert found == pytest.approx(expected, abs=2e-3)
