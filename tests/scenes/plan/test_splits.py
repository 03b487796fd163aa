import json

import pytest

from scenes.plan.splits import BadSplitRecord, SplitRecord

IMAGES = {
    "exposed": ("a.jpg", "b.jpg"),
    "validation": (),
    "test": ("\N{LATIN SMALL LETTER E WITH ACUTE}.jpg",),
}
RECORD = SplitRecord(seed=3, shares={"validation": 0.0, "test": 0.3}, images=IMAGES)


def test_what_is_written_beside_a_plan_is_read_again(tmp_path):
    RECORD.write(tmp_path / "plan.jsonl")
    assert SplitRecord.beside(tmp_path / "plan.jsonl") == RECORD
    assert json.loads((tmp_path / "splits.json").read_text())["images"]["exposed"] == [
        "a.jpg",
        "b.jpg",
    ]


def test_a_plan_without_a_record_has_none(tmp_path):
    assert SplitRecord.beside(tmp_path / "plan.jsonl") is None


def test_an_image_on_two_sides_is_refused():
    with pytest.raises(ValueError, match=r"'a\.jpg' is both in exposed and in test"):
        SplitRecord(seed=0, shares={}, images={"exposed": ("a.jpg",), "test": ("a.jpg",)})


@pytest.mark.parametrize("text", [
    "", "[]", '{"seed": 0}', '{"seed": 0, "shares": {}, "images": {"a": ["x"], "b": ["x"]}}',
])  # fmt: skip
def test_a_record_of_another_shape_is_told(tmp_path, text):
    (tmp_path / "splits.json").write_text(text)
    with pytest.raises(BadSplitRecord, match=r"splits\.json: .*plan again"):
        SplitRecord.beside(tmp_path / "plan.jsonl")
