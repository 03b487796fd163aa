import numpy as np
import pytest

from alignment.improvement.failing.causes import NO_LOOKS, RealBoxes, causes_of
from alignment.improvement.failing.failures import Failures
from alignment.improvement.settings import CauseSettings
from scenes.measuring.table import MetadataTable

SETTINGS = CauseSettings(
    attributes=("bbox_area", "center_y", "aspect", "depth"), well_iou=0.75, features=True,
    strengths=(0.01, 0.03, 0.1, 0.3, 1.0), folds=5, draws=50, long_side_px=320,
)  # fmt: skip


def boxes(seed, count=60, **columns):
    rng = np.random.default_rng(seed)
    return MetadataTable.from_columns({
        "image_id": np.arange(count) // 2, "annotation_id": np.arange(1, count + 1),
        "bbox_area": np.exp(rng.normal(-3, 1, count)), "center_y": rng.uniform(0, 1, count),
        "aspect": np.exp(rng.normal(0, 0.3, count)), **columns,
    })  # fmt: skip


def found(table, failed, exposed=None, times=1.0, looks=NO_LOOKS):
    failures = Failures(
        keys=table.table["annotation_id"].to_numpy(), photos=table.image_ids,
        failed=np.asarray(failed, dtype=float), missed=0.0, badly=0.0, false={},
        times=np.broadcast_to(times, len(table)),
    )  # fmt: skip
    real = RealBoxes(validation=table, exposed=exposed or table, looks=looks)
    return causes_of(failures, real, SETTINGS, 0)


def small_fail(table, seed, slope=2.0):
    area = np.log(table.column("bbox_area"))
    chance = 1 / (1 + np.exp(slope * (area - area.mean())))
    return np.random.default_rng(seed).random(len(table)) < chance


def test_a_planted_cause_is_found_with_its_sign_and_the_others_are_not():
    table = boxes(1)
    causes = found(table, small_fail(table, 2))
    assert causes.strength is not None
    assert causes.estimates["bbox_area"].high < 0
    assert [one.side for name, one in causes.estimates.items() if name != "bbox_area"] == [0, 0]
    assert "bbox_area" in causes.lines[0]


def test_boxes_like_those_that_failed_are_told_to_fail_more_also_where_none_was_seen():
    table, others = boxes(1), boxes(5)
    causes = found(table, small_fail(table, 2), others)
    chance, area = causes.failing(others), others.column("bbox_area")
    assert np.corrcoef(chance, np.log(area))[0, 1] < -0.8
    assert ((chance > 0) & (chance < 1)).all()


def test_without_a_cause_nothing_is_told_and_all_boxes_fail_alike():
    told = []
    for seed in range(12):
        table = boxes(seed)
        causes = found(table, np.random.default_rng(seed + 100).random(len(table)) < 0.4)
        told.append(causes.strength is not None)
        if causes.strength is None:
            assert np.ptp(causes.failing(boxes(7))) == 0
            assert "cannot be told" in causes.lines[0]
    assert sum(told) <= 2


@pytest.mark.parametrize("failed", [0.0, 0.5, 1.0])
def test_where_every_box_does_alike_nothing_is_told(failed):
    table = boxes(3)
    causes = found(table, np.full(len(table), failed))
    assert causes.strength is None
    assert causes.failing(table)[0] == pytest.approx(failed, abs=0.02)


def test_an_attribute_that_one_side_lacks_or_that_never_differs_is_left_out():
    depth = np.linspace(1, 2, 60)
    table = boxes(1, depth=depth, aspect=np.ones(60))
    assert set(found(table, small_fail(table, 2), boxes(5)).estimates) == {"bbox_area", "center_y"}


def test_all_boxes_of_one_photo_tell_nothing():
    table = boxes(1, image_id=np.ones(60, dtype=int))
    assert found(table, small_fail(table, 2)).strength is None


def test_a_box_without_a_value_stands_at_the_mean():
    depth = np.linspace(1, 2, 60)
    table = boxes(1, depth=np.where(np.arange(60) == 3, np.nan, depth))
    causes = found(table, small_fail(table, 2))
    assert np.isfinite(causes.failing(table)).all()
    assert "depth" in causes.estimates


def test_a_category_that_fails_is_a_cause_where_there_are_several():
    names = ["cup", "glass", "cup"] * 20
    table = boxes(1, category=names)
    causes = found(table, [name == "glass" for name in names])
    assert causes.estimates["category glass"].low > 0
    chance = causes.failing(boxes(5, category=["glass"] * 30 + ["cup"] * 30))
    assert chance[:30].min() > chance[30:].max()
    assert causes.knows(table)
    assert not causes.knows(table.rows(np.zeros(0, dtype=np.intp)))


def test_boxes_that_count_more_say_more_of_what_failing_depends_on():
    table = boxes(1, count=120, image_id=np.arange(120) // 2)
    area = np.log(table.column("bbox_area"))
    first = np.arange(120) < 60
    failed = np.where(first, area < area.mean(), area > area.mean())  # the halves disagree
    weights = [
        found(table, failed, times=np.where(first, *times)).weights[0]
        for times in ((9.0, 1.0), (1.0, 9.0))
    ]
    assert weights[0] < 0 < weights[1]


def looks(seed, count=60):
    drawn = np.random.default_rng(seed).normal(0, 1, (count, 4))
    return dict(enumerate(drawn, 1))


def test_a_look_that_fails_is_a_cause_beside_attributes_that_tell_nothing():
    table, seen = boxes(1), looks(3)
    second = np.array([seen[n][1] for n in range(1, 61)])
    causes = found(table, second > 0.2, looks=seen)
    assert causes.estimates["look 2"].low > 0
    assert np.corrcoef(causes.failing(table, seen), second)[0, 1] > 0.8
    assert not causes.knows(table)  # of renders, whose looks nobody measured


def test_looks_that_foretell_nothing_more_leave_the_attributes_alone():
    told = []
    for seed in range(8):
        table = boxes(seed)
        plain = found(table, small_fail(table, seed + 50))
        seen = found(table, small_fail(table, seed + 50), looks=looks(seed + 90))
        told.append("look 1" in seen.estimates)
        assert told[-1] or seen.estimates == plain.estimates
    assert sum(told) <= 2


def test_a_shape_that_fails_is_a_cause_where_shapes_were_inferred():
    names = ["mug", "tumbler", "mug"] * 20
    table = boxes(1, shape=names)
    causes = found(table, [name == "tumbler" for name in names])
    assert causes.estimates["shape tumbler"].low > 0
    assert causes.knows(table)
    assert not causes.knows(boxes(1))
