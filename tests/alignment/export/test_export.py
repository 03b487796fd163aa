import csv
import json
import subprocess

import numpy as np
import pytest
import yaml
from PIL import Image

from alignment.export import walk
from alignment.export.card.record import OtherExport
from alignment.export.taken.real import NoPhotos
from alignment.export.walk import NoKeypoints
from assets.errors import UserError
from scenes.files.placing import copy
from scenes.plan.splits import SplitRecord
from scenes.writers.registry import FORMATS
from tests.alignment.commanded import PROJECT, command, environment, error_line
from tests.alignment.export.made import (
    CATEGORIES,
    annotation,
    exported,
    files,
    masks,
    rendered,
    settings,
)  # fmt: skip
from tests.scenes.sets import box, image, write_coco, write_photo

NAMES = [one["name"] for one in CATEGORIES]


@pytest.fixture
def source(tmp_path):
    return rendered(tmp_path / "set")


@pytest.mark.parametrize("to", FORMATS)
def test_an_export_that_was_stopped_goes_on_to_the_same_bytes(source, tmp_path, monkeypatch, to):
    whole = files(exported(tmp_path / "1" / "x", set=source, to=to))
    placed = []

    def stopped(here, there):
        placed.append(there)
        if len(placed) == 4:
            raise KeyboardInterrupt
        copy(here, there)

    monkeypatch.setattr(walk, "copy", stopped)
    with pytest.raises(KeyboardInterrupt):
        exported(tmp_path / "2" / "x", set=source, to=to)
    assert not json.loads((tmp_path / "2/x/export.json").read_text())["finished"]
    assert not list((tmp_path / "2").rglob("*.part"))
    kept = placed[0].stat().st_mtime_ns
    monkeypatch.setattr(walk, "copy", copy)
    assert files(exported(tmp_path / "2" / "x", set=source, to=to)) == whole
    assert placed[0].stat().st_mtime_ns == kept


def test_links_are_the_set_s_own_files_and_the_rest_is_the_same(source, tmp_path):
    linked = exported(tmp_path / "1" / "x", set=source, to="yolo", link=True)
    assert exported(tmp_path / "1" / "x", set=source, to="yolo", link=True) == linked
    first = next((linked / "images").rglob("000000.png"))
    assert first.samefile(source / "images/000000.png")
    assert files(linked) == files(exported(tmp_path / "2" / "x", set=source, to="yolo"))


def test_photos_join_under_names_of_their_own_with_their_source(source, tmp_path):
    real = tmp_path / "real"
    told = [image(1, file_name="000000.png"), image(2, file_name="b/000000.png")]
    write_coco(real, images=told, annotations=[box(1), box(2, image_id=2)],
               categories=[{"id": 1, "name": "Chair"}])  # fmt: skip
    write_photo(real / "000000.png")
    write_photo(real / "b" / "000000.png", (80, 60))
    out = exported(tmp_path / "x", set=source, real=real, to="coco")
    rows = list(csv.DictReader((out / "images.csv").open()))
    names = [row["file"].rpartition("/")[2] for row in rows]
    assert len(set(names)) == len(rows) == 8
    assert {"rendered-000000.png", "real-000000+1.png", "real-000000+2.png"} < set(names)
    assert [row["source"] for row in rows].count("real") == 2
    lists = [json.loads(f.read_text()) for f in (out / "annotations").iterdir()]
    assert all([c["name"] for c in one["categories"]] == NAMES for one in lists)
    of = {i["id"]: i for one in lists for i in one["images"]}
    resized = [a["bbox"] for one in lists for a in one["annotations"]
               if of[a["image_id"]]["width"] == 80]  # fmt: skip
    assert resized == [[4, 6, 20, 16]]  # the annotations spoke of half that size


def test_a_turned_photo_is_written_upright_with_its_box(source, tmp_path):
    real = write_coco(tmp_path / "real", images=[image(width=30, height=40)],
                      annotations=[box(bbox=[1, 2, 3, 4])]).parent  # fmt: skip
    write_photo(real / "1.png", (40, 30), orientation=6)
    out = exported(tmp_path / "x", real=real, to="createml")
    with Image.open(next(out.rglob("1.png"))) as made, Image.open(real / "1.png") as kept:
        assert made.size == (30, 40)
        assert np.array_equal(np.asarray(made), np.rot90(np.asarray(kept), -1))


