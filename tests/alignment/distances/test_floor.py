import math

import numpy as np
import pytest

from alignment.distances.floor import Verdict, compare
from alignment.samples.bins import Bins
from alignment.samples.halves import Halves
from alignment.samples.resampled import draw_images
from alignment.samples.sample import Sample

BINS = 20


def photos(rng, count, per_photo=5, mean=0.0, name="center_y"):
    """Photos of a few boxes each, whose values are independent and normal."""
    images = np.repeat(np.arange(count), per_photo)
    values = rng.normal(mean, 1, (len(images), 1))
    return Sample(attributes=(name,), values=values, images=images)


def whole(values, name="truncated"):
    column = np.asarray(values, dtype=float)[:, None]
    return Sample(attributes=(name,), values=column, images=np.arange(len(column)))


def compared(real, rendered, seed=0, splits=100):
    rng = np.random.default_rng(seed)
    return compare(rng, real, {"aligned": rendered}, Bins.of(real, BINS), splits)


def test_two_samples_of_one_population_are_hardly_ever_told_apart():
    told = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        found = compared(photos(rng, 60), photos(rng, 40), seed)
        told.append(found.gaps["aligned"].verdict)
    assert told.count(Verdict.NOT_ALIGNED) <= 4
    assert told.count(Verdict.ALIGNED) >= 20


def test_a_shift_of_half_a_standard_deviation_is_told_at_sixty_photos():
    told = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = compared(photos(rng, 60), photos(rng, 200, mean=0.5), seed)
        told.append(found.gaps["aligned"].verdict)
    assert told.count(Verdict.NOT_ALIGNED) >= 14


def test_a_handful_of_photos_can_tell_nothing():
    rng = np.random.default_rng(0)
    found = compared(photos(rng, 6, per_photo=1), photos(rng, 40))
    assert found.power < 0.5
    assert found.gaps["aligned"].verdict is Verdict.UNDECIDABLE


def test_three_photos_are_not_even_split():
    rng = np.random.default_rng(0)
    found = compared(photos(rng, 3), photos(rng, 40))
    assert math.isnan(found.floor)
    assert found.gaps["aligned"].verdict is Verdict.UNDECIDABLE
    assert found.gaps["aligned"].of_all > 0


def test_the_same_photos_twice_are_no_farther_than_the_floor():
    real = photos(np.random.default_rng(4), 30)
    found = compared(real, real)
    assert found.gaps["aligned"].of_all == 0
    assert found.gaps["aligned"].at_equal_size < found.floor


def test_a_large_rendered_set_is_judged_at_the_size_of_the_photos():
    rng = np.random.default_rng(1)
    found = compared(photos(rng, 40), photos(rng, 4000))
    assert found.gaps["aligned"].at_equal_size == pytest.approx(found.floor, rel=0.4)
    assert found.gaps["aligned"].of_all < found.floor / 2


def test_halves_are_whole_photos_and_together_the_set():
    images = np.repeat(np.arange(7), 3)
    real = Sample(attributes=("center_y",), values=images[:, None] * 1.0, images=images)
    halves = Halves.draw(np.random.default_rng(0), real, 50)
    assert set(np.unique(halves.a.times.reshape(50, 7, 3).sum(axis=2))) == {0, 3}
    assert (halves.a.times + halves.b.times == 1).all()
    assert (halves.a.sizes == 9).all()


def test_drawn_images_are_whole_and_as_few_as_reach_the_size():
    rng = np.random.default_rng(0)
    rendered = photos(rng, 50, per_photo=4)
    drawn = draw_images(rng, rendered, np.array([1, 4, 5, 199]))
    assert drawn.sizes.tolist() == [4, 4, 8, 200]
    assert set(np.unique(drawn.times.reshape(4, 50, 4).sum(axis=2))) == {0, 4}


def test_a_small_rendered_set_is_drawn_again_to_reach_the_size():
    rng = np.random.default_rng(0)
    rendered = photos(rng, 3, per_photo=4)
    drawn = draw_images(rng, rendered, np.array([30, 5]))
    assert drawn.sizes.tolist() == [32, 8]


