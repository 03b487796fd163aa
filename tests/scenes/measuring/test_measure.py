import os

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scenes.files.exr import encode_exr
from scenes.formats.coco import read_coco
from scenes.measuring.boxes import box_attributes
from scenes.measuring.measure import NoPhotos, measure
from scenes.measuring.pixels import background_similarity, luma, pixel_attributes
from scenes.measuring.table import APPEARANCE
from scenes.sets.depth_maps import BadDepthMap, read_depth_map
from scenes.sets.photos import read_rgb
from tests.scenes.sets import box, image, write_coco, write_photo

SQUARE = [[4, 5, 8, 5, 8, 9, 4, 9]]  # 16 px


def test_box_attributes_are_those_worked_out_by_hand(tmp_path):
    told = measure(read_coco(write_coco(tmp_path)), pixels=False)
    expected = {"bbox_area": 80 / 1200, "center_x": 7 / 40, "center_y": 7 / 30, "aspect": 10 / 8,
                "truncated": 0, "objects_per_image": 1}  # fmt: skip
    assert {name: told.column(name)[0] for name in told.attributes} == pytest.approx(expected)


@pytest.mark.parametrize(("bbox", "truncated"), [
    ((1, 9, 5, 5), 1), ((9, 0, 5, 5), 1), ((34, 9, 5, 5), 1), ((9, 24, 5, 5), 1),
    ((1.5, 1.5, 37, 27), 0)])  # fmt: skip
def test_a_box_within_a_pixel_of_any_border_is_truncated(bbox, truncated):
    assert box_attributes([bbox], [(40, 30)])["truncated"] == truncated


@given(st.floats(0.1, 10))
def test_box_attributes_do_not_depend_on_resolution(scale):
    small = box_attributes([(4, 5, 10, 8)], [(40, 30)])
    large = box_attributes([[4 * scale, 5 * scale, 10 * scale, 8 * scale]],
                           [(40 * scale, 30 * scale)])  # fmt: skip
    for name in ("bbox_area", "center_x", "center_y", "aspect"):
        assert large[name] == pytest.approx(small[name])


def test_rows_are_by_image_and_objects_are_counted_a_category(tmp_path):
    boxes = [box(5, image_id=2), box(4), box(3), box(2, category_id=2)]
    categories = [{"id": 1, "name": "chair"}, {"id": 2, "name": "table"}]
    path = write_coco(
        tmp_path, images=[image(2), image(1)], annotations=boxes, categories=categories
    )
    told = measure(read_coco(path), pixels=False)
    assert told.image_ids.tolist() == [1, 1, 1, 2]
    assert told.table["annotation_id"].to_pylist() == [2, 3, 4, 5]
    assert told.table["category"].to_pylist() == ["table", "chair", "chair", "chair"]
    assert told.column("objects_per_image").tolist() == [1, 2, 2, 1]


def test_pixels_of_the_photo_and_of_the_box_are_measured_apart(tmp_path):
    rgb = read_rgb(write_photo(tmp_path / "1.png"), (40, 30))
    annotated = read_coco(write_coco(tmp_path, annotations=[box(1, [2.5, 3, 9.2, 8])]))
    told = measure(annotated, pixels=True)
    for level, part in (("image", rgb), ("bbox", rgb[3:11, 2:12])):
        for name, value in pixel_attributes(luma(part)).items():
            assert told.column(f"{level}_{name}")[0] == value


def test_boxes_on_a_photo_of_twice_the_size_are_scaled_to_it(tmp_path):
    rgb = read_rgb(write_photo(tmp_path / "1.png", (80, 60)), (80, 60))
    told = measure(read_coco(write_coco(tmp_path)), pixels=True)
    expected = pixel_attributes(luma(rgb[6:22, 4:24]))
    assert told.column("bbox_brightness")[0] == expected["brightness"]
    assert told.column("bbox_area")[0] == 80 / 1200


