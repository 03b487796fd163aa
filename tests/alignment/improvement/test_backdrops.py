"""Scenes that look like what was mistaken come first, and of each kind of mistake some."""

import cv2
import numpy as np
import pytest

from alignment.command.stages import Stages
from alignment.detection.detector import Found
from alignment.detection.scoring.scores import judge
from alignment.improvement.backdrops import backdrops
from alignment.improvement.failing.mistaken import background_of
from alignment.improvement.photos.apart import hold_apart
from alignment.joining.joined import read_set
from tests.alignment.improvement.made import (
    COMMON,
    VALIDATION,
    first_set,
    photos,
    settings,
    write_set,
)

RED, GREEN = (40, 40, 200), (40, 200, 40)
PLACE = np.array([24.0, 14.0, 10.0, 10.0])


def painted(folder, numbers, colour):
    for number in numbers:
        path = str(folder / "images" / f"{number}.png")
        picture = cv2.imread(path)
        picture[14:24, 24:34] = colour
        cv2.imwrite(path, picture)


@pytest.fixture
def held(tmp_path):
    real = photos(tmp_path / "real")
    painted(real, [25, 26], RED)
    painted(real, [27], GREEN)
    told = settings(real, tmp_path / "out", f"set={first_set(tmp_path / 'first')}")
    return told, hold_apart(told)


def scenes(folder):
    """Scenes of noise, of which 2 and 5 are red where nothing stands, 3 is green there."""
    write_set(folder, [COMMON] * 6, 7)
    painted(folder, [2, 5], RED)
    painted(folder, [3], GREEN)
    return read_set(folder / "annotations.json")


def test_each_kind_of_mistake_names_the_scenes_that_look_like_it(held, tmp_path):
    told, apart = held
    mistaken = {25: np.array([PLACE]), 27: np.array([PLACE + 0.5])}
    with Stages(quiet=True) as stages:
        named = backdrops(told, mistaken, apart.validation, scenes(tmp_path / "a"), stages)
        assert named[:2] in ((2, 3), (5, 3))
        assert set(named[:3]) == {2, 3, 5} and set(named) == set(range(1, 7))
        again = backdrops(told, mistaken, apart.validation, read_set(
            tmp_path / "a" / "annotations.json"), stages)  # fmt: skip
        assert again == named
        assert backdrops(told, {}, apart.validation, scenes(tmp_path / "b"), stages) == ()


def test_a_scene_is_not_known_by_what_will_be_gone(held, tmp_path):
    told, apart = held
    under = {25: np.array([[10.0, 8.0, 12.0, 10.0]])}
    with Stages(quiet=True) as stages:
        assert backdrops(told, under, apart.validation, scenes(tmp_path / "a"), stages) == ()


def test_mistaken_boxes_are_those_that_lie_on_nothing(held):
    _, apart = held
    found = []
    for number, box in zip(VALIDATION, apart.validation.truth.boxes, strict=True):
        boxes = np.array([box, PLACE] if number in (25, 26) else [box])
        count = len(boxes)
        found.append(
            Found(boxes=boxes, scores=np.full(count, 0.9), labels=np.zeros(count, dtype=int))
        )
    runs = {seed: judge(apart.validation.truth, tuple(found)) for seed in (0, 1)}
    told = background_of(apart.validation, runs, apart.others)
    assert {n: own.tolist() for n, own in told.items()} == dict.fromkeys(
        (25, 26), [PLACE.tolist()] * 2
    )
    with pytest.raises(TypeError, match="of Validation alone"):
        background_of(apart.unseen, runs, apart.others)
