import json

from tests.alignment.commanded import plan, report_of


def test_a_plan_is_judged_on_photos_that_it_records_and_never_saw(tmp_path):
    done = plan("split={validation:0.1,test:0.3}", out=tmp_path)
    assert done.returncode == 0, done.stderr
    images = json.loads((tmp_path / "splits.json").read_text())["images"]
    assert {part: len(names) for part, names in images.items()} == {
        "exposed": 12, "validation": 2, "test": 6
    }  # fmt: skip
    told = report_of(tmp_path)
    assert told["set"]["photos"] == told["categories"][0]["attributes"][0]["photos"] == 12
    assert "the 6 photos of the test split" in told["held_out"]
    assert all(
        row["generalisation"]["held_out"] == row["held_out"]
        for row in told["categories"][0]["attributes"]
    )
