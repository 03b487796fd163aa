"""Each format read back by its documented rules: same boxes, masks and classes as the set's."""

import base64
import csv
import io
import json
import zlib
from pathlib import Path
from xml.etree.ElementTree import parse

import numpy as np
import pytest
import yaml
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from tests.alignment.export.made import CATEGORIES, SPLIT, H, W, exported, masks, records, rendered

NAMES = {one["id"]: one["name"] for one in CATEGORIES}
ORDER = [one["name"] for one in CATEGORIES]


def truth():
    """Every image's boxes as (class, x, y, w, h), by file name."""
    told = records()
    of = {image["id"]: image["file_name"] for image in told["images"]}
    found = {name: set() for name in of.values()}
    for box in told["annotations"]:
        found[of[box["image_id"]]].add((NAMES[box["category_id"]], *box["bbox"]))
    return found


def rasterised(rings):
    return np.asarray(coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(rings, H, W))), bool)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def write(source, tmp_path_factory):
    made = {}

    def of(to, labels="boxes"):
        if (to, labels) not in made:
            out = tmp_path_factory.mktemp("exports") / to
            made[to, labels] = exported(out, set=source, to=to, annotations=labels)
        return made[to, labels]

    return of


def read_coco(files):
    for file in files:
        coco = COCO(str(file))
        for image in coco.imgs.values():
            assert (file.parent / image["file_name"]).is_file() or any(
                (file.parents[1] / "images").rglob(image["file_name"])
            )
            for box in coco.imgToAnns[image["id"]] or [None]:
                yield coco, image, box


@pytest.mark.parametrize(
    ("to", "pattern"),
    [("coco", "annotations/*.json"), ("roboflow", "*/_annotations.coco.json")],
)
def test_pycocotools_reads_the_same_boxes_masks_and_classes(write, to, pattern):
    found = {name: set() for name in truth()}
    areas = []
    for coco, image, box in read_coco(sorted(write(to).glob(pattern))):
        if box is not None:
            found[image["file_name"]].add((coco.cats[box["category_id"]]["name"], *box["bbox"]))
            areas.append((int(coco.annToMask(box).sum()), box["area"]))
            assert any(np.array_equal(coco.annToMask(box), mask) for mask in masks().values())
    assert found == truth()
    assert all(seen == told for seen, told in areas)


def test_coco_keeps_ids_keypoints_and_the_source_of_every_image(write):
    told = [json.loads(f.read_text()) for f in (write("coco") / "annotations").glob("*.json")]
    posed = [a for one in told for a in one["annotations"] if "keypoints" in a]
    assert [(a["category_id"], a["num_keypoints"]) for a in posed] == [(62, 2)]
    assert {image["source"] for one in told for image in one["images"]} == {"rendered"}
    assert told[0]["categories"][0] == CATEGORIES[0]


def test_roboflow_numbers_classes_from_1_under_a_group_of_id_0(write):
    told = json.loads((write("roboflow") / "train/_annotations.coco.json").read_text())
    assert [c["id"] for c in told["categories"]] == [0, 1, 2]
    assert [c["name"] for c in told["categories"][1:]] == ORDER
    assert {c["supercategory"] for c in told["categories"][1:]} == {told["categories"][0]["name"]}


def yolo_rows(out):
    told = yaml.safe_load((out / "data.yaml").read_text())
    for split in ("train", "val"):
        images = sorted((out / told[split]).iterdir())
        for image in images:
            label = Path(str(image).replace("/images/", "/labels/")).with_suffix(".txt")
            rows = [list(map(float, line.split())) for line in label.read_text().splitlines()]
            yield told, image, rows


def box_of(row):
    x, y, w, h = np.array(row[1:5]) * (W, H, W, H)
    return tuple(float(n) for n in np.round((x - w / 2, y - h / 2, w, h), 3))


@pytest.mark.parametrize("labels", ["boxes", "pose"])
def test_yolo_rows_are_centres_and_sizes_in_shares(write, labels):
    found = {
        image.name: {(told["names"][int(row[0])], *box_of(row)) for row in rows}
        for told, image, rows in yolo_rows(write("yolo", labels))
    }
    assert found == truth()


def test_yolo_segments_are_one_ring_an_object_that_fills_to_its_mask(write):
    for _, image, rows in yolo_rows(write("yolo", "segments")):
        seen = [rasterised([(np.array(row[1:]).reshape(-1, 2) * (W, H)).ravel().tolist()])
                for row in rows]  # fmt: skip
        assert len(rows) == len(truth()[image.name])
        assert all(any(np.array_equal(s, m) for m in masks().values()) for s in seen)


def test_yolo_poses_have_columns_for_every_class_and_left_mirrors_right(write):
    rows = {image.name: (told, rows) for told, image, rows in yolo_rows(write("yolo", "pose"))}
    told, (chair, table) = rows["000000.png"]
    assert told["kpt_shape"] == [2, 3]
    assert told["flip_idx"] == [1, 0]
    assert np.allclose(chair[5:], [4.5 / W, 29.5 / H, 2, 31.5 / W, 29.5 / H, 1])
    assert table[5:] == [0.0] * 6


