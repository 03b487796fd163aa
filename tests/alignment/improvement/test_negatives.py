"""False predictions become images without targets, as many as they justify and no more."""

import json

import numpy as np
import pytest

from alignment.detection.detector import Found
from alignment.detection.scoring.scores import judge
from alignment.detection.shown.labelled import labelled
from alignment.improvement.failing.mistaken import Mistaken, mistaken_of
from alignment.improvement.photos.apart import hold_apart
from alignment.joining.joined import read_set
from tests.alignment.improvement.made import (
    VALIDATION,
    improved,
    never,
    photos,
    settings,
)

SOFA = [2.0, 20.0, 8.0, 8.0]


@pytest.fixture(scope="module")
def told(two, tmp_path_factory):
    out = tmp_path_factory.mktemp("bare") / "out"
    return out, improved(two[0], out, f"set={two[1]}", "negatives.share=0.25")


def test_a_quarter_of_the_round_shows_no_target_and_the_control_has_one_everywhere(told):
    out, found = told
    (one,) = found["rounds"]
    assert (one["bare"], one["came"]["images"]) == (2, 6)
    assert found["ending"]["images"] == {"first set": 10, "improved": 18, "control": 18}
    for name, bare in (("set", 2), ("control", 0)):
        joined = json.loads((out / name / "annotations.json").read_text())
        shown = {one["image_id"] for one in joined["annotations"]}
        assert len(joined["images"]) - len(shown) == bare
        assert joined["categories"] == [{"id": 1, "name": "chair"}]


def test_images_without_targets_are_trained_on_and_found_again(two, told, monkeypatch):
    (folder,) = (p.parent for p in told[0].glob("scenes/1-*/annotations.json")
                 if not json.loads(p.read_text())["annotations"])  # fmt: skip
    pictures = labelled(read_set(folder / "annotations.json"), "bare", ("chair",)).pictures(
        real=False
    )
    assert [one.example.boxes.shape for one in pictures] == [(0, 4)] * 2
    trained = {json.loads(p.read_text())["renders"] for p in told[0].glob("runs/*/run.json")}
    assert trained == {10, 18}
    again = improved(two[0], told[0], f"set={two[1]}", "negatives.share=0.25", make=never)
    assert again == told[1]


def test_without_leave_no_image_lacks_a_target(two, tmp_path):
    words = (f"set={two[1]}", "training.seeds=1", "images=4", "negatives.share=0")
    found = improved(two[0], tmp_path / "out", *words)
    assert found["rounds"][0]["bare"] == 0


@pytest.mark.parametrize(("curable", "images"), [(0, 0), (6, 10), (3, 6), (200, 10)])
def test_as_many_images_as_false_predictions_a_photo_up_to_the_share(curable, images):
    told = Mistaken(things={}, background=curable, beside=9.0, photos=50)
    assert told.images(100, 0.1) == images


def test_false_predictions_are_told_by_what_they_lie_on(two, tmp_path):
    real = photos(tmp_path / "real")
    told = json.loads((real / "annotations.json").read_text())
    told["categories"].append({"id": 2, "name": "sofa"})
    told["annotations"] += [
        {**told["annotations"][n - 1], "id": 100 + n, "category_id": 2, "bbox": SOFA}
        for n in VALIDATION
    ]
    (real / "annotations.json").write_text(json.dumps(told))
    held = hold_apart(settings(real, tmp_path / "out", f"set={two[1]}"))
    found = tuple(
        Found(
            boxes=np.array([box, box, SOFA, [34.0, 24, 5, 5]]), labels=np.zeros(4, dtype=int),
            scores=np.array([0.9, 0.9, 0.9, 0.9]),
        )
        for box in held.validation.truth.boxes
    )  # fmt: skip
    runs = {0: judge(held.validation.truth, found)}
    mistaken = mistaken_of(held.validation, runs, held.others)
    assert mistaken.things == {"sofa": 24}
    assert (mistaken.beside, mistaken.background) == (24, 24)
    assert mistaken.shares == (("sofa", 0.5),)
    with pytest.raises(TypeError, match="of Validation alone"):
        mistaken_of(held.unseen, runs, held.others)
