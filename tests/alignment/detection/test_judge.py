import json
import shutil

import pytest

from alignment.detection.runs.side_by_side import RunFailed
from tests.alignment.detection.made import QUICK, judged, sets, splits
from tests.alignment.detection.mean_box import DIES_IN, FITS, MeanBox, failing
from tests.alignment.processes import kill_all, press_ctrl_c, stopped, terminate


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


def test_the_exposed_photos_are_a_point_of_the_curve_as_well(tmp_path):
    real, good, _ = sets(tmp_path)
    splits(good, exposed=[f"{n}.png" for n in range(1, 7)],
           test=[f"{n}.png" for n in range(13, 25)])  # fmt: skip
    found = judged(real, (good,), tmp_path / "out")
    assert sorted(map(int, found["exchange"]["measured"])) == [4, 6, 8, 12]


def test_a_killed_worker_costs_its_run_only(three, told, tmp_path, monkeypatch):
    monkeypatch.setenv(DIES_IN, str(tmp_path))
    assert judged(*three, tmp_path / "out") == told[1]
    assert (tmp_path / "died").exists()


def test_a_loss_that_is_no_number_is_told_in_a_line_and_no_page_is_written(three, tmp_path):
    with pytest.raises(RunFailed, match="good, seed 0: the loss is no longer a number"):
        judged(*three, tmp_path / "out", "training.workers=1", make=failing)
    assert not (tmp_path / "out/judge.html").exists()
    assert not list((tmp_path / "out/runs").iterdir())


def test_only_what_is_lacking_is_trained(three, told, tmp_path, monkeypatch):
    out = shutil.copytree(told[0], tmp_path / "out")
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    runs = sorted((out / "runs").iterdir())
    (runs[0] / "run.json").unlink()  # it comes last, so that this one was stopped
    (runs[1] / "predictions.json").write_text("[")
    assert judged(*three, out) == told[1]
    assert len((tmp_path / "fits").read_text().split()) == 2


def test_another_page_trains_nothing_and_another_seed_only_its_own(
    three, told, tmp_path, monkeypatch
):
    out = shutil.copytree(told[0], tmp_path / "out")
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    judged(*three, out, "page.bins=2", "page.worst=1", "page.draws=150")
    assert not (tmp_path / "fits").exists()
    judged(*three, out, "training.seeds=3")
    assert set((tmp_path / "fits").read_text().split()) == {"2"}


def test_other_boxes_to_learn_from_are_another_run_and_other_boxes_to_find_are_not(
    three, told, tmp_path, monkeypatch
):
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    out = shutil.copytree(told[0], tmp_path / "out")
    real = shutil.copytree(three[0], tmp_path / "real")
    move(real / "annotations.json", range(13, 25))
    judged(real, three[1], out)
    assert not (tmp_path / "fits").exists()
    move(real / "annotations.json", range(1, 2))
    judged(real, three[1], out)
    assert (tmp_path / "fits").exists()


def move(path, numbers):
    told = json.loads(path.read_text())
    for record in told["annotations"]:
        record["bbox"][0] += record["image_id"] in numbers
    path.write_text(json.dumps(told))


@pytest.mark.parametrize(("stop", "code"), [
    (press_ctrl_c, 130), (terminate, 143), (kill_all, -9),
])  # fmt: skip
def test_a_stopped_judge_leaves_no_process_and_goes_on(three, told, tmp_path, stop, code):
    out, (real, named) = tmp_path / "out", three
    words = (*QUICK, "training.workers=2")
    found, said = stopped(
        lambda _: len(list(out.glob("runs/*/run.json"))) > 1, stop, *words,
        main="tests.alignment.detection.judge_slowly", real=real, out=out,
        sets=" ".join(map(str, named)),
    )  # fmt: skip
    assert found == code
    assert "Traceback" not in said
    assert len(list(out.glob("runs/*/run.json"))) < 14
    assert not (out / "judge.html").exists()
    assert judged(real, named, out) == told[1]