def test_voc_boxes_are_1_based_and_inclusive(write):
    out, found = write("voc"), {}
    for split in ("train", "val"):
        for stem in (out / f"ImageSets/Main/{split}.txt").read_text().split():
            root = parse(out / f"Annotations/{stem}.xml").getroot()
            assert (out / "JPEGImages" / root.findtext("filename")).is_file()
            boxes = set()
            for told in root.findall("object"):
                x0, y0, x1, y1 = (int(told.findtext(f"bndbox/{s}"))
                                  for s in ("xmin", "ymin", "xmax", "ymax"))  # fmt: skip
                boxes.add((told.findtext("name"), x0 - 1, y0 - 1, x1 - x0 + 1, y1 - y0 + 1))
            found[root.findtext("filename")] = boxes
    assert found == truth()


def test_voc_segmentations_number_objects_and_classes(write):
    out = write("voc", "segments")
    objects, classes = (np.asarray(Image.open(out / f"Segmentation{kind}/000000.png"))
                        for kind in ("Object", "Class"))  # fmt: skip
    assert np.array_equal(objects == 1, masks()["holed"])
    assert np.array_equal(classes == 2, masks()["parted"])


def test_createml_boxes_are_centres_in_pixels(write):
    found = {}
    for split in ("train", "val"):
        for told in json.loads(
            (write("createml") / split / "_annotations.createml.json").read_text()
        ):
            at = [(a["label"], a["coordinates"]) for a in told["annotations"]]
            found[told["image"]] = {
                (name, c["x"] - c["width"] / 2, c["y"] - c["height"] / 2, c["width"], c["height"])
                for name, c in at
            }
    assert found == truth()


def test_label_studio_polygons_are_never_empty_and_fill_to_the_masks(write):
    out = write("labelstudio")
    tasks = json.loads((out / "tasks.json").read_text())
    labels = {one.get("value") for one in parse(out / "label_config.xml").iter("Label")}
    for task in tasks:
        name = task["data"]["original"]
        assert (out.parent / task["data"]["image"].partition("?d=")[2]).is_file()
        regions = task["annotations"][0]["result"]
        assert len(regions) == len(truth()[name])
        for region in regions:
            ring = (np.array(region["value"]["points"]) / 100 * (W, H)).ravel().tolist()
            assert any(np.array_equal(rasterised([ring]), mask) for mask in masks().values())
            assert set(region["value"]["polygonlabels"]) <= labels
    assert len(tasks) == len(truth())


def test_fiftyone_masks_are_pixels_inside_boxes_of_shares(write):
    out, found = write("fiftyone"), {}
    for sample in json.loads((out / "samples.json").read_text())["samples"]:
        assert (out / sample["filepath"]).is_file()
        boxes = set()
        for told in sample["ground_truth"]["detections"]:
            box = np.round(np.array(told["bounding_box"]) * (W, H, W, H), 3)
            packed = zlib.decompress(base64.b64decode(told["mask"]["$binary"]["base64"]))
            mask, (x, y, w, h) = np.load(io.BytesIO(packed)), box.astype(int)
            assert any(np.array_equal(m[y : y + h, x : x + w], mask) for m in masks().values())
            boxes.add((told["label"], *box.tolist()))
        found[Path(sample["filepath"]).name] = boxes
    assert found == truth()


def types(value):
    if isinstance(value, list):
        return ["list", types(value[0])] if value else None
    return {k: types(v) for k, v in value.items()} if isinstance(value, dict) else type(value)


def test_hugging_face_lines_have_one_type_and_the_same_boxes(write):
    found, kinds = {}, []
    for split in ("train", "validation"):
        for line in (write("hf") / split / "metadata.jsonl").read_text().splitlines():
            told = json.loads(line)
            assert (write("hf") / split / told["file_name"]).is_file()
            objects = told["objects"]
            found[told["file_name"]] = {
                (name, *box)
                for name, box in zip(objects["category_name"], objects["bbox"], strict=True)
            }
            kinds += [types(told)] if objects["bbox"] else []
    assert found == truth()
    assert all(kind == kinds[0] for kind in kinds)


def test_the_header_of_a_hugging_face_folder_names_its_splits(write):
    head, _, card = (write("hf") / "README.md").read_text()[4:].partition("\n---\n")
    files = yaml.safe_load(head)["configs"][0]["data_files"]
    assert [one["split"] for one in files] == ["train", "validation"]
    assert card.strip() == (write("hf") / "dataset_card.md").read_text().strip()


@pytest.mark.parametrize(
    "to", ["yolo", "voc", "coco", "roboflow", "createml", "labelstudio", "fiftyone", "hf"]
)
def test_every_image_is_listed_with_its_source_and_pixels_are_the_set_s(write, source, to):
    out = write(to)
    rows = list(csv.DictReader((out / "images.csv").open()))
    assert {row["original"] for row in rows} == set(truth())
    for row in rows:
        assert row["source"] == "rendered"
        assert (out / row["file"]).read_bytes() == (
            source / "images" / row["original"]
        ).read_bytes()
    assert SPLIT.val == pytest.approx(sum(r["split"] == "val" for r in rows) / len(rows), abs=0.17)