def test_a_planted_shift_of_zeros_and_ones_moves_their_mean_by_half_their_spread():
    real = whole([0] * 300 + [1] * 100)
    halves = Halves.draw(np.random.default_rng(0), real, 400)
    for sign in (1, -1):
        shifted = halves.shifted(np.random.default_rng(1), sign)
        mean = (shifted.shares @ shifted.values).mean()
        assert mean == pytest.approx(0.25 + sign * math.sqrt(0.25 * 0.75) / 2, abs=0.01)


def test_a_planted_shift_of_counts_keeps_them_whole_and_keeps_them_all():
    rng = np.random.default_rng(0)
    real = whole(rng.poisson(4, 200) + 1, "objects_per_image")
    halves = Halves.draw(rng, real, 50)
    shifted = halves.shifted(rng, 1)
    moved = (shifted.shares @ shifted.values - halves.b.shares @ halves.b.values).mean()
    assert (shifted.times >= 0).all()
    assert (shifted.sizes == halves.b.sizes).all()
    assert (shifted.values == np.round(shifted.values)).all()
    assert moved == pytest.approx(real.values.std() / 2, rel=0.1)


def test_sixty_uncut_photos_tell_a_set_that_cuts_a_third_of_its_objects():
    real = whole([0] * 60)
    cut, uncut = whole([0, 0, 1] * 30), whole([0] * 40)
    assert compared(real, cut).gaps["aligned"].verdict is Verdict.NOT_ALIGNED
    assert compared(real, uncut).gaps["aligned"].verdict is Verdict.ALIGNED
    assert compared(whole([0] * 5), uncut).gaps["aligned"].verdict is Verdict.UNDECIDABLE


def test_nothing_rendered_is_undecidable_and_infinitely_far():
    real = photos(np.random.default_rng(0), 60)
    nothing = Sample(attributes=real.attributes, values=np.zeros((0, 1)), images=np.zeros(0, int))
    gap = compared(real, nothing).gaps["aligned"]
    assert (gap.of_all, gap.verdict) == (math.inf, Verdict.UNDECIDABLE)


def test_a_joint_comparison_tells_what_the_marginals_hide():
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    names, images = ("bbox_area", "center_y"), np.repeat(np.arange(60), 5)
    tied = Sample(attributes=names, values=np.column_stack([x, x]), images=images)
    loose = Sample(attributes=names, values=np.column_stack([x, rng.permutation(x)]), images=images)
    found = compare(rng, tied, {"loose": loose, "tied": tied}, Bins.of(tied, 8), 100)
    assert found.gaps["loose"].verdict is Verdict.NOT_ALIGNED
    assert found.gaps["tied"].verdict is Verdict.ALIGNED


def test_one_seed_gives_one_comparison():
    rng = np.random.default_rng(0)
    real, rendered = photos(rng, 30), photos(rng, 30)
    assert compared(real, rendered, 5) == compared(real, rendered, 5)


def test_shares_of_names_are_compared_and_a_shift_of_the_commonest_is_what_can_be_told():
    rng = np.random.default_rng(0)
    real, same = (whole(rng.choice(3, n, p=[0.2, 0.5, 0.3]), "shape") for n in (120, 500))
    found = compared(real, same)
    assert found.gaps["aligned"].verdict is Verdict.ALIGNED
    assert compared(real, whole(rng.choice(4, 500), "shape")).gaps["aligned"].verdict is (
        Verdict.NOT_ALIGNED)  # fmt: skip
    assert compared(whole([0, 1, 1, 2] * 2, "shape"), same).power < 0.5


@pytest.mark.parametrize("values", [[0, 1, 1, 1, 2, 1] * 40, [0] * 240])
def test_a_planted_shift_of_names_keeps_their_number_and_moves_half_a_deviation(values):
    halves = Halves.draw(np.random.default_rng(0), whole(values, "shape"), 400)
    common = int(np.bincount(values).argmax())
    most = np.mean(np.array(values) == common)
    far = max(0.5 * np.sqrt(most * (1 - most)), 0.1)
    for sign in (1, -1):
        moved = halves.shifted(np.random.default_rng(1), sign)
        if most == 1 and sign == 1:
            assert moved is None
            continue
        assert (moved.sizes == halves.b.sizes).all()
        assert moved.times.min() >= 0
        share = moved.shares[:, common].mean()
        assert share == pytest.approx(most + sign * far, abs=0.01)
