import numpy as np
import pytest

from alignment.distances.distance import Distance, on_bins
from alignment.evaluation.composite import (
    Interval,
    Measured,
    NothingWeighs,
    TooFewPhotos,
    composite,
    measured,
)
from alignment.feature_space.distance import energy_between, knn_between
from alignment.feature_space.space import SpaceSettings
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample

SPACE = SpaceSettings(dimensions=4, spread_floor=0.3, weights={})
BLOCKS = ("made",) * 3


def sample(values, per_image=2):
    values = np.asarray(values, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    names = tuple(f"a{i}" for i in range(values.shape[1]))
    return Sample(attributes=names, values=values, images=np.arange(len(values)) // per_image)


def drawn(seed, count=120, shift=0.0):
    return sample(np.random.default_rng(seed).normal(shift, 1, (count, 3)))


def knn():
    return knn_between(BLOCKS, SPACE, neighbours=3, most_boxes=500)


def test_more_of_the_same_is_at_the_floor_and_a_shift_is_farther_the_larger_it_is():
    sets = {"same": drawn(1, 400), "near": drawn(2, 400, 0.7), "far": drawn(3, 400, 3.0)}
    found = measured(0, 40, knn(), drawn(0), sets)
    floor, same, near, far = (Interval.of(composite([found], n, {})) for n in (None, *sets))
    assert floor.low < 1.0 < floor.high
    assert same.middle < floor.high
    assert floor.middle < near.middle < far.middle
    assert far.low > floor.high


@pytest.mark.parametrize("lacks", ["the set", "the real one"])
def test_what_either_side_lacks_is_told(lacks):
    rng = np.random.default_rng(4)
    one = rng.normal(0, 0.3, (120, 3))
    two = np.vstack([one[:60], rng.normal(4, 0.3, (60, 3))])[rng.permutation(120)]
    real, other = (two, one) if lacks == "the set" else (one, two)
    found = measured(0, 30, knn(), sample(real), {"other": sample(other)})
    assert Interval.of(found.of_sets["other"]).low > Interval.of(found.floor).high


def test_a_set_that_huddles_in_the_middle_of_a_scattered_one_is_told_by_its_energy():
    rng = np.random.default_rng(5)
    real, huddled = rng.normal(0, 1, (80, 12)), rng.normal(0, 0.05, (80, 12))
    energy = energy_between(("made",) * 12, SPACE, most_boxes=500)
    found = measured(0, 30, energy, sample(real), {"huddled": sample(huddled)})
    assert Interval.of(found.of_sets["huddled"]).low > Interval.of(found.floor).high


def test_the_energy_distance_of_one_space_is_that_of_all_pairs():
    one, other = drawn(8, 40), drawn(9, 30)
    space = SpaceSettings(
        dimensions=3, spread_floor=0.0, weights={}
    )  # all of it: nothing is projected away
    scale = np.sqrt(3) * one.values.std(axis=0)
    a, b = one.values / scale, other.values / scale
    pairs = [np.linalg.norm(p[:, None] - q[None], axis=-1) for p, q in ((a, b), (a, a), (b, b))]
    wanted = 2 * pairs[0].mean() - pairs[1].mean() - pairs[2].mean()
    assert energy_between(BLOCKS, space, 500).between(one, other) == pytest.approx(wanted, rel=1e-4)


def test_splits_of_one_seed_halve_the_same_photos_whatever_is_measured():
    photos = Distance(
        name="photos of a",
        of=lambda a, _: np.array([np.unique(a.images[row > 0]).sum() for row in a.times]),
    )
    one = measured(7, 20, photos, drawn(0), {})
    other = measured(7, 20, photos, sample(np.arange(120.0)), {})
    assert (one.floor == other.floor).all()
    assert len(set(one.floor)) > 5


def test_the_composite_is_the_geometric_mean_of_ratios_to_the_floors():
    halves = np.full(5, 2.0), np.full(5, 0.5)
    parts = [
        Measured(name=name, floor=floor, of_sets={"x": floor * times})
        for name, floor, times in zip("ab", halves, (4.0, 9.0), strict=True)
    ]
    assert composite(parts, "x", {}) == pytest.approx(np.full(5, 6.0))
    assert composite(parts, None, {}) == pytest.approx(np.ones(5))


def test_a_part_counts_by_its_weight_and_one_of_zero_not_even_where_it_is_disjoint():
    one = Measured(name="one", floor=np.ones(3), of_sets={"x": np.full(3, 8.0)})
    two = Measured(name="two", floor=np.ones(3), of_sets={"x": np.full(3, np.inf)})
    three = Measured(name="three", floor=np.ones(3), of_sets={"x": np.ones(3)})
    told = {"two": 0.0, "three": 0.5}
    assert composite([one, two, three], "x", told) == pytest.approx(np.full(3, 8 ** (2 / 3)))
    with pytest.raises(NothingWeighs, match="two"):
        composite([two], "x", told)


def test_a_disjoint_attribute_makes_the_composite_infinite():
    real, other = sample(np.linspace(0, 1, 60)), sample(np.linspace(9, 10, 60))
    found = measured(0, 20, on_bins(Bins.of(real, 10)), real, {"x": other})
    assert np.isinf(composite([found], "x", {})).all()


def test_an_empty_set_is_infinitely_far_and_too_few_photos_are_refused():
    found = measured(0, 20, knn(), drawn(0), {"empty": sample(np.empty((0, 3)))})
    assert np.isinf(found.of_sets["empty"]).all()
    with pytest.raises(TooFewPhotos, match="expected 4"):
        measured(0, 20, knn(), drawn(0, 6), {})
