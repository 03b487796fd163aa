"""Ways to let photos that judge be learned from, each of which must fail."""

import json
import pickle
import shutil
from dataclasses import replace

import pytest

from alignment.detection.detector import Mixture
from alignment.detection.runs.arms import arms_of
from alignment.detection.runs.keys import run_of
from alignment.detection.runs.run import train
from alignment.detection.settings import TrainingSettings
from alignment.detection.shown.pictures import Leak, Shown, mixed, refuse_leaks
from alignment.detection.shown.sets import bring
from tests.alignment.detection.made import sets, settings, splits
from tests.alignment.detection.mean_box import MeanBox

TRAINING = TrainingSettings(
    images=None,
    seeds=1,
    real_shares=(),
    photos_last=0.0,
    first_photos=4,
    workers=1,
    gpu_workers=1,
    memory_gb=1.0,
)


@pytest.fixture
def three(tmp_path):
    return sets(tmp_path)


@pytest.fixture
def brought(three, tmp_path):
    return bring(settings(three[0], three[1:], tmp_path / "out"))


def test_no_photo_that_judges_is_among_those_to_learn_from(brought):
    assert len(brought.unseen) == 12
    assert {p.file_name for p in brought.photos.pictures} == {f"{n}.png" for n in range(1, 13)}
    for source in brought.sources:
        for part in (source.shown, source.exposed):
            assert not {p.digest for p in part.pictures} & brought.unseen.digests


@pytest.mark.parametrize("smuggle", [
    lambda unseen: unseen,
    lambda unseen: unseen.for_judging(),
    lambda unseen: unseen.asked,
    lambda unseen: pickle.loads(pickle.dumps(unseen.for_judging())),
], ids=["itself", "its set", "its photos", "pickled"])  # fmt: skip
def test_nothing_that_judges_is_a_part_of_a_mixture(brought, smuggle):
    with pytest.raises(TypeError, match="it takes Shown alone"):
        mixed([brought.photos, smuggle(brought.unseen)], None)
    with pytest.raises(TypeError, match="such photos only judge"):
        Shown(pictures=brought.unseen.for_judging().images, unseen=brought.unseen)


def test_a_picture_with_the_bytes_of_one_that_judges_is_not_shown(brought):
    one = replace(brought.photos.pictures[0], digest=min(brought.unseen.digests))
    with pytest.raises(Leak, match="is one of the photos that judge"):
        Shown(pictures=(one,), unseen=brought.unseen)


def test_a_mixture_by_hand_is_refused_before_it_is_fitted(brought, tmp_path):
    run = run_of(arms_of(brought, TRAINING)[0], 0, brought.unseen, "x")
    example = replace(run.mixture.examples[0], path=brought.unseen.asked[0].path)
    forged = Mixture(examples=(example,), categories=("chair",), real_share=None)
    with pytest.raises(Leak):
        refuse_leaks(forged, brought.unseen.asked)
    with pytest.raises(Leak):
        train(replace(run, mixture=forged), MeanBox(), tmp_path / "run", print)
    assert not (tmp_path / "run").exists()


def test_a_test_photo_in_a_training_set_under_another_name_is_refused(three, tmp_path):
    real, good, bad = three
    shutil.copy(real / "images/20.png", good / "images/3.png")
    with pytest.raises(Leak, match=r"set good: 3\.png is one of the photos that judge"):
        bring(settings(real, (good, bad), tmp_path / "out"))


def test_a_photo_that_one_plan_saw_and_another_kept_is_refused(three, tmp_path):
    real, good, bad = three
    splits(bad, exposed=["1.png", "20.png"])
    with pytest.raises(Leak, match=r"set bad, whose plan saw it: 20\.png"):
        bring(settings(real, (good, bad), tmp_path / "out"))


def test_test_photos_of_their_own_are_known_by_their_bytes(three, tmp_path):
    real, good, bad = three
    other = shutil.copytree(real, tmp_path / "other")
    told = json.loads((other / "annotations.json").read_text())
    for record in told["images"]:
        path = other / "images" / record["file_name"]
        record["file_name"] = f"renamed_{path.name}"
        path.rename(path.with_name(record["file_name"]))
    (other / "annotations.json").write_text(json.dumps(told))
    with pytest.raises(Leak, match=r"whose plan saw it: 1\.png"):
        bring(settings(real, (good, bad), tmp_path / "out", f"test={other}"))


def test_a_photo_whose_colours_a_render_took_does_not_judge(three, tmp_path):
    real, good, bad = three
    line = {"scene": {"post": {"transfer": {"method": "reinhard", "reference": "21.png"}}}}
    (good / "plan.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(Leak, match=r"set good, whose plan saw it: 21\.png"):
        bring(settings(real, (good, bad), tmp_path / "out"))


def test_a_photo_behind_the_objects_of_a_render_does_not_judge(three, brought, tmp_path):
    real, good, bad = three
    behind = {"photos": [{"name": "x.png", "sha256": min(brought.unseen.digests)}]}
    (good / "manifest.json").write_text(json.dumps(behind))
    with pytest.raises(Leak, match="behind its objects"):
        bring(settings(real, (good, bad), tmp_path / "out"))


def test_photos_kept_for_validation_are_learned_from_by_nobody(three, tmp_path):
    real, good, bad = three
    splits(bad, exposed=["1.png"], validation=["2.png", "3.png"])
    brought = bring(settings(real, (good, bad), tmp_path / "out"))
    names = {p.file_name for p in brought.photos.pictures}
    assert not names & {"2.png", "3.png"}
    assert not {p.file_name for s in brought.sources for p in s.exposed.pictures} - names
