import pytest

from alignment.detection.workers import RunFailed
from tests.alignment.detection.made import judged, sets
from tests.alignment.detection.mean_box import DIES_IN, MeanBox, failing


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    real, good, bad = sets(tmp_path_factory.mktemp("sets"))
    return real, (good, bad)


@pytest.fixture(scope="module")
def told(three, tmp_path_factory):
    out = tmp_path_factory.mktemp("judge")
    return out, judged(*three, out)


def arms(told):
    return {arm["name"]: arm for arm in told["arms"]}


def test_the_set_whose_boxes_are_those_of_the_photos_is_judged_better(told):
    by_name = arms(told[1])
    assert by_name["good"]["measures"]["AP50"]["value"] == 1
    assert by_name["bad"]["measures"]["AP50"]["value"] == 0


def test_the_same_command_twice_trains_nothing_twice_and_says_the_same(three, told, monkeypatch):
    out, first = told
    pages = [(out / name).read_bytes() for name in ("judge.html", "judge.json")]
    again = judged(*three, out, make=lambda: MeanBox(fails=True))
    assert again == first
    assert pages == [(out / name).read_bytes() for name in ("judge.html", "judge.json")]


def test_equal_data_is_one_run_whatever_arm_it_is_of(told):
    by_name = arms(told[1])
    assert by_name["12 photos, drawn"]["photos"] == 12
    assert len({key for arm in told[1]["arms"] for key in arm["runs"].values()}) == 14


def test_a_killed_worker_costs_its_run_only(three, told, tmp_path, monkeypatch):
    monkeypatch.setenv(DIES_IN, str(tmp_path))
    assert judged(*three, tmp_path / "out") == told[1]
    assert (tmp_path / "died").exists()


def test_a_loss_that_is_no_number_is_told_in_a_line_and_no_page_is_written(three, tmp_path):
    with pytest.raises(RunFailed, match="good, seed 0: the loss is no longer a number"):
        judged(*three, tmp_path / "out", "training.workers=1", make=failing)
    assert not (tmp_path / "out/judge.html").exists()
    assert not list((tmp_path / "out/runs").iterdir())
