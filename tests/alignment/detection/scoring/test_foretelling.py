import numpy as np
import pytest
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn.linear_model import Ridge

from alignment.detection.scoring.foretelling import TooFewSets, _ranks, foretold, together


def planted(seed=0, n=40, noise=0.02):
    """AP that falls with two distances and not at all with a third."""
    rng = np.random.default_rng(seed)
    near, far, idle = rng.normal(0, 1, (3, n))
    ap = 0.3 - 0.05 * near - 0.05 * far + rng.normal(0, noise, n)
    return ap, {"metadata": near, "features": far * 1000, "idle": idle}


def test_correlations_are_those_of_scipy():
    ap, predictors = planted()
    ap = np.round(ap, 2)
    for told in foretold(np.random.default_rng(0), ap, predictors, 200):
        values = predictors[told.predictor]
        assert told.pearson.value == pytest.approx(pearsonr(values, ap).statistic)
        assert told.spearman.value == pytest.approx(spearmanr(values, ap).statistic)
        assert told.pearson.low <= told.pearson.value <= told.pearson.high


def test_ranks_of_a_draw_are_those_of_the_sets_drawn():
    rng = np.random.default_rng(0)
    values, times = np.round(rng.random((1, 12)), 1), rng.integers(0, 3, (5, 12)).astype(float)
    for row, told in zip(times.astype(int), _ranks(values, times), strict=True):
        assert (np.repeat(told, row) == rankdata(np.repeat(values[0], row))).all()


def test_what_drives_ap_foretells_it_and_what_does_not_cannot_be_told():
    ap, predictors = planted()
    told = {one.predictor: one for one in foretold(np.random.default_rng(0), ap, predictors, 500)}
    assert [told[name].foretells for name in predictors] == [True, True, False]
    assert told["metadata"].pearson.high < 0
    assert "cannot tell" in told["idle"].sentence


def test_all_together_foretell_better_than_any_alone():
    ap, predictors = planted()
    alone = foretold(np.random.default_rng(0), ap, predictors, 200)
    told = together(np.random.default_rng(0), ap, predictors, 200, ridge=1.0)
    assert told.correlation.value > max(abs(one.pearson.value) for one in alone)
    assert told.foretells
    assert told.weights["metadata"] == pytest.approx(-0.05, abs=0.02)
    assert abs(told.weights["idle"]) < 0.01


def test_each_set_is_foretold_by_a_ridge_fit_to_the_others():
    ap, predictors = planted(n=22)
    told = together(np.random.default_rng(0), ap, predictors, 10, ridge=3.0)
    x = np.column_stack(list(predictors.values()))
    others = np.arange(22) != 7
    middle, scale = x[others].mean(axis=0), x[others].std(axis=0)
    fit = Ridge(alpha=3.0).fit((x[others] - middle) / scale, ap[others])
    assert told.predicted[7] == pytest.approx(fit.predict((x[7:8] - middle) / scale)[0])


def test_noise_is_said_to_foretell_no_more_often_than_an_interval_errs():
    wrong_alone, wrong_together = [], []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        ap, noise = rng.random(24), {name: rng.random(24) for name in "abc"}
        wrong_alone += [one.foretells for one in foretold(rng, ap, noise, 150)]
        wrong_together.append(together(rng, ap, noise, 150, ridge=1.0).foretells)
    assert np.mean(wrong_alone) < 0.2
    assert np.mean(wrong_together) < 0.1


def test_foretelling_the_mean_of_the_others_is_not_foretelling():
    ap, _ = planted()
    told = together(np.random.default_rng(0), ap, {"flat": np.ones(40)}, 50, ridge=1.0)
    assert told.correlation.value == pytest.approx(-1)  # what is left out of a mean is against it
    assert not told.foretells


def test_nineteen_sets_are_too_few():
    ap, predictors = planted(n=19)
    for ask in (lambda rng: foretold(rng, ap, predictors, 10),
                lambda rng: together(rng, ap, predictors, 10, ridge=1.0)):  # fmt: skip
        with pytest.raises(TooFewSets, match="19 sets have a real AP; expected 20 or more"):
            ask(np.random.default_rng(0))


def test_a_predictor_that_is_known_of_few_sets_cannot_tell_and_spoils_no_other():
    ap, predictors = planted()
    predictors["rare"] = np.where(np.arange(40) < 15, predictors["metadata"], np.nan)
    told = foretold(np.random.default_rng(0), ap, predictors, 100)[-1]
    assert told.sentence == "rare: cannot tell, it is known of 15 sets alone"
    every = together(np.random.default_rng(0), ap, predictors, 50, ridge=1.0)
    assert set(every.weights) == {"metadata", "features", "idle"}


def test_a_predictor_that_never_varies_cannot_tell():
    ap, _ = planted()
    told = foretold(np.random.default_rng(0), ap, {"flat": np.full(40, 0.1)}, 50)[0]
    assert (told.pearson.value, told.foretells) == (None, False)
