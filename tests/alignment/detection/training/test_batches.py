from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from alignment.detection.detector import Example, Mixture
from alignment.detection.training.batches import Batches, Schedule, order_of
from alignment.detection.training.pacing import pace
from scenes.sets.photos import PhotoUnreadable
from tests.alignment.detection.detectors.asked import loop_settings
from tests.alignment.detection.training.views.made import augment, block


def example(real=True, path="none.png", box=(20, 30, 40, 50)):
    return Example(
        path=Path(path), size_px=(200, 150), boxes=np.array([box], float), labels=np.array([0]),
        real=real,
    )  # fmt: skip


def mixture(photos, renders, real_share):
    examples = (*(example() for _ in range(photos)), *(example(False) for _ in range(renders)))
    return Mixture(examples=examples, categories=("cup",), real_share=real_share)


def schedule(steps=30, batch=4, seed=0):
    return Schedule(sides_px=(64,) * steps, batch=batch, seed=seed)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_photos_have_their_share_of_what_is_shown_whatever_there_is_of_them(share):
    order = order_of(mixture(5, 500, share), schedule(steps=500))
    assert abs((order < 5).mean() - share) < 0.02


def test_the_last_steps_show_photos_alone_and_the_first_are_as_they_were():
    mixed = mixture(5, 50, 0.5)
    plain = order_of(mixed, schedule(steps=40))
    order = order_of(replace(mixed, photos_last=0.25), schedule(steps=40))
    assert (order[30:] < 5).all()
    assert (order[:30] == plain[:30]).all() and (plain[30:] >= 5).any()


def test_every_photo_comes_before_any_comes_again():
    firsts = order_of(mixture(8, 0, None), schedule(steps=8)).reshape(-1, 4)[:, 0]
    for turn in firsts.reshape(-1, 8):
        assert sorted(turn) == list(range(8))


def test_a_step_depends_on_its_number_and_not_on_those_before(tmp_path):
    path = tmp_path / "block.png"
    cv2.imwrite(str(path), block((20, 30, 60, 80)).picture)
    shown = Mixture(examples=(example(path=path),), categories=("cup",), real_share=None)
    how = augment(flip=0.5, scale=(0.5, 2.0))
    one, other = (Batches(shown, schedule(), how) for _ in range(2))
    before = [one[number] for number in range(4)][3]
    at_once = other[3]
    for left, right in zip(before.views, at_once.views, strict=True):
        np.testing.assert_array_equal(left.picture, right.picture)
        np.testing.assert_array_equal(left.boxes, right.boxes)


def test_boxes_are_those_of_the_file_where_annotations_are_of_another_size(tmp_path):
    path = tmp_path / "double.png"
    cv2.imwrite(str(path), np.kron(block((20, 30, 60, 80)).picture, np.ones((2, 2, 1), np.uint8)))
    shown = Mixture(
        examples=(example(path=path, box=(20, 30, 40, 50)),), categories=("cup",), real_share=None
    )
    view = Batches(shown, Schedule(sides_px=(200,), batch=1, seed=0), augment())[0].views[0]
    left, top, right, bottom = np.rint(view.boxes[0]).astype(int)
    assert view.picture[top:bottom, left:right].mean() > 250
    assert (view.picture > 191).sum() == pytest.approx(3 * 40 * 50, rel=0.05)


def test_a_photo_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    shown = Mixture(
        examples=(example(path=tmp_path / "text.jpg"),), categories=("cup",), real_share=None
    )
    with pytest.raises(PhotoUnreadable, match=r"text\.jpg"):
        Batches(shown, schedule(), augment())[0]


def test_the_pace_rises_to_one_then_falls_to_nothing():
    how = loop_settings(steps=200, warm_up=0.1)
    paces = [pace(step, how) for step in range(200)]
    assert max(paces) == paces[20] == 1
    assert all(np.diff(paces[:21]) > 0)
    assert all(np.diff(paces[20:]) < 0)
    assert paces[-1] < 1e-3
