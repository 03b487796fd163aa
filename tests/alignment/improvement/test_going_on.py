"""Rounds that go on from the weights of the one before, and what is found again of them."""

import json

import numpy as np
import pytest

from alignment.detection.runs.weights import Kept, WeightsLost, keep
from tests.alignment.detection.mean_box import FITS, GoingMeanBox
from tests.alignment.improvement.made import drawn, improved, never

WORDS = ("rounds=2", "stop=false", "training.seeds=1", "images=4", "training.round_steps=7")


@pytest.fixture(scope="module")
def told(two, tmp_path_factory):
    out = tmp_path_factory.mktemp("going") / "out"
    return out, gone_on(two, out)


def gone_on(two, out, *words, **how):
    return improved(two[0], out, f"set={two[1]}", *WORDS, *words, detector=GoingMeanBox, **how)


def runs(out):
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("runs/*/run.json")}


def chains(out):
    """Return, by the renders trained on and the steps, the weights each run went on from."""
    return [(one["renders"], one["steps"], one["goes_on_from"])
            for one in runs(out).values() if "steps" in one]  # fmt: skip


def test_each_round_goes_on_from_the_one_before_and_the_control_from_the_same_first_weights(told):
    left = {one["weights"]: one["renders"] for one in runs(told[0]).values() if "weights" in one}
    (first,) = [key for key, renders in left.items() if renders == 10]
    rounds = [(n, left[start]) for n, steps, start in chains(told[0]) if steps]
    assert sorted(rounds) == [(14, 10), (14, 10), (18, 14), (18, 14)]
    assert [start for n, steps, start in chains(told[0]) if n == 14] == [first, first]


def test_test_photos_are_asked_of_those_very_weights_without_a_step(told):
    asked = [(n, start) for n, steps, start in chains(told[0]) if not steps]
    left = {one["weights"]: one["renders"] for one in runs(told[0]).values() if "weights" in one}
    assert sorted(n for n, _ in asked) == [10, 18, 18]
    assert all(left[start] == n for n, start in asked)
    assert len({start for _, start in asked}) == 3
    assert "7 more each round" in told[1]["told"]["budget"]


def test_the_same_command_trains_nothing_and_a_lost_file_is_made_again_to_the_same_bytes(
    two, told, tmp_path, monkeypatch
):
    out, first = told
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    assert gone_on(two, out, make=never) == first
    assert not (tmp_path / "fits").exists()
    lost = sorted(out.glob("runs/*/weights.npz"))[0]
    before = lost.read_bytes()
    lost.write_bytes(before[:-9])
    assert gone_on(two, out, make=never) == first
    assert (tmp_path / "fits").read_text().split() == ["0"]
    assert lost.read_bytes() == before


def test_a_run_stopped_between_rounds_goes_on_and_says_the_same(two, told, tmp_path, monkeypatch):
    def stopped(order, folder, stages):
        if order.number == 2:
            raise KeyboardInterrupt
        return drawn(order, folder, stages)

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        gone_on(two, out, make=stopped)
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    assert gone_on(two, out) == told[1]
    assert runs(out).keys() == runs(told[0]).keys()
    assert len((tmp_path / "fits").read_text().split()) == len(runs(out)) - 2


def test_anew_or_with_a_detector_that_leaves_no_weights_no_run_goes_on(two, tmp_path):
    told = gone_on(two, tmp_path / "anew", "training.go_on=false", "rounds=1")
    other = improved(two[0], tmp_path / "other", f"set={two[1]}", *WORDS, "rounds=1")
    for name, one in (("anew", told), ("other", other)):
        assert not chains(tmp_path / name)
        assert "anew each" in one["told"]["budget"]


def test_weights_come_back_as_they_were_and_equal_ones_are_equal_bytes(tmp_path):
    weights = {"b.c": np.float32([[1.5, -2]]), "a": np.int64(7)}
    kept = keep(weights, tmp_path)
    assert kept == keep(dict(reversed(weights.items())), tmp_path)
    read = kept.read()
    assert read["a"] == 7
    np.testing.assert_array_equal(read["b.c"], weights["b.c"])
    assert read["b.c"].dtype == np.float32
    with pytest.raises(WeightsLost, match="run the same command again"):
        Kept(path=kept.path, digest="0").read()
