"""Ways for a photo that judges to steer what is rendered, each of which must fail."""

import json
import shutil

import numpy as np
import pytest

from alignment.detection.scoring.truth import TooFewBoxes
from alignment.detection.shown.pictures import Leak, Shown
from alignment.detection.shown.sets import NoTestPhotos
from alignment.improvement.failing.failures import failures_of
from alignment.improvement.photos.apart import hold_apart
from alignment.improvement.photos.validation import TooFewToLearnFrom, Validation
from alignment.real.split import TooFewImages
from tests.alignment.improvement.made import (
    COMMON,
    TEST,
    VALIDATION,
    first_set,
    photos,
    settings,
    write_set,
)


@pytest.fixture
def real(tmp_path):
    return photos(tmp_path / "real")


def apart(real, tmp_path, *words):
    return hold_apart(settings(real, tmp_path / "out", *words))


def digests(held):
    exposed = {i.id for i in held.exposed.images}
    return exposed, held.validation.unseen.digests, held.unseen.digests


def test_photos_are_what_splits_json_beside_the_set_says(real, tmp_path):
    held = apart(real, tmp_path, f"set={first_set(tmp_path / 'first')}")
    assert {i.id for i in held.exposed.images} == set(range(1, 25))
    assert {p.image_id for p in held.validation.shown.pictures} == set(VALIDATION)
    assert {i.id for i in held.unseen.for_judging().images} == set(TEST)
    assert len(held.judging) == len(VALIDATION) + len(TEST)


def test_without_a_set_photos_are_drawn_into_three_parts_that_share_none(real, tmp_path):
    held = apart(real, tmp_path)
    parts = held.record.images
    assert {part: len(names) for part, names in parts.items()} == {
        "exposed": 27, "validation": 18, "test": 15,
    }  # fmt: skip
    assert len({name for names in parts.values() for name in names}) == 60
    assert apart(real, tmp_path).record == held.record


def test_a_validation_part_that_the_set_lacks_is_drawn_from_the_exposed_and_said(real, tmp_path):
    first = first_set(tmp_path / "first", exposed=range(1, 49), test=TEST)
    held = apart(real, tmp_path, f"set={first}")
    assert {i.id for i in held.unseen.for_judging().images} == set(TEST)
    assert len(held.validation.shown) == round(0.3 * 48)
    assert not {i.id for i in held.exposed.images} & {p.image_id for p in
                                                      held.validation.shown.pictures}  # fmt: skip
    assert any("validation" in note for note in held.notes)


@pytest.mark.parametrize("number", [3, 30], ids=["exposed", "validation"])
def test_a_test_photo_among_the_others_under_another_name_is_refused(real, tmp_path, number):
    shutil.copy(real / "images" / "50.png", real / "images" / f"{number}.png")
    with pytest.raises(Leak, match="one of the photos that judge"):
        apart(real, tmp_path, f"set={first_set(tmp_path / 'first')}")


def test_a_photo_of_test_that_is_in_the_real_set_is_refused(real, tmp_path):
    test = write_set(tmp_path / "test", [COMMON] * 6, 9)
    shutil.copy(real / "images" / "30.png", test / "images" / "4.png")
    with pytest.raises(Leak, match=r"30\.png is one of the photos that judge"):
        apart(real, tmp_path, f"set={first_set(tmp_path / 'first')}", f"test={test}")


def test_failures_are_read_off_validation_alone(real, tmp_path):
    held = apart(real, tmp_path, f"set={first_set(tmp_path / 'first')}")
    for smuggled in (held.unseen, held.unseen.for_judging(), held.truth):
        with pytest.raises(TypeError, match="of Validation alone"):
            failures_of(smuggled, {}, 0.75)
    with pytest.raises(TypeError, match="takes Shown alone"):
        Validation(shown=held.unseen, annotated=held.unseen.for_judging())
    with pytest.raises(TypeError, match="such photos only judge"):
        Shown(pictures=held.unseen.for_judging().images, unseen=held.validation.unseen)


def test_boxes_of_test_photos_do_not_pass_for_those_of_validation(real, tmp_path):
    held = apart(real, tmp_path, f"set={first_set(tmp_path / 'first')}")
    with pytest.raises(ValueError, match="of other photos"):
        Validation(shown=held.validation.shown, annotated=held.unseen.for_judging())


@pytest.mark.parametrize("part", ["validation", "test"])
def test_a_set_with_a_held_out_photo_behind_its_objects_is_refused(real, tmp_path, part):
    first = first_set(tmp_path / "first")
    held = apart(real, tmp_path, f"set={first}")
    unseen = held.unseen if part == "test" else held.validation.unseen
    told = {"photos": [{"sha256": min(unseen.digests)}]}
    (first / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(Leak, match="behind its objects"):
        apart(real, tmp_path, f"set={first}")


def test_a_set_that_keeps_no_photo_for_the_test_needs_others(real, tmp_path):
    first = first_set(tmp_path / "first", exposed=range(1, 61))
    with pytest.raises(NoTestPhotos, match="TEST=folder"):
        apart(real, tmp_path, f"set={first}")


@pytest.mark.parametrize(("word", "cause"), [
    ("split.validation=0.05", TooFewToLearnFrom), ("split.test=0.05", TooFewBoxes),
    ("split.validation=0.001", TooFewImages),
])  # fmt: skip
def test_parts_of_too_few_boxes_are_told(real, tmp_path, word, cause):
    with pytest.raises(cause):
        apart(real, tmp_path, word)


def test_nothing_of_a_part_depends_on_what_photos_are_called(real, tmp_path):
    held = apart(real, tmp_path)
    exposed, validation, test = digests(held)
    assert len(exposed) + len(validation) + len(test) == 60
    assert not validation & test
    assert np.unique(list(held.judging)).size == len(validation) + len(test)
