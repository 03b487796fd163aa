from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from alignment.features.backends.backend import Picture
from alignment.features.backends.classical import Classical
from alignment.features.backends.geometry import Geometry
from alignment.features.cache import FeatureCache
from alignment.features.extract import box_features, image_features
from alignment.features.features import NoFeatures, side_by_side
from scenes.measuring.measure import measure
from tests.alignment.features.sets_with_photos import NOWHERE, noise_set, told

BOTH = (Geometry(), Classical())


def test_rows_are_those_of_the_metadata_table(tmp_path):
    annotated = noise_set(tmp_path, images=40)
    backwards = replace(annotated, annotations=annotated.annotations[::-1])
    found = box_features(backwards, BOTH, NOWHERE, told)
    table = measure(annotated, pixels=False)
    assert found.annotation_ids.tolist() == table.table["annotation_id"].to_pylist()
    assert found.image_ids.tolist() == table.image_ids.tolist()
    assert found.values.shape == (80, len(Geometry.crop_names) + len(Classical.crop_names))
    areas = found.values[:, found.names.index("geometry.box.log_area")]
    np.testing.assert_allclose(areas, np.log(table.column("bbox_area")), rtol=1e-5)


def test_a_row_is_what_the_backend_says_of_that_crop_alone(tmp_path):
    annotated = noise_set(tmp_path)
    last = annotated.annotations[-1]
    pixels = np.asarray(Image.open(tmp_path / "images" / "3.png"))
    alone = Classical().crop_features(
        [Picture(size_px=(40, 30), rgb=pixels)], [np.array([last.bbox])]
    )
    assert (box_features(annotated, [Classical()], NOWHERE, told).values[-1] == alone).all()


def test_boxes_follow_a_photo_that_is_larger_than_its_annotations_say(tmp_path):
    annotated = noise_set(tmp_path, images=1, boxes=1)
    x, y, w, h = (int(2 * side) for side in annotated.annotations[0].bbox)
    twice_as_large = np.zeros((60, 80, 3), np.uint8)
    twice_as_large[y : y + h, x : x + w] = 255
    Image.fromarray(twice_as_large).save(annotated.images[0].path)
    found = box_features(annotated, [Classical()], NOWHERE, told)
    whitest = found.values[0, found.names.index("classical.lab.15")]
    assert whitest == 1


def test_what_is_kept_is_what_was_computed(tmp_path):
    annotated, cache = noise_set(tmp_path / "set"), FeatureCache(folder=tmp_path / "kept")
    fresh = box_features(annotated, BOTH, cache, told)
    files = sorted(cache.folder.rglob("*.npy"))
    np.save(files[0], np.load(files[0]) + 1)  # so that reading it back can be told
    again = box_features(annotated, BOTH, cache, told)
    assert len(files) == len(annotated.images)
    assert (again.values != fresh.values).any(axis=1).sum() == 2  # the boxes of one image


@pytest.mark.parametrize("change", ["pixels", "boxes"])
def test_a_changed_photo_or_box_is_described_anew(tmp_path, change):
    annotated, cache = noise_set(tmp_path / "set"), FeatureCache(folder=tmp_path / "kept")
    box_features(annotated, [Classical()], cache, told)
    if change == "pixels":
        Image.new("RGB", (40, 30)).save(annotated.images[0].path)
    else:
        first = replace(annotated.annotations[0], bbox=(1.0, 1.0, 30.0, 20.0))
        annotated = replace(annotated, annotations=(first, *annotated.annotations[1:]))
    kept = box_features(annotated, [Classical()], cache, told)
    assert (kept.values == box_features(annotated, [Classical()], NOWHERE, told).values).all()


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"not an array at all"])
def test_a_damaged_file_of_the_cache_is_made_again(tmp_path, damage):
    annotated, cache = noise_set(tmp_path / "set"), FeatureCache(folder=tmp_path / "kept")
    fresh = image_features(annotated, [Classical()], cache, told)
    for file in cache.folder.rglob("*.npy"):
        file.write_bytes(damage)
    assert (image_features(annotated, [Classical()], cache, told).values == fresh.values).all()


def test_images_without_a_photo_have_no_row_where_pixels_are_read(tmp_path):
    annotated = noise_set(tmp_path)
    first = replace(annotated.images[0], path=None)
    partly = replace(annotated, images=(first, *annotated.images[1:]))
    assert set(box_features(partly, BOTH, NOWHERE, told).image_ids) == {2, 3}
    assert set(box_features(partly, [Geometry()], NOWHERE, told).image_ids) == {1, 2, 3}


def test_a_set_without_photos_is_told_what_to_do(tmp_path):
    annotated = noise_set(tmp_path)
    bare = replace(annotated, images=tuple(replace(i, path=None) for i in annotated.images))
    with pytest.raises(NoFeatures, match="features=geometry"):
        box_features(bare, BOTH, NOWHERE, told)


def test_columns_are_joined_by_key_and_not_by_place(tmp_path):
    found = box_features(noise_set(tmp_path), [Geometry()], NOWHERE, told)
    shuffled = found.rows(np.array([4, 2, 0, 5, 3]))
    joined = side_by_side([shuffled, found])
    assert joined.annotation_ids.tolist() == shuffled.annotation_ids.tolist()
    half = len(Geometry.crop_names)
    assert (joined.values[:, :half] == joined.values[:, half:]).all()
