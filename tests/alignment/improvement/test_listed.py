"""A list that make explore kept leans rounds towards its boxes."""

import json

import numpy as np
import pytest

from alignment.improvement.photos.apart import hold_apart
from alignment.improvement.photos.listed import listed
from scenes.sets.named_list import BadList, NamedList, Picked, PickedImage, digest_of
from tests.alignment.improvement.made import (
    TEST,
    VALIDATION,
    first_set,
    improved,
    photos,
    settings,
)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    root = tmp_path_factory.mktemp("sets")
    return photos(root / "real"), first_set(root / "first")


def write(path, real, images, name="real"):
    """Keep a list of photos by number, of which the first by its box and the others whole."""
    digest = digest_of(real / "annotations.json") if name == "real" else ""
    picked = tuple(
        PickedImage(id=n, file_name=f"{n}.png", annotations=(n,) if n == images[0] else ())
        for n in images
    )
    NamedList(name="hard", sets=(Picked(set_name=name, digest=digest, images=picked),)).write(path)
    return path


def named(two, path):
    told = settings(two[0], path.parent / "out", f"set={two[1]}", f"towards={path}")
    return listed(told, hold_apart(told))


def test_exposed_and_validation_boxes_count_more_and_those_that_judge_do_not(two, tmp_path):
    images = (1, 2, VALIDATION[0], TEST[0], TEST[1])
    told = named(two, write(tmp_path / "l.json", two[0], images))
    assert told.ids == {1, 2, VALIDATION[0]}
    assert told.weights(np.array([1, 3, TEST[0]])).tolist() == [3, 1, 1]
    assert "2 exposed boxes and 1 validation boxes count 3 times; 2 of" in told.note


def test_boxes_of_the_list_are_asked_for_more_where_nothing_else_leans(two, tmp_path):
    path = write(tmp_path / "l.json", two[0], (1, 4, 5))
    words = (f"set={two[1]}", "training.seeds=1", "images=4", "causes.attributes=[]",
             f"towards={path}", "tilt.least_effective=0.5")  # fmt: skip
    told = improved(two[0], tmp_path / "out", *words)
    assert told["rounds"][0]["tilted"]
    (file,) = (tmp_path / "out").glob("scenes/1-*/weights.json")
    weights = {int(key): weight for key, weight in json.loads(file.read_text()).items()}
    ordinary = {weight for key, weight in weights.items() if key not in (1, 4, 5)}
    assert len(ordinary) == 1
    assert weights[1] == weights[4] == weights[5]
    assert weights[1] / ordinary.pop() == pytest.approx(3, rel=1e-3)
    assert "3 exposed boxes" in told["told"]["list"]


@pytest.mark.parametrize(("images", "name", "cause"), [
    (TEST[:2], "real", "expected some that may steer"), ((1,), "other", "expected real"),
])  # fmt: skip
def test_a_list_of_what_judges_alone_or_of_another_set_is_refused(
    two, tmp_path, images, name, cause
):
    with pytest.raises(BadList, match=cause):
        named(two, write(tmp_path / "l.json", two[0], images, name))


def test_without_a_list_all_boxes_count_alike(two, tmp_path):
    told = settings(two[0], tmp_path / "out", f"set={two[1]}")
    assert listed(told, hold_apart(told)).weights(np.arange(5)).tolist() == [1.0] * 5