def test_a_photo_is_measured_at_the_size_of_what_it_is_compared_with(tmp_path):
    rgb = read_rgb(write_photo(tmp_path / "1.png", (80, 60)), (80, 60))
    told = measure(read_coco(write_coco(tmp_path)), pixels=True, long_side_px=40)
    halved = rgb.reshape(30, 2, 40, 2, 3).mean(axis=(1, 3))  # an area of 2 x 2 pixels each
    expected = pixel_attributes(luma(np.rint(halved).astype(np.uint8)))
    for name in ("brightness", "contrast", "blur"):
        assert told.column(f"image_{name}")[0] == pytest.approx(expected[name], rel=0.01)
    small = measure(read_coco(write_coco(tmp_path)), pixels=True, long_side_px=400)
    assert small.column("image_blur")[0] == pixel_attributes(luma(rgb))["blur"]


def test_similarity_to_the_background_is_that_along_the_mask(tmp_path):
    rgb = read_rgb(write_photo(tmp_path / "1.png"), (40, 30))
    path = write_coco(tmp_path, annotations=[box(1, segmentation=SQUARE), box(2)])
    mask = np.zeros((30, 40), dtype=bool)
    mask[5:9, 4:8] = True
    told = measure(read_coco(path), pixels=True).column("background_similarity")
    assert told[0] == background_similarity(rgb, mask)
    assert np.isnan(told[1])


def test_pixels_of_a_set_without_photos_are_an_error_only_if_asked_for(tmp_path):
    annotated = read_coco(write_coco(tmp_path))
    assert len(measure(annotated, pixels=False)) == 1
    with pytest.raises(NoPhotos, match="none of its 1 photos"):
        measure(annotated, pixels=True)


def test_an_image_without_its_photo_has_no_pixel_attributes_and_keeps_the_others(tmp_path):
    write_photo(tmp_path / "1.png")
    path = write_coco(
        tmp_path, images=[image(1), image(2)], annotations=[box(1), box(2, image_id=2)]
    )
    told = measure(read_coco(path), pixels=True)
    assert np.isnan(told.column("image_blur")).tolist() == [False, True]
    assert np.isfinite(told.column("bbox_area")).all()


def test_any_number_of_workers_gives_the_same_table(tmp_path, monkeypatch):
    numbers = range(1, 7)
    for n in numbers:
        write_photo(tmp_path / f"{n}.png", (40 * n, 30 * n))
    boxes = [box(n, image_id=n, segmentation=SQUARE) for n in numbers]
    path = write_coco(tmp_path, images=[image(n) for n in numbers], annotations=boxes)
    annotated = read_coco(path)
    tables = []
    for workers in (1, 5):
        monkeypatch.setattr(os, "cpu_count", lambda workers=workers: workers)
        tables.append(measure(annotated, pixels=True).table)
    assert tables[0].equals(tables[1])


def _planted() -> np.ndarray:
    depth_m = np.full((30, 40), 9.0, dtype=np.float32)
    depth_m[5:9, 4:8] = 2.5
    depth_m[5, 4] = 0  # not measured
    return depth_m


def _write_depth(path, depth_m):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        cv2.imwrite(str(path), np.round(depth_m * 1000).astype(np.uint16))
    elif path.suffix == ".npy":
        np.save(path, depth_m)
    else:
        path.write_bytes(encode_exr(depth_m))


@pytest.mark.parametrize("suffix", [".png", ".npy", ".exr"])
@pytest.mark.parametrize("shrunk", [1, 2])
def test_planted_depth_comes_back_from_every_encoding(tmp_path, suffix, shrunk):
    _write_depth(tmp_path / "depth" / f"1{suffix}", _planted()[::shrunk, ::shrunk])
    boxes = [box(1, segmentation=SQUARE), box(2)]
    path = write_coco(tmp_path, images=[image(focal_px=50)], annotations=boxes)
    told = measure(read_coco(path), pixels=False)
    assert told.column("depth") == pytest.approx([2.5, np.nan], nan_ok=True)
    assert told.column("visible_area") == pytest.approx([16, np.nan], nan_ok=True)
    assert told.column("occlusion_index")[0] == pytest.approx(16 * 2.5**2 / 50**2)


