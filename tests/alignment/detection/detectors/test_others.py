"""Detectors of other libraries, on Lite0 or on random weights: nothing is fetched here."""

import re
import sys

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

from alignment.detection.detector import Asked, Example, Mixture  # noqa: E402
from alignment.detection.detectors.registry import NoDetector, detector_of  # noqa: E402
from alignment.detection.training.backbone import NoWeights  # noqa: E402
from tests.alignment.detection.detectors.asked import detector_settings  # noqa: E402
from tests.alignment.detection.training.views.made import block  # noqa: E402


def torchvision_loads():
    try:
        import torchvision  # noqa: F401, PLC0415  # to try is the question
    except (ImportError, RuntimeError, OSError):
        return False
    return True


NEEDS = {
    "fasterrcnn": pytest.mark.skipif(not torchvision_loads(), reason="no torchvision for torch"),
    "fcos": pytest.mark.skipif(not torchvision_loads(), reason="no torchvision for torch"),
    "rtdetr": pytest.mark.skipif(
        "transformers" not in sys.modules and not pytest.importorskip("transformers"),
        reason="no transformers",
    ),
}


def small(name, **changed):
    told = {
        "loop__steps": 40, "loop__batch": 2, "loop__side_px": 96, "loop__early": 0.0,
        "loop__learning_rate": 1e-3, "loop__backbone_rate": 1e-4, "loop__workers": 0,
        "lite__width": 32, "lite__frozen": 5, "backbone": "lite", "augment__mosaic": 0.0,
        "augment__scale": [0.9, 1.1], "loop__ema": 0.8,
    }  # fmt: skip
    return detector_settings(name, **{**told, **changed})


def tried(mixture, name, steps):
    settings = small(name, loop__steps=steps, finding__least_score=0.0)
    fitted = detector_of(settings).fit(mixture, 0, lambda _: None)
    (found,) = fitted.find([Asked(path=mixture.examples[2].path, size_px=(128, 96))])
    return fitted, found


@pytest.fixture
def mixture(tmp_path):
    examples = []
    for number in range(4):
        path, left = tmp_path / f"{number}.png", 10 + 20 * number
        cv2.imwrite(str(path), block((left, 20, left + 40, 70), width=128, height=96).picture)
        boxes = np.array([(left, 20, 40, 50)] if number else [], float).reshape(-1, 4)
        examples.append(
            Example(path=path, size_px=(128, 96), boxes=boxes, real=True,
                    labels=np.zeros(len(boxes), int))
        )  # fmt: skip
    return Mixture(examples=tuple(examples), categories=("block",), real_share=None)


@pytest.mark.parametrize("name", [pytest.param(n, marks=NEEDS[n]) for n in ("fasterrcnn", "fcos")])
def test_it_learns_on_lite_and_tells_boxes_in_pixels_of_the_photo(mixture, name):
    fitted, found = tried(mixture, name, steps=40)
    best, truth = found.boxes[0], mixture.examples[2].boxes[0]
    assert np.abs(best - truth).max() < 20
    assert set(found.labels) == {0}
    assert fitted.took_effect.loss[1] < fitted.took_effect.loss[0]


@pytest.mark.parametrize("name", [pytest.param(n, marks=m) for n, m in NEEDS.items()])
def test_all_of_it_trains_and_its_boxes_lie_in_the_photo(mixture, name):
    fitted, found = tried(mixture, name, steps=3)
    assert (found.boxes >= 0).all()
    assert (found.boxes[:, :2] + found.boxes[:, 2:] <= (128 + 1e-6, 96 + 1e-6)).all()
    assert 0 < len(found.boxes) <= 100 or name != "rtdetr"
    assert all(told["moved"] > 0 for told in fitted.took_effect.groups.values())


@pytest.mark.parametrize("name", [pytest.param(n, marks=m) for n, m in NEEDS.items()])
def test_without_its_weights_a_line_says_how_to_fetch_them(tmp_path, name):
    with pytest.raises(NoWeights, match=re.escape(str(tmp_path))) as caught:
        detector_of(small(name, backbone="own", own__weights=str(tmp_path)))
    assert "WEIGHTS=" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["fasterrcnn", "fcos"])
@pytest.mark.skipif(torchvision_loads(), reason="torchvision loads")
def test_a_torchvision_that_does_not_load_is_a_line_that_says_what_to_install(name):
    with pytest.raises((NoDetector, NoWeights), match="torchvision==") as caught:
        detector_of(small(name))
    assert "\n" not in str(caught.value)
