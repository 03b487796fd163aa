"""Sets as one: every image with its boxes and maps, none that judges, the same bytes again."""

import json
import shutil

import numpy as np
import pytest

from alignment.command.render_room import quoted
from alignment.command.stages import Stages
from alignment.joining.settings import JoinSettings
from alignment.joining.walk import NothingToJoin, join_sets
from assets.errors import UserError
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.files.exr import encode_exr
from scenes.formats.coco import read_coco
from tests.alignment.detection.made import folder_of, splits

DEPTH = encode_exr(np.full((30, 40), 2.5, dtype=np.float32))


@pytest.fixture
def two(tmp_path):
    """Ten images and six of one box each, the first with a depth map beside its second image."""
    one = folder_of(tmp_path / "one", range(1, 11), (10, 8, 12, 10), 1)
    other = folder_of(tmp_path / "other", range(1, 7), (20, 4, 8, 20), 2)
    (one / "depth").mkdir()
    (one / "depth" / "2.exr").write_bytes(DEPTH)
    return one, other


def joined(sets, out, *words):
    told = composed("join", f"sets=[{','.join(map(quoted, sets))}]", f"out={quoted(out)}", *words)
    join_sets(from_mapping(JoinSettings, told), Stages(quiet=True))
    return json.loads((out / "annotations.json").read_text())


def test_every_image_of_every_set_is_there_with_its_own_boxes(two, tmp_path):
    told = joined(two, tmp_path / "out")
    read = [read_coco(one / "annotations.json") for one in two]
    boxes = [a.bbox for one in read for a in one.annotations]
    assert [tuple(a["bbox"]) for a in told["annotations"]] == boxes
    sources = [(i["source_set"], i["source_image"]) for i in told["images"]]
    assert sources == [(one.name, i.file_name) for one in read for i in one.images]
    pictures = [i.path.read_bytes() for one in read for i in one.images]
    assert pictures == [(tmp_path / "out/images" / i["file_name"]).read_bytes()
                        for i in told["images"]]  # fmt: skip


def test_maps_come_along_under_the_name_of_their_image(two, tmp_path):
    told = joined(two, tmp_path / "out")
    stem = told["images"][1]["file_name"].removesuffix(".png")
    assert [p.name for p in (tmp_path / "out/depth").iterdir()] == [f"{stem}.exr"]
    assert (tmp_path / f"out/depth/{stem}.exr").read_bytes() == DEPTH


def test_so_many_of_each_are_drawn_by_the_seed_and_what_an_earlier_run_linked_goes(two, tmp_path):
    joined(two, tmp_path / "out")
    told = joined(two, tmp_path / "out", "images=4")
    assert [i["source_set"] for i in told["images"]] == ["one"] * 4 + ["other"] * 4
    there = {path.name for path in (tmp_path / "out/images").iterdir()}
    assert there == {i["file_name"] for i in told["images"]}
    assert joined(two, tmp_path / "again", "images=4") == told
    assert joined(two, tmp_path / "anew", "images=4", "seed=1") != told


def test_an_image_without_a_box_stays_as_one_that_shows_none(two, tmp_path):
    file = two[1] / "annotations.json"
    told = json.loads(file.read_text())
    told["annotations"] = told["annotations"][1:]
    file.write_text(json.dumps(told))
    made = joined(two, tmp_path / "out")
    assert (len(made["images"]), len(made["annotations"])) == (16, 15)


def test_photos_that_judge_any_of_the_sets_are_left_out_and_told(two, tmp_path):
    splits(two[0], exposed=["1.png"], test=["2.png"])
    splits(two[1], exposed=["3.png", "1.png"])
    told = joined(two, tmp_path / "out")
    assert [i["source_image"] for i in told["images"]].count("2.png") == 0
    kept = json.loads((tmp_path / "out/splits.json").read_text())["images"]
    assert (kept["exposed"], kept["test"]) == (["1.png", "3.png"], ["2.png"])


def test_of_photos_of_one_name_the_one_that_judges_is_known_by_its_id(two, tmp_path):
    file = two[1] / "annotations.json"
    told = json.loads(file.read_text())
    for n, record in enumerate(told["images"][:2], 1):
        (two[1] / f"images/{n}").mkdir()
        shutil.copy(two[1] / f"images/{record['file_name']}", two[1] / f"images/{n}/same.png")
        record["file_name"] = f"{n}/same.png"
    splits(two[1], exposed=["1/same.png"], test=["2/same.png (image 2)"])
    file.write_text(json.dumps(told))
    made = joined(two, tmp_path / "out")
    kept = [i["source_image"] for i in made["images"] if i["source_set"] == "other"]
    assert "1/same.png" in kept
    assert "2/same.png" not in kept


def test_a_photo_that_one_plan_saw_and_that_judges_another_is_refused(two, tmp_path):
    splits(two[0], exposed=["1.png"], test=["2.png"])
    splits(two[1], exposed=["2.png"])
    with pytest.raises(NothingToJoin, match=r"'2\.png' is both in"):
        joined(two, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [(["images=7"], "6 of 6 images"), (["category=boat"], "boat"), (["images=0"], "1 or more")],
)
def test_what_cannot_be_joined_is_said_in_a_line(two, tmp_path, words, message):
    with pytest.raises((UserError, ValueError), match=message):
        joined(two, tmp_path / "out", *words)


def test_a_set_is_not_written_over(two, tmp_path):
    with pytest.raises(UserError, match="choose another"):
        joined(two, two[0])
    shutil.rmtree(two[1])
    with pytest.raises(UserError):
        joined(two, tmp_path / "out")