def test_photos_kept_from_the_fit_never_train(source, tmp_path):
    real = tmp_path / "real"
    write_coco(real, images=[image(n) for n in range(1, 9)],
               annotations=[box(n, image_id=n) for n in range(1, 9)])  # fmt: skip
    for number in range(1, 9):
        write_photo(real / f"{number}.png", (40 + 4 * number, 30 + 3 * number))
    kept = {"exposed": ("1.png",), "validation": ("2.png",), "test": ("3.png", "4.png")}
    SplitRecord(seed=0, shares={}, images=kept).write(source / "plan.jsonl")
    out = exported(tmp_path / "x", set=source, real=real, to="yolo")
    rows = csv.DictReader((out / "images.csv").open())
    split = {row["original"]: row["split"] for row in rows if row["source"] == "real"}
    assert (split["2.png"], split["3.png"], split["4.png"]) == ("val", "test", "test")


def test_a_category_narrows_the_boxes_and_keeps_the_images(source, tmp_path):
    out = exported(tmp_path / "x", set=source, to="coco", category="CHAIR")
    lists = [json.loads(f.read_text()) for f in (out / "annotations").iterdir()]
    assert sum(len(one["images"]) for one in lists) == 6
    assert [a["category_id"] for one in lists for a in one["annotations"]] == [62]


def test_the_card_tells_licences_distances_and_what_not_to_conclude(source, tmp_path):
    manifest = {
        "licence": "CC0-1.0", "seeds": {"run": 3}, "versions": {"bpy": "4.5"},
        "assets": {"chair/a": {"licence": "CC-BY-4.0", "source": "somebody"}}, "sha256": {},
        "photos": [{"name": "wall.jpg", "licence": "unknown: the user's own"}],
    }  # fmt: skip
    result = {
        "categories": ["chair"], "attributes": ["depth"], "verdict": "undecidable", "floor": 0.5,
        "floor_band": [0.25, "inf"], "held_out": None,
        "distances": {"aligned": {"at_equal_size": 0.125, "interval": [0.0625, 0.75]}},
    }  # fmt: skip
    report = {
        "set": {"name": "hall", "format": "voc", "photos": 9, "boxes": 11}, "settings": {},
        "made": {"how": "rendered"}, "notes": [], "held_out": None, "together": [],
        "categories": [{"category": "chair", "attributes": [result], "estimated": ["depth"],
                        "lacking": {"shape": "not told"}}],
    }  # fmt: skip
    for name, told in (("manifest", manifest), ("report", report)):
        (source / f"{name}.json").write_text(json.dumps(told))
    card = (exported(tmp_path / "x", set=source, to="coco") / "dataset_card.md").read_text()
    for said in (
        "| chair | depth | 0.125 | 0.062 to 0.750 | 0.500 | 0.250 to inf | undecidable |  |",
        "| CC-BY-4.0 | somebody | 1 | chair/a |", "photo wall.jpg", "| seed of run | 3 |",
        "Undecidable (too few photos to tell, which is not the same as aligned): chair depth.",
        "Not compared for chair: shape.", "The set hall (voc): 9 photos",
    ):  # fmt: skip
        assert said in card


def test_real_photos_keep_the_licences_of_their_coco_file(tmp_path):
    real = write_coco(tmp_path / "real", images=[image(license=4)],
                      licenses=[{"id": 4, "name": "CC BY 2.0", "url": "u"}]).parent  # fmt: skip
    write_photo(real / "1.png")
    card = (exported(tmp_path / "x", real=real, to="hf") / "dataset_card.md").read_text()
    assert "| CC BY 2.0 u |  | 1 | 1.png |" in card


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bbox": [50, 2, 20, 4]}, "has bbox [50, 2, 20, 4]"),
        ({"bbox": ["1", 2, 3, 4]}, "has bbox"),
        ({"category_id": 5}, "has category_id 5"),
        ({"iscrowd": 1}, "is of a crowd"),
        ({"segmentation": {"size": [4, 4], "counts": "04"}}, "does not fit"),
        ({"keypoints": [1, 2]}, "has keypoints"),
    ],
)
def test_a_record_that_twinset_would_not_write_is_refused(tmp_path, changes, says):
    told = [annotation(1, 1, masks()["holed"], **changes)]
    source = rendered(tmp_path / "set", annotations=told)
    with pytest.raises(UserError, match="REAL=") as error:
        exported(tmp_path / "x", set=source)
    assert says in str(error.value)
    assert not json.loads((tmp_path / "x/export.json").read_text())["finished"]


