import json
from dataclasses import asdict

import numpy as np
import pytest

from alignment.detection.scoring.bins import by_attribute
from alignment.detection.scoring.bootstrap import Resampling, difference
from alignment.detection.scoring.exchange import Exchange
from alignment.detection.scoring.foretelling import foretold, together
from alignment.detection.scoring.habits import HabitSettings, Operating, habits
from alignment.detection.scoring.ratios import Ratio, advise
from alignment.detection.scoring.scores import arms, judge
from alignment.detection.scoring.worst import strongest_false, worst_misses
from scenes.measuring.table import MetadataTable
from tests.alignment.detection.scoring.planted_runs import random_found, random_truth

SETTINGS = HabitSettings(small_share=0.01, overlap_iou=0.5, close_up_share=0.2)


@pytest.fixture(scope="module")
def records():
    """One of everything that a page shows, of runs whose noise falls as they have more photos."""
    rng = np.random.default_rng(0)
    truth = random_truth(rng, 20)
    runs = {n: {seed: judge(truth, random_found(rng, truth, noise=1 / n)) for seed in (0, 1)}
            for n in (5, 10, 20)}  # fmt: skip
    resampling = Resampling.draw(rng, 20, 60)
    by_size = {n: arms(f"{n} photos", of, resampling)[0]["AP"] for n, of in runs.items()}
    exchange = Exchange.of(by_size, resampling, 2.0)
    table = MetadataTable.from_columns({
        "annotation_id": truth.annotation_ids, "bbox_area": truth.area_shares,
    })  # fmt: skip
    ap, told = rng.random(20), {"metadata": rng.random(20)}
    return {
        "scores": runs[5][0].scores(),
        "estimate": by_size[5].estimate(resampling),
        "difference": difference(by_size[20], by_size[5], resampling),
        "curve": exchange.curve(),
        "worth": exchange.worth(by_size[10], 300),
        "advice": advise([Ratio(renders=0, photos=n, arm=a) for n, a in by_size.items()],
                         resampling),
        "operating": Operating.best(runs[5][0].whole),
        "habits": habits("a", runs[5], resampling, SETTINGS)["small false positives"].estimate(
            resampling),
        "bins": by_attribute("bbox_area", runs[5], (table, table), resampling, 3),
        "miss": worst_misses(runs[5], 1, 1)[0],
        "false": strongest_false(runs[5], 1, 1)[0],
        "foretold": foretold(rng, ap, told, 20)[0],
        "together": together(rng, ap, told, 20, ridge=1.0),
    }  # fmt: skip


def test_every_record_is_plain_json_as_it_is(records):
    for name, record in records.items():
        assert json.loads(json.dumps(asdict(record), allow_nan=False)), name


def test_a_training_set_that_is_the_test_set_has_equal_shares(records):
    bins = records["bins"].bins
    assert sum(one.training_share for one in bins) == pytest.approx(1)
    assert [one.training_share for one in bins] == pytest.approx([1 / 3] * 3, abs=0.1)
    assert all(one.recall50.low <= one.recall50.value for one in bins)


def test_runs_with_less_noise_score_more_and_surely(records):
    assert records["difference"].decided == 1
    assert records["advice"].best == "20 photos"
    values = [one.value for one in records["curve"].measured.values()]
    assert values == sorted(values)


def test_the_same_seed_gives_the_same_records(records):
    rng = np.random.default_rng(0)
    truth = random_truth(rng, 20)
    again = judge(truth, random_found(rng, truth, noise=1 / 5)).scores()
    assert again == records["scores"]
