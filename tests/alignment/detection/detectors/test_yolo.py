"""What is said to Ultralytics' command and read from it; a stand-in takes its place."""

import json
import stat
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from alignment.detection.detector import Asked, Example, Mixture
from alignment.detection.detectors.registry import detector_of
from alignment.detection.detectors.yolo import NoOrder, NoYolo
from alignment.detection.detectors.yolo_folder import lay_out
from tests.alignment.detection.detectors.asked import detector_settings
from tests.alignment.detection.training.views.made import block, box_of_bright

STAND_IN = f"""#!{sys.executable}
import json, pathlib, sys
words = dict(w.split("=", 1) for w in sys.argv[1:] if "=" in w)
here = pathlib.Path(__file__).parent
if sys.argv[1] == "version":
    print("8.9.0")
elif sys.argv[2] == "train":
    (here / "train.json").write_text(json.dumps(words))
    run = pathlib.Path(words["project"]) / words["name"]
    (run / "weights").mkdir(parents=True)
    (run / "weights" / "last.pt").write_text("weights")
    (run / "results.csv").write_text(
        "epoch, train/box_loss, train/cls_loss, lr/pg0\\n1, 2.0, 1.0, 0.01\\n2, 1.0, 0.5, 0.001\\n")
else:
    assert pathlib.Path(words["model"]).read_text() == "weights"
    labels = pathlib.Path(words["project"]) / words["name"] / "labels"
    labels.mkdir(parents=True)
    assert sorted(p.name for p in pathlib.Path(words["source"]).iterdir())[1] == "000001.png"
    (labels / "000001.txt").write_text("0 0.5 0.5 0.2 0.4 0.3\\n1 0.25 0.5 0.1 0.2 0.9\\n")
"""


@pytest.fixture
def command(tmp_path):
    path = tmp_path / "bin" / "yolo"
    path.parent.mkdir()
    path.write_text(STAND_IN)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def mixture(tmp_path):
    path = tmp_path / "block.png"
    cv2.imwrite(str(path), block((20, 30, 60, 90)).picture)
    boxes = np.array([(20, 30, 40, 60)], float)
    examples = tuple(
        Example(path=path, size_px=(200, 150), boxes=boxes, labels=np.array([1]), real=number < 2)
        for number in range(6)
    )
    return Mixture(examples=examples, categories=("cup", "can"), real_share=0.5)


def test_the_command_is_told_the_budget_and_its_findings_come_back_best_first(command, mixture):
    settings = detector_settings(
        "yolo", yolo__command=str(command), loop__steps=40, loop__batch=4, loop__side_px=320
    )
    fitted = detector_of(settings).fit(mixture, 7, lambda _: None)
    told = json.loads((command.parent / "train.json").read_text())
    assert (told["epochs"], told["imgsz"], told["batch"], told["seed"]) == ("20", "320", "4", "7")
    asked = [Asked(path=mixture.examples[0].path, size_px=(200, 150))] * 2
    nothing, found = fitted.find(asked)
    assert len(nothing.boxes) == 0
    np.testing.assert_allclose(found.boxes, [[40, 60, 20, 30], [80, 45, 40, 60]])
    assert list(found.labels) == [1, 0]
    assert fitted.took_effect.loss == (3.0, 1.5)
    assert fitted.took_effect.versions == {"ultralytics": "8.9.0"}
    assert fitted.took_effect.real_share == 0.5


def test_photos_alone_at_the_end_are_refused_in_one_line(command, mixture):
    way = detector_of(detector_settings("yolo", yolo__command=str(command)))
    with pytest.raises(NoOrder, match="draws from one list all along"):
        way.fit(replace(mixture, photos_last=0.3), 0, lambda _: None)


def test_photos_are_repeated_up_to_their_share_and_labels_lie_on_what_they_name(mixture, tmp_path):
    laid = lay_out(mixture, tmp_path / "laid", 640)
    pictures = sorted((tmp_path / "laid" / "images" / "train").iterdir())
    assert laid.shown == len(pictures) == 8
    for path in pictures:
        label = (tmp_path / "laid" / "labels" / "train" / f"{path.stem}.txt").read_text().split()
        middle, sides = np.array(label[1:3], float), np.array(label[3:], float)
        edges = np.hstack([middle - sides / 2, middle + sides / 2]) * [200, 150, 200, 150]
        np.testing.assert_allclose(edges, box_of_bright(cv2.imread(str(path))), atol=0.01)
        assert label[0] == "1"


@pytest.mark.parametrize("told", [None, "/nowhere/yolo"])
def test_a_command_that_is_not_there_is_a_line_that_says_how_to_get_it(told):
    with pytest.raises(NoYolo, match="pip install ultralytics") as caught:
        detector_of(detector_settings("yolo", yolo__command=told))
    assert "\n" not in str(caught.value)


def test_a_command_that_fails_is_told_with_its_last_lines(command):
    command.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no such model')\n")
    with pytest.raises(NoYolo, match="no such model"):
        detector_of(detector_settings("yolo", yolo__command=str(command)))
