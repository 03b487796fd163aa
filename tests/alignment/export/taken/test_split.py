from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.export.taken.split import (
    PARTS,
    drawn,
    parents_of,
    parted,
    photo_group,
    photo_marks,
    recorded,
)
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage
from tests.alignment.export.made import SPLIT

GROUPS = st.lists(st.integers(0, 30), min_size=1, max_size=200)


def marks_of(groups, seed=0):
    return np.array([drawn(seed, f"scene {group}") for group in groups], np.uint64)


@given(GROUPS)
def test_no_group_is_in_two_parts_and_train_is_never_empty(groups):
    parts = parted(marks_of(groups), replace(SPLIT, val=0.2, test=0.1))
    seen = {group: {part for g, part in zip(groups, parts, strict=True) if g == group}
            for group in groups}  # fmt: skip
    assert all(len(found) == 1 for found in seen.values())
    assert 0 in parts


def test_a_share_is_met_to_half_a_group_whatever_the_order():
    groups = np.repeat(np.arange(100), 3)
    parts = parted(marks_of(groups), replace(SPLIT, val=0.2))
    assert (parts == PARTS.index("val")).sum() == 60
    assert np.array_equal(parted(marks_of(groups[::-1]), replace(SPLIT, val=0.2)), parts[::-1])


def test_another_seed_draws_other_groups():
    one, other = (parted(marks_of(range(50), seed), SPLIT) for seed in (0, 1))
    assert (one != other).any()


@pytest.mark.parametrize(
    ("name", "pattern", "group"),
    [
        ("a_jpg.rf.0866c4439e6567af7cd42938ff38b275.jpg", None, "a_jpg"),
        ("folder/a.rf.txt.jpg", None, "a.rf.txt"),
        ("walk_frame012.png", r"^(.*)_frame\d+", "walk"),
        ("other.png", r"^(.*)_frame\d+", "other"),
    ],
)
def test_copies_of_a_photo_and_frames_of_a_video_are_one_group(name, pattern, group):
    assert photo_group(name, pattern) == group


def test_photos_of_the_same_bytes_are_one_group_whatever_their_names(tmp_path):
    for name, content in (("a.jpg", b"1"), ("b.jpg", b"2"), ("c.jpg", b"1")):
        (tmp_path / name).write_bytes(content)
    a, b, c = photo_marks([image(k, f"{n}.jpg", tmp_path) for k, n in enumerate("abc")], SPLIT)
    assert a == c != b


def test_photos_that_a_plan_kept_from_its_fit_keep_their_part():
    told = SplitRecord(seed=0, shares={}, images={
        "exposed": ("a.jpg",), "validation": ("b.jpg",), "test": ("c.jpg (image 2)",)})  # fmt: skip
    images = [image(0, "a.jpg"), image(1, "b.jpg"), image(2, "c.jpg")]
    assert recorded(told, images) == {1: "val", 2: "test"}


def test_likenesses_of_a_scene_are_of_its_group(tmp_path):
    lines = [f'{{"index":{i},"why":"like image {i % 2}, seed {7 + i % 2}"}}\n' for i in range(4)]
    (tmp_path / "plan.jsonl").write_text("".join(lines))
    assert parents_of(tmp_path / "plan.jsonl") == {1: "7", 2: "8", 3: "7", 4: "8"}


def image(number, name, folder=None):
    path = None if folder is None else folder / name
    return AnnotatedImage(id=number, file_name=name, path=path, width_px=4, height_px=3)
