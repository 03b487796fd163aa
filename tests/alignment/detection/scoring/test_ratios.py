import numpy as np

from alignment.detection.scoring.bootstrap import Arm, Resampling
from alignment.detection.scoring.ratios import Ratio, advise

RESAMPLING = Resampling.draw(np.random.default_rng(0), 40, 400)


def ratio(renders, photos, mean, spread=0.001):
    """Three runs about a mean, all worse on the same photos."""
    rng = np.random.default_rng(renders)
    hard = np.random.default_rng(99).normal(0, 0.3, 40)
    own = mean + rng.normal(0, spread, 3)[:, None] + rng.normal(0, spread * 9, 40) + hard
    arm = Arm(name=f"{renders}+{photos}", seeds=(0, 1, 2), values=own.mean(axis=1),
              draws=own @ RESAMPLING.times.T / 40)  # fmt: skip
    return Ratio(renders=renders, photos=photos, arm=arm)


def test_a_clear_winner_is_advised_whatever_it_costs():
    told = advise([ratio(0, 60, 0.3), ratio(300, 0, 0.2), ratio(600, 60, 0.4)], RESAMPLING)
    assert (told.best, told.advised) == ("600+60", "600+60")
    assert [one.name for one in told.scores] == ["600+60", "0+60", "300+0"]
    assert [one.tied for one in told.scores] == [True, False, False]
    assert "ahead of every other" in told.sentence


def test_of_what_does_as_well_the_fewest_renders_are_advised():
    told = advise(
        [ratio(900, 60, 0.4005), ratio(300, 60, 0.4), ratio(100, 60, 0.35)], RESAMPLING
    )  # fmt: skip
    tied = {one.name for one in told.scores if one.tied}
    assert tied == {"900+60", "300+60"}
    assert told.advised == "300+60"


def test_of_equally_many_renders_the_higher_score_is_advised():
    one, other = ratio(300, 60, 0.4), ratio(300, 30, 0.4 + 1e-5)
    assert advise([one, other], RESAMPLING).advised == "300+30"


def test_photos_alone_are_advised_where_renders_add_nothing_sure():
    told = advise([ratio(0, 60, 0.3, spread=0.05), ratio(300, 60, 0.31, spread=0.05)], RESAMPLING)
    assert told.advised == "0+60"
    assert "2 that do as well" in told.sentence
