import json
import math
from pathlib import Path

import pytest

from assets.project import PROJECT
from tests.alignment.commanded import error_line, plan, report_of, run
from tests.scenes.sets import box, image, write_coco

CHAIR, TABLE = {"id": 1, "name": "chair"}, {"id": 2, "name": "table"}


def spread_out(count, size=(10, 8)):
    """`count` boxes of various places, two an image of 40 x 30."""
    boxes = [box(n, [n % 7, n % 5, size[0] + n % 3, size[1] + n % 4], image_id=n // 2 + 1)
             for n in range(count)]  # fmt: skip
    return {"images": [image(n + 1) for n in range((count + 1) // 2)], "annotations": boxes}


def missing(folder):
    return folder / "nowhere"


def cut_off(folder):
    path = write_coco(folder)
    path.write_text(path.read_text()[:60])
    return path


def empty_folder(folder):
    return folder


def no_boxes(folder):
    return write_coco(folder, annotations=[])


def no_category(folder):
    return write_coco(folder, categories=[])


def other_json(folder):
    path = folder / "set.json"
    path.write_text(json.dumps({"boxes": []}))
    return path


def two_sizes(folder):
    return write_coco(folder, images=[image(), image(width=80)])


@pytest.mark.parametrize(
    ("made", "named", "told"),
    [
        (missing, "nowhere", "expected"),
        (cut_off, "annotations.json", "line 1, column"),
        (empty_folder, "", "found"),
        (no_boxes, "", "no usable box in 1 images"),
        (no_category, "", "1 boxes of an unknown category dropped"),
        (other_json, "set.json", "expected"),
        (two_sizes, "1.png", "expected one image an id"),
    ],
)
def test_a_bad_set_ends_in_one_line_that_names_it(tmp_path, made, named, told):
    line = error_line(run("render=false", "workers=1", real=made(tmp_path), out=tmp_path / "out"))
    assert told in line
    assert (named or str(tmp_path)) in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("zebra", "expected one of: chair (1 boxes), table (1 boxes)"), (None, "choose one")],
)
def test_a_category_that_is_unknown_or_unclear_lists_the_choices(tmp_path, wanted, told):
    write_coco(tmp_path, categories=[CHAIR, TABLE],
               annotations=[box(1), box(2, category_id=2)])  # fmt: skip
    named = {"category": wanted} if wanted else {}
    line = error_line(
        run("render=false", "workers=1", real=tmp_path, out=tmp_path / "out", **named)
    )
    assert told in line
    assert "chair (1 boxes)" in line
    assert "table (1 boxes)" in line


def test_a_category_that_no_family_serves_is_named(tmp_path):
    real = write_coco(tmp_path, categories=[{"id": 1, "name": "zebra"}])
    assert "zebra" in error_line(run("render=false", "workers=1", real=real, out=tmp_path / "out"))


def test_an_out_that_is_a_file_is_named(tmp_path):
    (tmp_path / "out").write_text("mine")
    assert f"cannot write {tmp_path / 'out'}" in plan(out=tmp_path / "out").stderr
    assert (tmp_path / "out").read_text() == "mine"


def test_repairs_are_counted_in_the_report(tmp_path):
    told = spread_out(12)
    told["annotations"] += [
        box(50, [30, 20, 30, 30]), box(51, [5, 5, 0, 4]), box(52, iscrowd=1),
        box(3, [1, 1, 20, 20], image_id=2), box(53, [90, 90, 5, 5]), box(54, category_id=9),
        box(55, image_id=99), box(56, [1, 2, math.inf, 3]),
    ]  # fmt: skip
    done = plan(real=write_coco(tmp_path, **told), out=tmp_path / "out")
    assert done.returncode == 0, done.stderr
    repairs = report_of(tmp_path / "out")["repairs"]
    assert repairs == {
        "boxes clipped to their image": 1,
        "boxes of no width or height dropped": 1,
        "crowd regions skipped": 1,
        "annotations with an id that was missing or taken renumbered": 1,
        "boxes wholly outside their image dropped": 1,
        "boxes of an unknown category dropped": 1,
        "boxes of an unknown image dropped": 1,
        "boxes that are not four finite numbers dropped": 1,
    }
    assert all(f"{what}: {count}" in done.stderr for what, count in repairs.items())


def one_box(folder):
    return write_coco(folder)


def equal_boxes(folder):
    told = spread_out(10)
    equal = [{**b, "bbox": [2, 3, 10, 8]} for b in told["annotations"]]
    return write_coco(folder, images=told["images"], annotations=equal)


def one_photo(folder):
    told = spread_out(8)
    return write_coco(folder, annotations=[{**b, "image_id": 1} for b in told["annotations"]])


def slivers(folder):
    images = [image(1, width=4000, height=12), image(2, width=12, height=4000)]
    boxes = [box(n, [1 + n, 1, 9, 9], image_id=1 + n % 2) for n in range(4)]
    return write_coco(folder, images=images, annotations=boxes)


@pytest.mark.parametrize("made", [one_box, equal_boxes, one_photo, slivers])
def test_a_set_too_small_to_say_much_runs_through_and_says_so(tmp_path, made):
    done = plan("labels.min_visible_px=1", "labels.min_side_px=1", real=made(tmp_path),
                out=tmp_path / "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    told = report_of(tmp_path / "out")
    assert (tmp_path / "out" / "plan.jsonl").read_text().count("\n") == 4
    assert (
        all(row["verdict"] != "aligned" for row in told["categories"][0]["attributes"])
        or made is equal_boxes
    )
    assert told["notes"]


def test_nothing_is_left_beside_the_out_folder(tmp_path):
    before = {p.name for p in PROJECT.iterdir()}
    done = plan(real=one_box(tmp_path / "set"), out=tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {p.name for p in PROJECT.iterdir()} == before
    assert {p.name for p in tmp_path.iterdir()} == {"set", "out"}
    assert {p.name for p in Path(tmp_path / "out").iterdir() if p.name[0] != "."} == {
        "plan.jsonl", "metadata.parquet", "report.html", "report.json", "target.json",
        "target-bbox_area.json", "target-center_y.json", "pool", "splits.json",
    }  # fmt: skip
