import json

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from alignment.align.population.clustering import Mixture, cluster
from alignment.align.population.settings import TargetSettings
from alignment.align.population.target import (
    BadTarget,
    NothingToFit,
    Target,
    fit_target,
    fit_targets,
)
from alignment.real.split import Exposed, HeldOut
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import AS_FOUND


def settings(clustering="gmm", most_components=6):
    return TargetSettings(
        attributes=("bbox_area", "center_y"), clustering=clustering,
        most_components=most_components, covariance_floor=1e-3, oversampling=AS_FOUND,
    )  # fmt: skip


def table(log_area, center_y):
    n = len(log_area)
    return MetadataTable.from_columns({
        "image_id": np.arange(n), "bbox_area": np.exp(log_area), "center_y": center_y,
    })  # fmt: skip


def planted(rng, n=300):
    """Three components in (log area, center_y), of weights 0.5, 0.3 and 0.2."""
    component = np.repeat([0, 1, 2], [n // 2, 3 * n // 10, n // 5])
    means = np.array([[-1.0, 0.3], [-4.0, 0.5], [-6.0, 0.8]])
    return means[component] + rng.normal(size=(len(component), 2)) * [0.3, 0.04]


def fitted(values, how, seed=0):
    exposed = Exposed(table=table(values[:, 0], values[:, 1]))
    return fit_target(np.random.default_rng(seed), exposed, ("bbox_area", "center_y"), how)


@pytest.mark.parametrize("clustering", ["gmm", "kmeans"])
def test_a_planted_mixture_is_found_again(clustering):
    target = fitted(planted(np.random.default_rng(3)), settings(clustering))
    assert target.weights == pytest.approx([0.5, 0.3, 0.2], abs=0.01)
    assert target.means[:, 0] == pytest.approx([-1, -4, -6], abs=0.1)
    assert np.sqrt(target.covariances[:, 1, 1]) == pytest.approx([0.04] * 3, rel=0.25)
    assert set(target.silhouette) == {2, 3, 4, 5, 6}
    assert "3 components" in target.why


def test_one_gaussian_is_one_component_whatever_silhouette_says():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        values = rng.normal([-3, 0.5], [1, 0.1], size=(150, 2))
        target = fitted(values, settings())
        assert len(target.weights) == 1
        assert target.means[0] == pytest.approx(values.mean(axis=0))
        assert "BIC prefers 1" in target.why


def test_bic_is_scikit_learns():
    values = planted(np.random.default_rng(0))
    model = GaussianMixture(3, random_state=0).fit(values)
    ours = Mixture(weights=model.weights_, means=model.means_, covariances=model.covariances_)
    assert ours.bic(values) == pytest.approx(model.bic(values))


def test_responsibilities_are_scikit_learns():
    values = planted(np.random.default_rng(0))
    target = fitted(values, settings())
    model = GaussianMixture(len(target.weights))
    model.weights_, model.means_ = target.weights, target.means
    model.covariances_ = target.covariances
    model.precisions_cholesky_ = np.array(
        [np.linalg.cholesky(np.linalg.inv(c)) for c in target.covariances]
    )
    assert target.responsibilities(values) == pytest.approx(model.predict_proba(values), abs=1e-9)


def test_samples_have_the_mixtures_mean_and_covariance():
    values = planted(np.random.default_rng(0))
    target = fitted(values, settings())
    drawn = target.sample(np.random.default_rng(1), 100_000)
    assert drawn.mean(axis=0) == pytest.approx(values.mean(axis=0), abs=0.03)
    assert np.cov(drawn.T) == pytest.approx(np.cov(values.T), abs=0.05)


@pytest.mark.parametrize("clustering", ["gmm", "kmeans"])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
def test_few_boxes_still_give_a_mixture_and_say_what_was_not_tried(n, clustering):
    target = fitted(np.random.default_rng(n).normal(size=(n, 2)), settings(clustering))
    assert target.weights.sum() == pytest.approx(1)
    assert target.notes
    assert np.isfinite(target.sample(np.random.default_rng(0), 5)).all()


def test_equal_values_are_one_component_said_aloud():
    target = fitted(np.tile([-2.0, 0.25], (40, 1)), settings())
    assert target.means == pytest.approx(np.array([[-2, 0.25]]))
    assert "all equal" in target.notes[0]


def test_two_distinct_values_are_no_more_than_two_components():
    values = np.repeat([[-2.0, 0.25], [-1.0, 0.75]], 30, axis=0)
    target = fitted(values, settings())
    assert len(target.weights) == 2
    assert target.notes == (
        "2 distinct values hold no more than 2 component(s); 6 would have been tried",
    )


def test_the_units_of_an_attribute_do_not_change_the_clusters():
    values = planted(np.random.default_rng(2))
    plain = cluster(np.random.default_rng(0), values, settings())
    scaled = cluster(np.random.default_rng(0), values * [1, 1000.0], settings())
    assert scaled.silhouette == pytest.approx(plain.silhouette)
    assert scaled.mixture.means == pytest.approx(plain.mixture.means * [1, 1000])


def test_one_seed_gives_one_target_and_json_gives_it_back(tmp_path):
    values = planted(np.random.default_rng(5))
    first, second = fitted(values, settings(), seed=9), fitted(values, settings(), seed=9)
    first.write(tmp_path / "a.json")
    second.write(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    again = Target.read(tmp_path / "a.json")
    assert again.to_json() == first.to_json()
    assert (again.means == first.means).all()


@pytest.mark.parametrize("spoiled", ["", "[]", "{}", '{"weights": [2]}', "weights"])
def test_a_spoiled_target_file_is_named(tmp_path, spoiled):
    path = tmp_path / "target.json"
    path.write_text(spoiled)
    with pytest.raises(BadTarget, match=r"target\.json.*plan again"):
        Target.read(path)


def test_a_mixture_whose_weights_do_not_sum_to_one_is_refused():
    told = fitted(planted(np.random.default_rng(5)), settings()).to_json()
    with pytest.raises(ValueError, match="sum to 1"):
        Target.from_json({**json.loads(json.dumps(told)), "weights": [0.5, 0.3, 0.3]})


def test_held_out_rows_cannot_be_fitted():
    rows = table(np.zeros(3), np.ones(3))
    held = HeldOut(rows)
    for given in (held, held.for_judging(), rows):
        with pytest.raises(TypeError, match="Exposed"):
            fit_target(np.random.default_rng(0), given, ("bbox_area",), settings())


def test_a_set_without_a_single_value_is_refused_by_name():
    exposed = Exposed(table=table(np.full(3, np.nan), np.ones(3)))
    with pytest.raises(NothingToFit, match="none of 3 real objects has a value of bbox_area"):
        fit_target(np.random.default_rng(0), exposed, ("bbox_area",), settings())


def test_each_category_has_a_target_of_its_own():
    values = planted(np.random.default_rng(3))
    low = values[:, 1] < np.median(values[:, 1])
    both = table(values[:, 0], values[:, 1]).with_columns({"category": np.where(low, "b", "a")})
    found = fit_targets(np.random.default_rng(0), Exposed(table=both), ("center_y",), settings())
    assert list(found) == ["a", "b"]
    assert found["a"].means.min() > found["b"].means.max()
    assert sum(one.fitted for one in found.values()) == len(values)
