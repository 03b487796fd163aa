import json

import pytest

from alignment.command.stages import Stages
from alignment.command.words import quoted
from alignment.curation.derived_set import OtherDecision
from alignment.curation.settings import CurationSettings
from alignment.curation.walk import curate
from bench.scenes import composed
from scenes.config.from_mapping import BadSetting, from_mapping
from scenes.formats.coco import read_coco
from scenes.sets.named_list import BadList, NamedList, Picked, PickedImage, digest_of
from tests.alignment.features.sets_with_photos import noise_set


def picked(*annotations, image=2):
    return PickedImage(id=image, file_name=f"{image}.png", annotations=annotations)


@pytest.fixture
def listed(tmp_path):
    """A list of image 2 and of the first of its boxes, 3 and 4, in a set of three images."""
    noise_set(tmp_path / "set")
    digest = digest_of(tmp_path / "set" / "annotations.json")
    one = Picked(set_name="another name", digest=digest, images=(picked(3),))
    NamedList(name="doubtful", sets=(one,)).write(tmp_path / "list.json")
    return tmp_path


def filtered(folder, **told):
    given = {"set": folder / "set", "out": folder / "out", "augment.preset": "none", **told}
    words = [f"{key}={quoted(value)}" for key, value in given.items()]
    curate(from_mapping(CurationSettings, composed("curate", *words)), Stages(quiet=True))
    return read_coco(folder / "out" / "annotations.json")


@pytest.mark.parametrize(
    ("what", "way", "images", "boxes"),
    [
        ("images", "only", {2}, {3, 4}),
        ("images", "without", {1, 3}, {1, 2, 5, 6}),
        ("boxes", "only", {1, 2, 3}, {1, 2, 3, 5, 6}),
        ("boxes", "without", {1, 2, 3}, {1, 2, 4, 5, 6}),
    ],
)
def test_a_list_says_what_stays_or_goes_and_no_real_set_is_asked_for(
    listed, what, way, images, boxes
):
    made = filtered(listed, what=what, **{way: listed / "list.json"})
    assert {image.id for image in made.images} == images
    assert {one.id for one in made.annotations} == boxes
    assert all(image.path is not None for image in made.images)


def test_another_list_into_the_same_folder_is_refused(listed):
    filtered(listed, only=listed / "list.json")
    NamedList(name="b", sets=(Picked(set_name="set", digest="", images=(picked(4),)),)).write(
        listed / "b.json"
    )
    with pytest.raises(OtherDecision):
        filtered(listed, only=listed / "b.json")


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ((Picked(set_name="other", digest="", images=(picked(),)),), "is of other; expected set"),
        ((Picked(set_name="set", digest="", images=(picked(image=9),)),), "names no image"),
    ],
)
def test_a_list_of_another_set_or_of_nothing_in_it_is_refused(listed, sets, said):
    NamedList(name="b", sets=sets).write(listed / "b.json")
    with pytest.raises(BadList, match=said):
        filtered(listed, only=listed / "b.json")


@pytest.mark.parametrize("text", ["[]", "{", json.dumps({"schema": 2, "name": "x", "sets": []})])
def test_what_is_no_list_is_told_in_a_line(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(BadList, match="expected"):
        NamedList.read(tmp_path / "x.json")


def test_a_list_is_read_as_it_was_written_with_ids_that_are_names(tmp_path):
    images = (PickedImage(id="köln", file_name="ü/1.png", annotations=("a", 7)),)
    told = NamedList(name="x", sets=(Picked(set_name="s", digest="d", images=images),))
    told.write(tmp_path / "x.json")
    assert NamedList.read(tmp_path / "x.json") == told


def test_both_lists_at_once_are_refused(listed):
    with pytest.raises(BadSetting, match="expected one of them"):
        filtered(listed, only=listed / "list.json", without=listed / "list.json")