def test_an_image_that_is_gone_is_named(source, tmp_path):
    (source / "images/000003.png").unlink()
    with pytest.raises(UserError, match=r"image 000003\.png is not in"):
        exported(tmp_path / "x", set=source)


def test_a_folder_of_another_export_or_of_anything_else_is_left_alone(source, tmp_path):
    exported(tmp_path / "x", set=source, to="coco")
    with pytest.raises(OtherExport, match='to is "coco" there, "yolo" here'):
        exported(tmp_path / "x", set=source, to="yolo")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(OtherExport, match=r"holds thesis\.txt"):
        exported(tmp_path / "mine", set=source)
    with pytest.raises(UserError, match="the set's own folder"):
        exported(source / "export", set=source)


def test_photos_that_are_nowhere_and_poses_of_nothing_are_refused(tmp_path):
    real = write_coco(tmp_path / "real").parent
    with pytest.raises(NoPhotos, match="none of its 1 photos is on disk"):
        exported(tmp_path / "x", real=real)
    plain = rendered(tmp_path / "set", categories=CATEGORIES[1:], annotations=[
        annotation(1, 1, masks()["holed"])])  # fmt: skip
    with pytest.raises(NoKeypoints, match="no class of the set has keypoints"):
        exported(tmp_path / "y", set=plain, to="yolo", annotations="pose")
    with pytest.raises(UserError, match="'lamp' is in none of the sets"):
        exported(tmp_path / "z", set=plain, category="lamp")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"to": None}, "to is not told"),
        ({"set": None, "real": None}, "neither set nor real"),
        ({"to": "hf", "annotations": "pose"}, "annotations is pose with to=hf"),
    ],
)
def test_settings_that_say_nothing_or_nonsense_are_told(tmp_path, changes, says):
    with pytest.raises(ValueError, match=says):
        settings(tmp_path, **{"set": tmp_path, **changes})


def test_a_mistake_of_the_user_s_is_one_line(tmp_path):
    done = subprocess.run(
        command("annotations=segments", "link=true", main="alignment.export.main"), cwd=PROJECT,
        env=environment(set=tmp_path / "nowhere", to="yolo"),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert f"SET={tmp_path / 'nowhere'}: nothing is there" in error_line(done)


def test_a_hugging_face_split_without_boxes_is_there_and_not_listed(source, tmp_path):
    rows = list(
        csv.DictReader((exported(tmp_path / "1", set=source, to="hf") / "images.csv").open())
    )
    training = {row["original"] for row in rows if row["split"] == "train"}
    told = json.loads((source / "annotations.json").read_text())
    kept = {one["id"] for one in told["images"] if one["file_name"] in training}
    told["annotations"] = [one for one in told["annotations"] if one["image_id"] in kept]
    (source / "annotations.json").write_text(json.dumps(told))
    out = exported(tmp_path / "2", set=source, to="hf")
    assert len(list((out / "validation").glob("*.png"))) == len(rows) - len(training)
    head = yaml.safe_load((out / "README.md").read_text().split("---")[1])
    assert [one["split"] for one in head["configs"][0]["data_files"]] == ["train"]
    assert "Validation/ holds no box" in (out / "dataset_card.md").read_text()


@pytest.mark.parametrize("to", ["coco", "labelstudio", "fiftyone", "hf"])
def test_masks_of_photos_are_written_whichever_way_their_file_tells_them(tmp_path, to):
    runs = {"size": [30, 40], "counts": [63, 8, 22, 8, 22, 8, 1069]}  # three columns, uncompressed
    (real := tmp_path / "real").mkdir()
    write_coco(real, annotations=[box(1, [2, 3, 3, 8], segmentation=runs)])
    write_photo(real / "1.png")
    told = json.loads((exported(tmp_path / "x", real=real, to=to) / "export.json").read_text())
    assert told["boxes_without_mask"] == 0
