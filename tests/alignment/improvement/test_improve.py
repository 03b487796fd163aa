"""The whole walk with a detector that knows nothing of pixels and scenes that nothing rendered."""

import json

import pytest

from scenes.formats.coco import read_coco
from tests.alignment.detection.mean_box import FITS, failing
from tests.alignment.improvement.made import RARE, first_set, improved, never, photos


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    root = tmp_path_factory.mktemp("sets")
    return photos(root / "real"), first_set(root / "first")


@pytest.fixture(scope="module")
def told(two, tmp_path_factory):
    out = tmp_path_factory.mktemp("improved") / "out"
    return out, improved(two[0], out, f"set={two[1]}")


def weights(out):
    (path,) = out.glob("scenes/1-*/weights.json")
    return {int(key): weight for key, weight in json.loads(path.read_text()).items()}


def test_the_kind_of_box_that_was_missed_is_asked_for_more_and_comes_more(told):
    out, found = told
    by_key = weights(out)
    rare = [w for key, w in by_key.items() if key % 3 == 0]
    common = [w for key, w in by_key.items() if key % 3]
    assert len(by_key) == 24  # of the exposed photos alone
    assert min(rare) > max(common)
    (one,) = found["rounds"]
    assert one["tilted"]
    assert one["found"]["missed"] >= 8
    assert one["asked"]["failing_asked"] > one["asked"]["failing"]
    assert one["asked"]["effective"] >= 0.699


def test_the_control_has_as_many_images_and_all_are_judged_on_the_test_photos(told):
    images = told[1]["ending"]["images"]
    assert images == {"first set": 10, "improved": 18, "control": 18}
    assert set(told[1]["ending"]["differences"]) == {
        "improved - control", "improved - first set", "control - first set",
    }  # fmt: skip
    assert told[1]["verdict"].startswith("the tilt")
    assert told[1]["told"]["judging"] == 12


def test_the_joined_set_is_one_set_that_says_where_each_image_is_from(told):
    out = told[0]
    joined = read_coco(out / "set" / "annotations.json")
    assert len(joined.images) == len(joined.annotations) == 18
    assert not joined.repairs.total()
    records = json.loads((out / "set" / "annotations.json").read_text())["images"]
    assert [one["source_set"] for one in records] == ["first set"] * 10 + ["round 1"] * 8
    first = next(i.path for i in joined.images if i.id == 1)
    assert first.stat().st_nlink > 1
    kept = json.loads((out / "set" / "splits.json").read_text())["images"]
    assert {part: len(names) for part, names in kept.items()} == {
        "exposed": 24, "validation": 24, "test": 12,
    }  # fmt: skip


def test_plans_are_fitted_to_a_set_that_holds_the_exposed_photos_alone_under_their_ids(told):
    exposed = read_coco(told[0] / "exposed" / "annotations.json")
    assert [a.id for a in exposed.annotations] == list(range(1, 25))
    rare = [a for a in exposed.annotations if a.id % 3 == 0]
    assert all(abs(a.bbox[0] - RARE[0]) <= 1 for a in rare)


def test_the_same_command_twice_trains_and_renders_nothing_and_says_the_same(
    two, told, monkeypatch, tmp_path
):
    out, first = told
    names = ("improve.html", "improve.json", "set/annotations.json", "control/annotations.json")
    before = [(out / name).read_bytes() for name in names]
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    assert improved(two[0], out, f"set={two[1]}", make=never, detector=failing_alike) == first
    assert not (tmp_path / "fits").exists()
    assert before == [(out / name).read_bytes() for name in names]


def failing_alike():
    return failing()