def test_depth_maps_lie_beside_the_folder_of_the_photos(tmp_path):
    write_photo(tmp_path / "set" / "images" / "1.png")
    _write_depth(tmp_path / "set" / "depth" / "1.exr", _planted())
    path = write_coco(tmp_path / "set" / "annotations", annotations=[box(1, segmentation=SQUARE)])
    told = measure(read_coco(path), pixels=False)
    assert told.column("depth")[0] == 2.5
    assert "occlusion_index" not in told.attributes  # no focal length


@pytest.mark.parametrize(
    "content", [b"nothing", cv2.imencode(".png", np.ones((9, 9), np.uint8))[1]]
)
@pytest.mark.parametrize("name", ["1.png", "1.npy", "1.exr"])
def test_a_depth_map_of_another_encoding_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(bytes(content))
    with pytest.raises(BadDepthMap, match=f"{name}.*expected"):
        read_depth_map(tmp_path / name)


def test_what_a_renderer_writes_for_nothing_there_is_no_depth(tmp_path):
    np.save(tmp_path / "1.npy", np.float32([[1e10, np.inf, -1], [0, np.nan, 3]]))
    told = read_depth_map(tmp_path / "1.npy")
    assert np.isnan(told).tolist() == [[True] * 3, [True, True, False]]


def test_measured_depth_goes_before_what_the_file_says_and_the_rest_is_kept(tmp_path):
    _write_depth(tmp_path / "depth" / "1.npy", _planted())
    known = {"scene_seed": 3, "config_id": "c"}
    boxes = [
        box(1, segmentation=SQUARE, depth=7.0, shape="stool", **known),
        box(2, depth=8.0, visible_fraction=0.25, shape="bench", **known),
    ]
    told = measure(read_coco(write_coco(tmp_path, annotations=boxes)), pixels=False)
    assert told.column("depth").tolist() == [2.5, 8.0]
    assert told.column("visible_fraction") == pytest.approx([np.nan, 0.25], nan_ok=True)
    assert told.table["shape"].to_pylist() == ["stool", "bench"]
    assert told.table["scene_seed"].to_pylist() == [3, 3]


def test_what_is_around_a_box_is_half_a_box_wide_and_the_box_is_no_part_of_it(tmp_path):
    photo = np.full((40, 40, 3), 255, dtype=np.uint8)  # white, which is beyond what is around
    photo[5:25, 5:25] = (0, 0, 255)
    photo[10:20, 10:20] = (255, 0, 0)
    Image.fromarray(photo).save(tmp_path / "1.png")
    file = write_coco(tmp_path, images=[image(1, width=40, height=40)],
                      annotations=[box(1, [10, 10, 10, 10])])  # fmt: skip
    told = measure(read_coco(file), pixels=True)
    one = {name: told.column(name)[0] for name in APPEARANCE}
    assert one["bbox_red_green"] == pytest.approx(80.1, abs=0.2)
    assert one["around_blue_yellow"] == pytest.approx(-107.9, abs=0.2)
    assert one["around_contrast"] == pytest.approx(0.0, abs=1e-6)
    assert one["around_brightness"] == pytest.approx(0.114, abs=1e-3)


def test_around_a_box_that_fills_its_photo_is_nothing(tmp_path):
    Image.fromarray(np.full((30, 40, 3), 90, dtype=np.uint8)).save(tmp_path / "1.png")
    file = write_coco(tmp_path, images=[image(1, width=40, height=30)],
                      annotations=[box(1, [0, 0, 40, 30])])  # fmt: skip
    told = measure(read_coco(file), pixels=True)
    assert "bbox_chroma" in told.attributes
    assert "around_chroma" not in told.attributes
