import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.cocoeval import COCOeval

from scenes.dataset.dataset import (
    IncompleteDataset,
    WriteOptions,
    is_done,
    merge,
    merge_shards,
    open_dataset,
    write_shard,
)
from scenes.dataset.provenance import NoDataset
from scenes.dataset.shard import StaleShard, read_shard
from scenes.dataset.validate import BadDataset, load_coco, validate
from scenes.formats.coco import read_coco
from scenes.labels.labels import Labels
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.model.frame import FAR_M, Frame
from scenes.model.shot import Shot
from scenes.plan.splits import SplitRecord
from tests.scenes.hand_made import (
    CATALOGUE,
    POLYGON,
    PROVENANCE,
    RLE,
    SETTINGS,
    begin,
    frame_of,
    labels_of,
    painted,
    plan_of,
    render,
)

FILES = ("annotations.json", "plan.jsonl", "metadata.parquet", "manifest.json")


@pytest.mark.parametrize("write", [RLE, POLYGON])
def test_every_mask_decodes_to_its_stored_area_box_and_instance(
    tmp_path: Path, write: WriteOptions
) -> None:
    render(tmp_path, painted(), write)
    assert validate(tmp_path) == 9


@pytest.mark.parametrize("write", [RLE, POLYGON])
@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_the_truth_as_detections_has_an_average_precision_of_one(
    tmp_path: Path, write: WriteOptions, kind: str
) -> None:
    render(tmp_path, painted(), write)
    truth = load_coco(tmp_path / "annotations.json")
    with contextlib.redirect_stdout(io.StringIO()):
        found = truth.loadRes([{**a, "score": 1.0} for a in truth.dataset["annotations"]])
        judged = COCOeval(truth, found, kind)
        judged.evaluate(), judged.accumulate(), judged.summarize()
    assert judged.stats[0] == 1.0


def test_shards_written_in_another_order_elsewhere_merge_to_the_same_bytes(tmp_path: Path) -> None:
    frames = painted()
    here, there = tmp_path / "here", tmp_path / "elsewhere"
    render(here, frames)
    with open_dataset(there, plan_of(frames), SETTINGS):
        for index in (2, 0, 1):
            write_shard(there, index, frames[index], labels_of(frames[index], dropped=1), RLE)
        merge(there, plan_of(frames), CATALOGUE, PROVENANCE)
    assert [(here / f).read_bytes() for f in FILES] == [(there / f).read_bytes() for f in FILES]


def test_ids_categories_and_components_are_those_of_the_plan(tmp_path: Path) -> None:
    render(tmp_path, painted())
    told = json.loads((tmp_path / "annotations.json").read_text())
    assert [i["id"] for i in told["images"]] == [1, 2, 3]
    assert [i["component"] for i in told["images"]] == [0, 1, 0]
    assert [i["scene_seed"] for i in told["images"]] == [100, 101, 102]
    assert [a["id"] for a in told["annotations"]] == list(range(1, 10))
    assert told["categories"] == [{"id": 3, "name": "chair"}]


def test_the_table_says_what_the_label_file_says(tmp_path: Path) -> None:
    render(tmp_path, painted())
    annotations = json.loads((tmp_path / "annotations.json").read_text())["annotations"]
    table = MetadataTable.read(tmp_path / "metadata.parquet")
    assert table.table["annotation_id"].to_pylist() == [a["id"] for a in annotations]
    assert table.table["scene_seed"].to_pylist() == [100] * 3 + [101] * 3 + [102] * 3
    for name, key in (("depth", "depth"), ("visible_area", "area")):
        assert table.column(name) == pytest.approx([a[key] for a in annotations], abs=1e-6)


def test_clutter_and_ids_above_255_are_in_the_segmentation_image(tmp_path: Path) -> None:
    frames = painted(1)
    render(tmp_path, frames)
    image = cv2.imread(str(tmp_path / "segmentation/000000.png"), cv2.IMREAD_UNCHANGED)
    assert image.dtype == np.uint16
    assert np.array_equal(image, frames[0].instances)
    assert set(np.unique(image)) == {0, 1, 2, 300, 301}


def test_a_png_holds_the_rendered_colours_exactly(tmp_path: Path) -> None:
    frames = painted(1)
    render(tmp_path, frames)
    image = cv2.imread(str(tmp_path / "images/000000.png"), cv2.IMREAD_COLOR_RGB)
    assert np.array_equal(image, frames[0].image)


