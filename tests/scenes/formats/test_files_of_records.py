"""Which photo and which depth map is a record's, and what they show, one small set each."""

import unicodedata

import numpy as np
import pytest
from PIL import Image, ImageOps
from pycocotools import mask as coco_mask

from scenes.measuring.measure import measure
from scenes.sets import belonging, depth_maps, photos, repair
from scenes.sets.boxes import claims
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, image, write_coco, write_photo

BOX = (2, 3, 10, 8)
SQUARE = [[2, 3, 12, 3, 12, 11, 2, 11]]


@pytest.mark.parametrize(("name", "on_disk"), [
    ("IMG_1.JPG", "img_1.jpg"), ("my%20chair.png", "my chair.png"), ("a.jpg", "a.jfif"),
    (unicodedata.normalize("NFC", "stühle.png"), unicodedata.normalize("NFD", "stühle.png")),
])  # fmt: skip
def test_a_photo_of_another_spelling_is_found_and_said(tmp_path, name, on_disk):
    write_photo(tmp_path / "1.png").rename(tmp_path / on_disk)
    found = read(write_coco(tmp_path, images=[image(file_name=name)]).parent)
    assert found.images[0].path.name == on_disk
    assert found.repairs == {belonging.RESPELLED.format(kind="photos"): 1}


def test_a_photo_of_the_same_base_name_is_not_anothers(tmp_path):
    for place in ("images/0001.png", "images/cam1/0001.png"):
        write_photo(tmp_path / place)
    images = [image(n, file_name=f"cam{n}/0001.png") for n in (1, 2)]
    found = read(write_coco(tmp_path, images=images).parent)
    assert [i.path is not None for i in found.images] == [True, False]
    assert found.repairs == {photos.ABSENT: 1}


def test_a_base_name_is_enough_where_it_is_one_images_alone_and_is_said(tmp_path):
    write_photo(tmp_path / "images/0001.png")
    found = read(write_coco(tmp_path, images=[image(file_name="upload/4/0001.png")]).parent)
    assert found.has_photos
    assert found.repairs == {belonging.SHORTENED.format(kind="photos"): 1}


def test_a_folder_that_is_there_and_lacks_the_photo_is_believed(tmp_path):
    write_photo(tmp_path / "images/0001.png")
    (tmp_path / "images/cam2").mkdir()
    assert not read(
        write_coco(tmp_path, images=[image(file_name="cam2/0001.png")]).parent
    ).has_photos


def test_a_photo_that_two_images_claim_is_neithers(tmp_path):
    write_photo(tmp_path / "1.png")
    found = read(write_coco(tmp_path, images=[image(1), image(2, file_name="1.png")]).parent)
    assert not found.has_photos
    assert found.repairs == {belonging.SHARED.format(kind="photos"): 2}


def test_a_label_whose_name_two_photos_bear_gets_none_of_them(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    write_photo(tmp_path / "images/1.jpg")
    assert read(tmp_path).repairs[belonging.SEVERAL.format(kind="photos")] == 1


def test_an_xml_with_a_stale_name_is_of_the_photo_of_its_own_name(tmp_path):
    as_voc(with_photo(tmp_path, name="1"), [BOX], name="1")
    path = as_voc(with_photo(tmp_path, name="2"), [BOX], name="2") / "Annotations" / "2.xml"
    path.write_text(path.read_text().replace("2.png", "1.png"))
    assert [i.path.name for i in read(tmp_path).images] == ["1.png", "2.png"]


def _depth(path, size=(40, 30), millimetres=2000):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(size[::-1], millimetres, dtype=np.uint16)).save(path)


def depths(found):
    table = measure(found, pixels=False)
    return table.column("depth").tolist() if "depth" in table.attributes else []


def test_a_depth_map_of_the_same_base_name_is_not_anothers(tmp_path):
    images = [image(n, file_name=f"cam{n}/0001.png") for n in (1, 2)]
    boxes = [box(n, image_id=n, segmentation=SQUARE) for n in (1, 2)]
    _depth(tmp_path / "depth/cam1/0001.png")
    _depth(tmp_path / "depth/0001.png", millimetres=9000)
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert depths(found) == pytest.approx([2, np.nan], nan_ok=True)


def test_a_depth_map_that_two_photos_could_have_is_neithers(tmp_path):
    images = [image(1, file_name="a.jpg"), image(2, file_name="a.png")]
    boxes = [box(n, image_id=n, segmentation=SQUARE) for n in (1, 2)]
    _depth(tmp_path / "depth/a.png")
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert found.repairs == {belonging.SHARED.format(kind="depth maps"): 2}
    assert depths(found) == []


def test_a_depth_map_is_turned_with_its_photo(tmp_path):
    write_photo(tmp_path / "1.png", (30, 40), orientation=6)  # upright 40 x 30
    stored = np.zeros((40, 30), dtype=np.uint16)
    stored[28:, :] = 5000  # the photo's lower edge as stored, its left side once upright
    (tmp_path / "depth").mkdir()
    Image.fromarray(stored).save(tmp_path / "depth/1.png")
    boxes = [box(1, segmentation=SQUARE), box(2, [25, 3, 10, 8], segmentation=[
        [25, 3, 35, 3, 35, 11, 25, 11]])]  # fmt: skip
    found = read(write_coco(tmp_path, annotations=boxes).parent)
    assert depths(found) == pytest.approx([5, np.nan], nan_ok=True)


