"""A user's mistakes, each told in one line, with nothing left half-written."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from alignment.detection.scoring.truth import TooFewBoxes
from alignment.detection.shown.categories import CategoriesDiffer
from alignment.detection.shown.sets import NoImages, NoTestPhotos, bring
from assets.errors import UserError
from scenes.config.from_mapping import BadSetting
from scenes.files.lock import FolderBusy, locked
from tests.alignment.commanded import PROJECT, environment, error_line
from tests.alignment.detection.made import judged, sets, settings, splits


@pytest.fixture
def three(tmp_path):
    return sets(tmp_path)


def refused(three, tmp_path, cause, match, *words):
    with pytest.raises(cause, match=match) as caught:
        bring(settings(three[0], three[1:], tmp_path / "out", *words))
    assert isinstance(caught.value, UserError)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_no_photos_to_judge_by(three, tmp_path):
    for made in three[1:]:
        splits(made, exposed=["1.png"])
    refused(three, tmp_path, NoTestPhotos, "TEST=folder.*split.test=0.3")


def test_a_set_without_its_images(three, tmp_path):
    shutil.rmtree(three[2] / "images")
    refused(three, tmp_path, NoImages, "none of its 10 images is on disk.*render the set")


def test_categories_of_other_names(three, tmp_path):
    path = three[1] / "annotations.json"
    told = json.loads(path.read_text())
    told["categories"][0]["name"] = "stool"
    path.write_text(json.dumps(told))
    refused(three, tmp_path, CategoriesDiffer, "no boxes of 'chair', but of stool.*rename")
    refused(three, tmp_path, CategoriesDiffer, "no boxes of 'chair'", "category=chair")


def test_fewer_than_five_test_boxes(three, tmp_path):
    for made in three[1:]:
        splits(made, exposed=["1.png"], test=[f"{n}.png" for n in range(13, 17)])
    refused(three, tmp_path, TooFewBoxes, "has 4 boxes.*expected 5 or more")


def test_a_plural_or_another_case_is_the_same_category(three, tmp_path):
    path = three[1] / "annotations.json"
    told = json.loads(path.read_text())
    told["categories"][0]["name"] = "Chairs"
    path.write_text(json.dumps(told))
    brought = bring(settings(three[0], three[1:], tmp_path / "out"))
    assert brought.unseen.names == ("chair",)
    assert sum(len(p.example.boxes) for p in brought.sources[0].shown.pictures) == 10


def test_two_commands_do_not_write_one_folder(three, tmp_path):
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"), pytest.raises(FolderBusy):
        judged(three[0], three[1:], tmp_path / "out")


@pytest.mark.parametrize(("paths", "match"), [
    ({}, "TEST=folder"),
    ({"real": "there"}, "SETS="),
])  # fmt: skip
def test_make_judge_says_in_a_line_what_it_lacks(three, paths, match):
    told = dict.fromkeys(paths, three[0]) or {"sets": three[1], "category": "chair"}
    if not paths:
        splits(three[1], exposed=["1.png"])
    done = subprocess.run(
        [sys.executable, "-m", "alignment.detection.main"], cwd=PROJECT, timeout=100, text=True,
        env=environment(**told), capture_output=True, check=False,
    )  # fmt: skip
    assert match in error_line(done)


@pytest.mark.parametrize(("word", "match"), [
    ("training.seeds=0", "training: seeds is 0; expected 1 or more"),
    ("training.real_shares=[1]", "real_shares has 1; expected shares between 0 and 1"),
    ("training.photos_last=1", "photos_last is 1; expected 0 to below 1"),
    ("training.workers=some", "training.workers"),
    ("page.draws=5", "page: draws is 5; expected 100 or more"),
    ("seed=-1", "seed is -1; expected 0"),
])  # fmt: skip
def test_a_setting_out_of_range_is_named(three, tmp_path, word, match):
    with pytest.raises(BadSetting, match=re.escape(match)):
        settings(three[0], three[1:], tmp_path / "out", word)
