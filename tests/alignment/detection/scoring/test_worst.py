import numpy as np
import pytest

from alignment.detection.scoring.scores import judge
from alignment.detection.scoring.worst import strongest_false, worst_misses
from tests.alignment.detection.scoring.planted_runs import found_of, truth_of

CUP = (10, 10, 100, 100)
BOXES = [[CUP, (200, 200, 150, 150)], [CUP], [CUP, (200, 10, 20, 20)], [CUP], [CUP]]
FOUND = [
    found_of((*CUP, 0.9)),
    found_of((10, 10, 100, 80, 0.8), (250, 250, 60, 60, 0.7)),
    found_of((*CUP, 0.9)),
    found_of((*CUP, 0.9), (300, 300, 50, 50, 0.95), (200, 300, 50, 50, 0.6)),
    found_of((*CUP, 0.2), (300, 10, 9, 9, 0.1)),
]


def run(found=FOUND, **told):
    return judge(truth_of(BOXES, **told), found)


def test_boxes_that_nothing_overlaps_come_first_and_the_largest_of_them():
    told = worst_misses({0: run()}, most=9, a_photo=2)
    assert [(one.photo, one.iou) for one in told] == [
        (0, 0.0), (4, 0.0), (2, 0.0), (1, pytest.approx(0.8))
    ]  # fmt: skip
    assert told[0].box == (200, 200, 150, 150)
    assert told[3].score == 0.8


def test_a_box_that_one_run_finds_is_less_missed_than_one_that_none_does():
    finder = run([found_of((*CUP, 0.9)), *FOUND[1:]])
    other = run([found_of((*CUP, 0.9), (200, 200, 150, 150, 0.7)), *FOUND[1:]])
    told = worst_misses({0: finder, 1: other}, most=9, a_photo=2)
    assert [one.photo for one in told] == [2, 0, 4, 1]  # 0 and 4 by one run each, 0 the larger
    assert (told[1].iou, told[1].score) == (0.5, 0.35)


def test_false_positives_are_told_once_for_all_runs_the_surest_first():
    moved = [*FOUND[:3], found_of((*CUP, 0.9), (302, 300, 50, 50, 0.99)), FOUND[4]]
    told = strongest_false({0: run(), 1: run(moved)}, most=9, a_photo=2)
    assert [(one.photo, one.score) for one in told] == [(3, 0.99), (1, 0.7), (3, 0.6), (4, 0.1)]
    assert told[0].box == (302, 300, 50, 50)


def test_at_most_so_many_are_told_and_so_many_a_photo():
    assert [one.photo for one in strongest_false({0: run()}, most=3, a_photo=1)] == [3, 1, 4]
    assert [one.photo for one in worst_misses({0: run()}, most=2, a_photo=1)] == [0, 4]
    assert strongest_false({0: run()}, most=0, a_photo=1) == ()


def test_ignored_boxes_are_neither_missed_nor_falsely_found():
    told = run([*FOUND[:4], found_of((*CUP, 0.99))], ignored=(1, 6))
    assert all(one.box != (200, 200, 150, 150) for one in worst_misses({0: told}, 9, 2))
    assert all(one.photo != 4 for one in strongest_false({0: told}, 9, 2))


def test_records_are_plain_numbers():
    one = strongest_false({0: run()}, most=1, a_photo=1)[0]
    assert [type(v) for v in (one.photo, one.score, one.iou, *one.box)] == [int, *[float] * 6]
    assert not isinstance(one.score, np.floating)