def test_a_depth_map_of_other_proportions_is_left_out_and_counted(tmp_path):
    _depth(tmp_path / "depth/1.png", size=(30, 40))
    found = read(write_coco(tmp_path, annotations=[box(segmentation=SQUARE)]).parent)
    assert found.repairs == {depth_maps.RESHAPED: 1}


def test_a_size_that_is_told_turned_is_the_files_where_only_that_holds_the_boxes(tmp_path):
    write_photo(tmp_path / "1.png", (60, 30))
    told = [image(width=30, height=60)]
    found = read(write_coco(tmp_path, images=told, annotations=[box(1, [45, 3, 10, 8])]).parent)
    assert (found.images[0].width_px, found.images[0].height_px) == (60, 30)
    assert found.annotations[0].bbox == (45, 3, 10, 8)
    assert found.repairs == {repair.SIZE_OF_FILE: 1}


def test_one_image_of_unknown_size_is_dropped_and_the_others_stay(tmp_path):
    images = [image(1), image(2, width=None)]
    found = read(
        write_coco(tmp_path, images=images, annotations=[box(1), box(2, image_id=2)]).parent
    )
    assert [i.id for i in found.images] == [1]
    assert found.repairs == {repair.UNSIZED: 1, repair.NO_IMAGE: 1}


@pytest.mark.parametrize(("pixels", "wanted", "sentence"), [
    (np.full((30, 40), 0.5, dtype=np.float32), 127, photos.FLOATING),
    (np.full((30, 40), 128, dtype=np.int32), 128, photos.FLOATING),
    (np.full((30, 40), 2048, dtype=np.uint16), 127, photos.DEEP)])  # fmt: skip
def test_photos_of_many_bits_are_as_bright_as_they_are(tmp_path, pixels, wanted, sentence):
    Image.fromarray(pixels).save(tmp_path / "1.tif")
    found = read(write_coco(tmp_path, images=[image(file_name="1.tif")]).parent)
    assert (photos.read_rgb(found.images[0].path, (40, 30)) == wanted).all()
    assert found.repairs == {sentence: 1}


def test_what_is_transparent_is_white(tmp_path):
    pixels = np.zeros((30, 40, 4), dtype=np.uint8)
    pixels[:, :20, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "1.png")
    found = read(write_coco(tmp_path).parent)
    rgb = photos.read_rgb(found.images[0].path, (40, 30))
    assert (rgb[:, :20] == 0).all() and (rgb[:, 20:] == 255).all()
    assert found.repairs == {photos.SEE_THROUGH: 1}


@pytest.mark.parametrize("name", [".", "..", "/", "a\0b", "x" * 999, "\\", "http://[", "%"])
def test_a_name_that_no_file_can_have_is_an_absent_photo(tmp_path, name):
    assert not read(write_coco(tmp_path, images=[image(file_name=name)]).parent).has_photos


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("told_upright", [True, False])
def test_a_mask_and_a_depth_map_that_lie_otherwise_than_told_are_turned_with_the_photo(
    tmp_path, orientation, told_upright
):
    upright = np.zeros((30, 40), dtype=np.uint8)
    upright[3:11, 2:12] = 1
    ways = (np.rot90(upright), np.rot90(upright, -1), upright.T, upright[::-1, ::-1].T)
    stored = next(way for way in ways if (_upright(way, orientation) == upright).all())
    told, other = (upright, stored) if told_upright else (stored, upright)
    height, width = told.shape
    write_photo(tmp_path / "1.png", stored.shape[::-1], orientation=orientation)
    (tmp_path / "depth").mkdir()
    Image.fromarray(np.where(other, 5000, 2000).astype(np.uint16)).save(tmp_path / "depth/1.png")
    mask = coco_mask.encode(np.asfortranarray(other))
    x, y, w, h = coco_mask.toBbox(coco_mask.encode(np.asfortranarray(told))).tolist()
    boxes = [box(1, [x, y, w, h], segmentation={**mask, "counts": mask["counts"].decode()})]
    images = [image(width=width, height=height)]
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert (coco_mask.decode(found.annotations[0].segmentation) == told).all()
    assert found.repairs == {repair.TURNED_MASK: 1}
    assert depths(found) == pytest.approx([5])


def test_a_mask_of_exchanged_height_and_width_beside_an_upright_photo_is_left_out(tmp_path):
    write_photo(tmp_path / "1.png", (40, 30))
    told = {"size": [40, 30], "counts": [0, 1200]}
    found = read(write_coco(tmp_path, annotations=[box(1, segmentation=told)]).parent)
    assert found.annotations[0].segmentation is None
    assert found.repairs == {claims.BAD_MASK: 1}


def _upright(pixels, orientation):
    held = Image.fromarray(pixels)
    held.getexif()[0x0112] = orientation
    return np.asarray(ImageOps.exif_transpose(held))
