import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats

from alignment.samples.bins import Bins, bhattacharyya, bhattacharyya_gaussian
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable

finite = st.floats(-1e6, 1e6, allow_nan=False)


def sample(*columns, names=("center_y", "center_x")):
    values = np.column_stack([np.asarray(c, dtype=float) for c in columns])
    return Sample(attributes=names[: values.shape[1]], values=values, images=np.arange(len(values)))


def test_the_first_and_last_bin_are_centred_on_the_extreme_real_values():
    bins = Bins.of(sample([0.0, 1.0]), 5)
    assert bins.inner_edges[0] == pytest.approx([-0.125, 0.125, 0.375, 0.625, 0.875, 1.125])
    assert bins.size == 7  # five, and the two open ones


def test_rendered_values_outside_the_real_range_share_nothing_with_it():
    bins = Bins.of(sample([0.0, 1.0]), 5)
    half_outside = np.array([0.0, 1.0, -7.0, 9.0])
    assert bhattacharyya(np.array([0.0, 1.0]), half_outside, bins) == pytest.approx(math.log(2) / 2)
    assert bhattacharyya(np.array([0.0, 1.0]), np.array([-7.0, 9.0]), bins) == math.inf


def test_shares_of_one_and_three_quarters_give_the_distance_by_hand():
    bins = Bins.of(sample([0, 1], names=("truncated",)), 20)
    expected = -math.log(math.sqrt(0.5 * 0.25) + math.sqrt(0.5 * 0.75))
    assert bhattacharyya(np.array([0, 1]), np.array([0, 0, 0, 1]), bins) == pytest.approx(expected)


def test_counts_have_one_bin_a_whole_number_up_to_the_cap():
    bins = Bins.of(sample([1, 3, 2, 400], names=("objects_per_image",)), 20)
    cells = bins.index(np.array([0.0, 1, 2, 3, 20, 21, 400]))
    assert cells.tolist() == [0, 1, 2, 3, 20, 21, 21]


def test_equal_real_values_match_what_is_within_a_twentieth_and_nothing_else():
    bins = Bins.of(sample([0.5, 0.5, 0.5]), 20)
    assert bhattacharyya(np.full(3, 0.5), np.array([0.46, 0.54]), bins) == 0
    assert bhattacharyya(np.full(3, 0.5), np.array([0.44, 0.56]), bins) == math.inf


def test_joint_bins_tell_samples_apart_whose_marginals_are_equal():
    a, b = np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 0, 1])
    real, rendered = np.column_stack([a, a]), np.column_stack([a, b])
    bins = Bins.of(sample(a, a), 8)
    assert bins.shape == (10, 10)
    assert bhattacharyya(real, rendered, bins) == pytest.approx(-math.log(math.sqrt(0.5)))


def test_an_empty_rendered_sample_is_infinitely_far():
    assert bhattacharyya(np.array([0.0, 1]), np.zeros(0), Bins.of(sample([0.0, 1]), 4)) == math.inf


def test_bins_of_nothing_are_refused():
    with pytest.raises(ValueError, match="0 values"):
        Bins.of(sample([]), 20)


@given(arrays(float, st.integers(1, 30), elements=finite), st.integers(2, 40))
def test_any_sample_is_at_no_distance_from_itself_and_every_value_has_a_cell(values, count):
    bins = Bins.of(sample(values), count)
    assert bins.share(values).sum() == pytest.approx(1)
    assert bhattacharyya(values, values, bins) == pytest.approx(0, abs=1e-12)


@given(arrays(float, 12, elements=finite), arrays(float, 9, elements=finite))
def test_the_distance_is_symmetric_and_never_negative(a, b):
    bins = Bins.of(sample(a), 8)
    assert bhattacharyya(a, b, bins) == bhattacharyya(b, a, bins) >= 0


def test_many_draws_of_two_gaussians_come_near_the_closed_form_of_a_shift():
    rng = np.random.default_rng(0)
    real, rendered = rng.normal(0, 2, 400_000), rng.normal(1, 2, 400_000)
    found = bhattacharyya(real, rendered, Bins.of(sample(real), 60))
    assert found == pytest.approx(1**2 / (8 * 2**2), rel=0.05)


@pytest.mark.parametrize(("shift", "spread"), [(0.0, 1.0), (1.5, 0.4), (-3.0, 2.5)])
def test_the_closed_form_equals_the_integral(shift, spread):
    def overlap(x):
        return math.sqrt(stats.norm.pdf(x) * stats.norm.pdf(x, shift, spread))

    integral = integrate.quad(overlap, -30, 30, points=[0, shift], limit=200)[0]
    found = bhattacharyya_gaussian([0], [[1]], [shift], [[spread**2]])
    assert found == pytest.approx(-math.log(integral), abs=1e-9)


def test_the_closed_form_in_two_dimensions_does_not_see_a_change_of_basis():
    rng = np.random.default_rng(1)
    basis, a, b = rng.normal(size=(3, 2, 2))
    cov_a, cov_b, mean = a @ a.T, b @ b.T, np.array([1.0, -2.0])
    plain = bhattacharyya_gaussian([0, 0], cov_a, mean, cov_b)
    turned = bhattacharyya_gaussian(
        [0, 0], basis @ cov_a @ basis.T, basis @ mean, basis @ cov_b @ basis.T
    )
    assert plain == pytest.approx(turned)
    assert bhattacharyya_gaussian(mean, cov_a, mean, cov_a) == 0


def test_a_singular_covariance_has_a_finite_distance():
    flat = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert 0 < bhattacharyya_gaussian([0, 0], flat, [0, 0], np.eye(2)) < math.inf


def test_a_sample_takes_logs_drops_what_is_missing_and_counts_an_image_once():
    table = MetadataTable.from_columns({
        "image_id": [7, 7, 9], "bbox_area": [1.0, np.nan, math.e], "objects_per_image": [2, 2, 1],
    })  # fmt: skip
    area, count = Sample.of(table, ["bbox_area"]), Sample.of(table, ["objects_per_image"])
    assert area.values[:, 0] == pytest.approx([0, 1])
    assert area.images.tolist() == [7, 9]
    assert count.values.tolist() == [[2.0], [1.0]]
    assert Sample.of(table, ["bbox_area", "objects_per_image"]).values.shape == (2, 2)
