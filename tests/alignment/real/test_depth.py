import math

import pytest
from PIL import Image

from alignment.real.depth import BadLens, estimate_depth
from scenes.formats.coco import read_coco
from scenes.measuring.measure import measure
from tests.scenes.sets import box, image, write_coco, write_photo

SQUARE = [[4, 5, 8, 5, 8, 9, 4, 9]]
EXIF, FOCAL_MM, FOCAL_35_MM, PLANE_X, PLANE_UNIT, TAKEN_X = (
    0x8769, 0x920A, 0xA405, 0xA20E, 0xA210, 0xA002
)  # fmt: skip


def _estimate(path, fov_deg=90.0, height_m=0.8):
    annotated = read_coco(path)
    return estimate_depth(annotated, measure(annotated, pixels=False),
                          dict.fromkeys(annotated.categories, height_m), fov_deg)  # fmt: skip


def _photo_with(folder, tags):
    photo = Image.open(write_photo(folder / "1.png"))
    exif = Image.Exif()
    exif[EXIF] = tags
    photo.save(folder / "1.png", exif=exif)


def test_a_chair_seen_at_a_known_distance_is_estimated_there(tmp_path):
    focal_px, height_m, depth_m = 50.0, 0.8, 4.0
    seen = box(1, [5, 5, 6, focal_px * height_m / depth_m])
    found = _estimate(write_coco(tmp_path, images=[image(focal_px=focal_px)], annotations=[seen]))
    assert found.table.column("depth")[0] == pytest.approx(depth_m)
    assert found.table.column("occlusion_index")[0] == pytest.approx(6 * 10 * (4 / 50) ** 2)
    assert found.table.estimated == {"depth", "occlusion_index"}


def test_ninety_degrees_over_the_longer_side_is_a_focal_length_of_half_of_it(tmp_path):
    tall = image(width=30, height=40)
    for record in (image(), tall):
        found = _estimate(write_coco(tmp_path, images=[record]))
        assert found.table.column("depth")[0] == pytest.approx(20 * 0.8 / 8)
    assert any("assumed field of view of 90 degrees" in note for note in found.notes)


@pytest.mark.parametrize(("tags", "focal_px"), [
    ({FOCAL_35_MM: 27}, 27 / math.hypot(36, 24) * 50),
    ({FOCAL_MM: 4.0, PLANE_X: 5000.0, PLANE_UNIT: 3, TAKEN_X: 800}, 4 * 500 * 40 / 800),
    ({FOCAL_35_MM: 0}, 20), ({FOCAL_MM: 4.0}, 20), ({}, 20)])  # fmt: skip
def test_the_focal_length_is_exifs_where_the_photo_tells_it(tmp_path, tags, focal_px):
    _photo_with(tmp_path, tags)
    found = _estimate(write_coco(tmp_path))
    assert found.table.column("depth")[0] == pytest.approx(focal_px * 0.8 / 8, rel=1e-4)
    assert any("EXIF" in note for note in found.notes) == (focal_px != 20)


def test_visible_area_is_the_masks_and_else_the_boxs_said_aloud(tmp_path):
    boxes = [box(1, segmentation=SQUARE), box(2)]
    found = _estimate(write_coco(tmp_path, annotations=boxes))
    masked, boxed = found.table.column("occlusion_index")
    assert masked / boxed == pytest.approx(16 / 80)
    assert any("the box's for 1 objects" in note for note in found.notes)


def test_a_truncated_box_has_no_estimate(tmp_path):
    found = _estimate(write_coco(tmp_path, annotations=[box(1, [0, 5, 5, 5]), box(2)]))
    assert [math.isnan(v) for v in found.table.column("depth")] == [True, False]
    assert [math.isnan(v) for v in found.table.column("occlusion_index")] == [True, False]


def test_measured_depth_is_not_estimated_over(tmp_path):
    found = _estimate(write_coco(tmp_path, annotations=[box(1, depth=3.0)]))
    assert found.table.column("depth")[0] == 3.0
    assert not found.table.estimated


@pytest.mark.parametrize("wrong", [{"fov_deg": 0}, {"fov_deg": 180}, {"height_m": 0},
                                   {"height_m": math.nan}])  # fmt: skip
def test_an_impossible_lens_or_height_is_told(tmp_path, wrong):
    with pytest.raises(BadLens, match="expected"):
        _estimate(write_coco(tmp_path), **wrong)