def test_a_jpg_is_named_as_such_and_looks_alike(tmp_path: Path) -> None:
    frame = frame_of({1: np.ones((32, 32), dtype=bool)})
    frame = replace(frame, image=np.full((32, 32, 3), (200, 100, 50), dtype=np.uint8))
    render(tmp_path, [frame], replace(RLE, image_format="jpg"))
    image = cv2.imread(str(tmp_path / "images/000000.jpg"), cv2.IMREAD_COLOR_RGB)
    assert np.abs(image.astype(int) - frame.image).max() <= 4
    assert load_coco(tmp_path / "annotations.json").imgs[1]["file_name"] == "000000.jpg"


def test_the_manifest_names_the_assets_used_and_the_labels_dropped(tmp_path: Path) -> None:
    render(tmp_path, painted())
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["assets"]["chair"]["sha256"] == CATALOGUE.get("chair").digest()
    assert told["labels"] == {"chair": 9}
    assert told["labels_dropped_by_policy"] == {"min_side_px": 3}


def test_the_manifest_names_the_images_that_the_plan_was_fitted_to(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    record = SplitRecord(seed=1, shares={"test": 0.5}, images={"exposed": ("a",), "test": ("b",)})
    told = replace(PROVENANCE, splits=record)
    merge(tmp_path, plan_of(frames), CATALOGUE, told)
    splits = json.loads((tmp_path / "manifest.json").read_text())["splits"]
    assert splits["images"] == {"exposed": ["a"], "test": ["b"]}


def test_a_set_in_which_nothing_is_seen_is_still_a_dataset(tmp_path: Path) -> None:
    hidden = frame_of({1: np.zeros((8, 8), dtype=bool)})
    assert (hidden.depth_m == FAR_M).all()
    render(tmp_path, [hidden])
    assert validate(tmp_path) == 0
    assert len(MetadataTable.read(tmp_path / "metadata.parquet")) == 0


def test_a_label_without_a_pixel_is_never_written(tmp_path: Path) -> None:
    frame = painted(1)[0]
    gone = replace(labels_of(frame).kept[0], instance=302)
    with pytest.raises(ValueError, match=r"instance 302 .* 0 px"):
        write_shard(tmp_path, 0, frame, Labels(kept=(gone,), dropped={}), RLE)
    assert not (tmp_path / "shards/000000.json").exists()


def test_merging_before_all_is_rendered_names_the_first_image_missing(tmp_path: Path) -> None:
    frames = painted()
    with open_dataset(tmp_path, plan_of(frames), SETTINGS):
        write_shard(tmp_path, 0, frames[0], labels_of(frames[0]), RLE)
        with pytest.raises(IncompleteDataset, match=r"2 of 3 images .* 000001"):
            merge(tmp_path, plan_of(frames), CATALOGUE, PROVENANCE)


def test_validation_finds_a_box_that_its_mask_does_not_fill(tmp_path: Path) -> None:
    render(tmp_path, painted())
    path = tmp_path / "annotations.json"
    told = json.loads(path.read_text())
    told["annotations"][4]["bbox"][2] += 1
    path.write_text(json.dumps(told))
    with pytest.raises(BadDataset, match="annotation 5 has box"):
        validate(tmp_path)


def test_further_files_of_an_image_are_part_of_it(tmp_path: Path) -> None:
    frame = replace(painted(1)[0], passes={"normals.exr": b"n", "correspondences.npz": b"c"})
    render(tmp_path, [frame])
    assert (tmp_path / "normals/000000.exr").read_bytes() == b"n"
    assert (tmp_path / "correspondences/000000.npz").read_bytes() == b"c"
    (tmp_path / "normals/000000.exr").unlink()
    assert not is_done(tmp_path, 0, frame.scene)


def test_a_picture_of_no_scene_and_no_lens_is_written_too(tmp_path: Path) -> None:
    frame = painted(1)[0]
    begin(tmp_path, [frame])
    shot = Shot(resolution_px=(64, 48), focal_px=None, seed=5, config_id="pasted", digest="d")
    write_shard(tmp_path, 0, Frame(shot=shot, image=frame.image, instances=frame.instances,
                                   depth_m=frame.depth_m), labels_of(frame), RLE)  # fmt: skip
    told = read_shard(tmp_path, 0)
    assert told.scene_digest == "d"
    assert (told.image["scene_seed"], told.image["config_id"]) == (5, "pasted")
    assert "focal_px" not in told.image
    assert "visible_area" in told.measured


def test_a_picture_of_another_size_than_was_asked_for_is_no_frame() -> None:
    frame = painted(1)[0]
    with pytest.raises(ValueError, match=r"Frame.image is \(48, 64, 3\); expected \(32, 64, 3\)"):
        replace(frame, shot=replace(frame.shot, resolution_px=(64, 32)))


def test_keypoints_and_amodal_masks_are_written_as_coco_has_them(tmp_path: Path) -> None:
    frame = painted(1)[0]
    labels = labels_of(frame)
    whole = frame.instances >= 0
    points = (1.5, 2.5, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 1.0)
    told = replace(labels, kept=(replace(labels.kept[0], keypoints=points, amodal_mask=whole),))
    with open_dataset(tmp_path, plan_of([frame]), SETTINGS):
        write_shard(tmp_path, 0, frame, told, RLE)
        merge(tmp_path, plan_of([frame]), CATALOGUE, PROVENANCE)
    coco = load_coco(tmp_path / "annotations.json")
    assert coco.anns[1]["keypoints"] == list(points)
    assert coco.anns[1]["num_keypoints"] == 2
    assert coco_mask.decode(coco.anns[1]["amodal_segmentation"]).all()
    assert "seat_front_left" in coco.cats[3]["keypoints"]
    assert validate(tmp_path) == 1


def test_validation_finds_an_amodal_mask_that_lacks_a_visible_pixel(tmp_path: Path) -> None:
    frame = painted(1)[0]
    labels = labels_of(frame)
    lacking = (frame.instances == 1) & (np.arange(frame.instances.size) > 500).reshape(
        frame.instances.shape
    )
    told = replace(labels, kept=(replace(labels.kept[0], amodal_mask=lacking),))
    with open_dataset(tmp_path, plan_of([frame]), SETTINGS):
        write_shard(tmp_path, 0, frame, told, RLE)
        merge(tmp_path, plan_of([frame]), CATALOGUE, PROVENANCE)
    with pytest.raises(BadDataset, match="amodal mask"):
        validate(tmp_path)


@pytest.mark.parametrize("image_format", ["png", "jpg"])
def test_the_joined_rows_are_those_that_measuring_the_whole_set_gives(
    tmp_path: Path, image_format: Literal["png", "jpg"]
) -> None:
    hidden = frame_of({1: np.zeros((48, 64), dtype=bool)})
    render(tmp_path, [*painted(), hidden], replace(RLE, pixels=True, image_format=image_format))
    joined = MetadataTable.read(tmp_path / "metadata.parquet")
    whole = measure(read_coco(tmp_path / "annotations.json", tmp_path / "images"), pixels=True)
    assert joined.attributes == whole.attributes
    assert joined.table["annotation_id"].equals(whole.table["annotation_id"])
    for name in whole.attributes:
        np.testing.assert_array_equal(joined.column(name), whole.column(name))


def test_what_is_finished_can_be_merged_before_the_rest_is(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    whole = {name: (tmp_path / name).read_bytes() for name in FILES}
    (tmp_path / "depth/000001.exr").unlink()
    assert merge_shards(tmp_path, partial=True).missing == [1]
    told = json.loads((tmp_path / "annotations.json").read_text())
    assert [image["id"] for image in told["images"]] == [1, 3]
    assert [a["id"] for a in told["annotations"]] == list(range(1, 7))
    with pytest.raises(IncompleteDataset, match=r"1 of 3 images .* 000001"):
        merge_shards(tmp_path, partial=False)
    render(tmp_path, frames)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == whole


def test_a_shard_of_another_scene_is_not_merged(tmp_path: Path) -> None:
    render(tmp_path, painted())
    (tmp_path / "shards/000002.json").write_bytes((tmp_path / "shards/000001.json").read_bytes())
    with pytest.raises(StaleShard, match="image 2 shows another scene"):
        merge_shards(tmp_path, partial=True)


def test_a_folder_without_a_dataset_cannot_be_merged(tmp_path: Path) -> None:
    with pytest.raises(NoDataset, match="expected the OUT of a render"):
        merge_shards(tmp_path, partial=True)
