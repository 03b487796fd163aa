"""A finished set with copies of its images: labels move with the pictures, and stay in splits."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from alignment.augmentation.moved import Labelled, keypoints, moved
from alignment.augmentation.settings import ImagesSettings
from alignment.augmentation.sources import NothingToChange
from alignment.augmentation.walk import augment_images
from alignment.command.stages import Stages
from alignment.curation.derived_set import OtherDecision
from alignment.detection.training.views.warp import Warp, composed
from bench.scenes import composed as composed_config
from scenes.config.from_mapping import from_mapping
from scenes.files.pictures import encode_png
from scenes.files.polygons import polygons
from scenes.files.rle import rle, tight_box
from scenes.formats.coco import read_coco
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.named_list import NamedList, Picked, PickedImage

SIZE = (96, 64)
IMAGE = AnnotatedImage(id=1, file_name="a.png", path=None, width_px=SIZE[0], height_px=SIZE[1])
WARPS = st.builds(
    lambda scale, stretch, flip, turn, shift: Warp(
        matrix=composed(
            scales=(scale * stretch, scale / stretch), flipped=flip,
            angle_rad=float(np.deg2rad(turn)), size_px=SIZE,
        ) + np.array([[0, 0, shift[0]], [0, 0, shift[1]]]),
        view_px=SIZE,
    ),
    st.floats(0.5, 1.6), st.floats(0.9, 1.1), st.booleans(), st.floats(-45, 45),
    st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)  # fmt: skip


def thing():
    """The (H, W) mask of an ellipse off the middle."""
    drawn = np.zeros(SIZE[::-1], dtype=np.uint8)
    return cv2.ellipse(drawn, (44, 30), (20, 12), 0, 0, 360, 1, -1).astype(bool)


def label(segmentation):
    box = tight_box(thing())
    record = {"category_id": 1, "shape": "oval", "depth": 2.0}
    annotation = Annotation(id=1, image_id=1, category_id=1, bbox=box, segmentation=segmentation)
    return Labelled(annotation=annotation, record=record)


def edges(box):
    x, y, w, h = box
    return np.array([x, y, x + w, y + h])


@pytest.mark.parametrize("told", [rle(thing()), polygons(thing())], ids=["rle", "polygons"])
@given(warp=WARPS)
@settings(max_examples=25, deadline=None)
def test_boxes_bound_what_the_moved_picture_shows_within_a_pixel(told, warp):
    picture = np.repeat(thing()[..., None] * np.uint8(255), 3, axis=2)
    grey = np.where(thing()[..., None], picture, np.uint8(0))
    shown = warp.picture(grey)[..., 0] > 191  # beyond the picture it is 127
    found = moved(warp, IMAGE, label(told), 0.5)
    if found is None or not shown.any():
        return
    assert np.abs(edges(found["bbox"]) - edges(tight_box(shown))).max() <= 1
    segmentation = found["segmentation"]
    assert isinstance(segmentation, list) == isinstance(told, list)
    if isinstance(segmentation, list):
        segmentation = coco_mask.merge(coco_mask.frPyObjects(segmentation, *SIZE[::-1]))
    mask = coco_mask.decode(segmentation).astype(bool)
    assert list(tight_box(mask)) == found["bbox"]
    assert mask.sum() == found["area"]


@given(warp=WARPS)
@settings(max_examples=25, deadline=None)
def test_a_box_without_a_mask_moves_as_the_ellipse_in_it_does(warp):
    by_mask, by_box = (moved(warp, IMAGE, label(told), 0.95) for told in (rle(thing()), None))
    if by_mask is None or by_box is None or by_mask["truncated"]:
        return
    assert np.abs(edges(by_mask["bbox"]) - edges(by_box["bbox"])).max() <= 1.5


def test_what_holds_of_the_first_picture_alone_is_left_out():
    still = Warp(matrix=np.eye(2, 3), view_px=SIZE)
    found = moved(still, IMAGE, label(rle(thing())), 0.5)
    assert found["bbox"] == list(tight_box(thing()))
    assert found["shape"] == "oval"
    assert "depth" not in found


def test_left_and_right_change_places_in_a_mirror():
    mirror = composed(scales=(1.0, 1.0), flipped=True, angle_rad=0.0, size_px=SIZE)
    told = [10.0, 5.0, 2, 80.0, 5.0, 1, 200.0, 5.0, 2]
    found = keypoints(Warp(matrix=mirror, view_px=SIZE), told, ("back_left", "back_right", "top"))
    assert found == {"keypoints": [16.0, 5.0, 1, 86.0, 5.0, 2, 0, 0, 0], "num_keypoints": 2}


def change(folder, **options):
    told = {k: v for k, v in composed_config("augment_images").items() if k != "hydra"}
    return from_mapping(
        ImagesSettings, {**told, "set": str(folder / "a"), "out": str(folder / "b"), **options}
    )


def finished_set(folder, seeds=(5, 6)):
    (folder / "a" / "images").mkdir(parents=True)
    picture = np.repeat(thing()[..., None] * np.uint8(200), 3, axis=2)
    images, annotations = [], []
    for number, seed in enumerate(seeds, 1):
        name = f"{number:06d}.png"
        (folder / "a" / "images" / name).write_bytes(encode_png(picture))
        scene = {} if seed is None else {"scene_seed": seed}
        images.append({"id": number, "file_name": name, "width": 96, "height": 64, **scene})
        annotations.append({
            "id": number, "image_id": number, "category_id": 1, "iscrowd": 0,
            "area": int(thing().sum()),
            "bbox": list(tight_box(thing())), "segmentation": rle(thing()),
        })  # fmt: skip
    told = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cup"}]}
    (folder / "a" / "annotations.json").write_text(json.dumps(told))


def made(settings):
    with Stages(quiet=True) as stages:
        out = augment_images(settings, stages)
    return out, json.loads((out / "annotations.json").read_text())


def files(out):
    return {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}


def test_a_set_and_its_copies_are_read_back_and_stay_with_their_scenes(tmp_path):
    finished_set(tmp_path)
    out, told = made(change(tmp_path, images=4))
    back = read_coco(out / "annotations.json")
    assert len(back.images) == 6
    assert all(image.path is not None for image in back.images)
    assert not +back.repairs
    seeds = {one["file_name"].split(".")[0]: one["scene_seed"] for one in told["images"]}
    assert seeds == {"000001": 5, "000002": 6}
    assert [one.get("source_image") for one in told["images"][:3]] == [None, None, "000001.png"]


def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path):
    finished_set(tmp_path)
    out, _ = made(change(tmp_path))
    first = files(out)
    (out / "annotations.json").unlink()
    (out / "images" / f"000002.rf.{0:016d}.jpg").unlink()
    assert files(made(change(tmp_path))[0]) == first
    with pytest.raises(OtherDecision):
        made(replace(change(tmp_path), seed=1))


def test_photos_that_judge_are_left_out_and_renders_of_their_name_are_not(tmp_path):
    finished_set(tmp_path, seeds=(None, 6))
    parts = {"exposed": [], "validation": [], "test": ["000001.png", "000002.png"]}
    splits = {"seed": 0, "shares": {"validation": 0.0, "test": 0.5}, "images": parts}
    (tmp_path / "a" / "splits.json").write_text(json.dumps(splits))
    _, told = made(change(tmp_path))
    assert {one["file_name"].split(".")[0] for one in told["images"]} == {"000002"}


def test_a_set_of_nothing_but_judges_is_refused(tmp_path):
    finished_set(tmp_path, seeds=(None,))
    parts = {"exposed": [], "validation": [], "test": ["000001.png"]}
    (tmp_path / "a" / "splits.json").write_text(
        json.dumps({"seed": 0, "shares": {"test": 1.0}, "images": parts})
    )
    with pytest.raises(NothingToChange, match="none of 1 images"):
        made(change(tmp_path))


def test_a_list_says_what_copies_are_of_and_the_set_stays_whole(tmp_path):
    finished_set(tmp_path)
    picked = PickedImage(id=2, file_name="000002.png", annotations=())
    own = Picked(set_name="a", digest="", images=(picked,))
    NamedList(name="x", sets=(own,)).write(tmp_path / "x.json")
    for name, copied in (("only", "000002.png"), ("without", "000001.png")):
        _, told = made(
            change(tmp_path, out=str(tmp_path / name), **{name: str(tmp_path / "x.json")})
        )
        assert [one.get("source_image") for one in told["images"]] == [None, None, copied]
