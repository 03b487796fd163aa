from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from alignment.real.category import UnclearCategory
from alignment.real_set import MIN_SIDE_PX, fixed_resolution, load_real
from alignment.settings import ImageSettings, settings_from
from assets.catalogue import load_catalogue
from tests.scenes.configs import CONF
from tests.scenes.sets import box, image, write_coco, write_photo


@pytest.fixture(scope="module")
def settings():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("align", overrides=["preset=draft"], return_hydra_config=False)
        return settings_from(config)


def read(settings, **changes):
    return load_real(replace(settings, **changes), load_catalogue(1))


def sized(folder, *sizes):
    images = [image(n, width=w, height=h) for n, (w, h) in enumerate(sizes, 1)]
    boxes = [box(n, image_id=n) for n in range(1, len(sizes) + 1)]
    return write_coco(folder, images=images, annotations=boxes).parent


def test_without_a_set_the_embedded_one_stands_in_with_its_category(settings):
    real = read(settings, real=None, category=None)
    assert (real.annotated.name, real.category) == ("coco_indoor", "chair")
    assert len(real.table) == len(real.annotated.annotations) > 30
    assert {a.category_id for a in real.annotated.annotations} == {real.category_id}
    assert any("assumed field of view" in note for note in real.notes)
    assert real.table.estimated == {"depth", "occlusion_index"}


def test_the_embedded_set_serves_other_categories_too(settings):
    real = read(settings, real=None, category="Dining Tables")
    assert real.category == "dining table"
    assert set(real.table.table["category"].to_pylist()) == {"dining table"}


def test_an_unknown_category_lists_what_there_is(settings):
    with pytest.raises(UnclearCategory, match=r"expected one of: .*chair \(\d+ boxes\)"):
        read(settings, real=None, category="zebra")


def test_resolutions_have_the_proportions_of_the_photos_each_as_often(settings, tmp_path):
    real = read(settings, real=sized(tmp_path, (640, 480), (640, 480), (300, 400), (500, 500)))
    assert Counter(real.resolutions_px(320)) == {(320, 240): 2, (240, 320): 1, (320, 320): 1}


def test_a_sliver_of_a_photo_still_gives_an_image_that_can_be_rendered(settings, tmp_path):
    real = read(settings, real=sized(tmp_path, (6000, 20), (20, 6000)))
    assert real.resolutions_px(320) == ((320, MIN_SIDE_PX), (MIN_SIDE_PX, 320))


@pytest.mark.parametrize(("aspect", "size"), [(4 / 3, (320, 240)), (0.5, (160, 320)),
                                              (1.0, (320, 320)), (10.0, (320, 32))])  # fmt: skip
def test_fixed_proportions_are_one_resolution(settings, aspect, size):
    fixed = ImageSettings(long_side_px=320, proportions="fixed", aspect=aspect)
    assert fixed_resolution(replace(settings, image=fixed)) == (size,)


def test_photos_bring_pixel_attributes_and_their_absence_is_noted(settings, tmp_path):
    with_photo, without = tmp_path / "a", tmp_path / "b"
    write_coco(with_photo)
    write_photo(with_photo / "1.png")
    write_coco(without)
    assert "image_sharpness" in read(settings, real=with_photo).table.attributes
    bare = read(settings, real=without)
    assert "image_sharpness" not in bare.table.attributes
    assert any(note.startswith("no photos beside") for note in bare.notes)


def test_images_without_a_box_of_the_category_give_no_resolution(settings, tmp_path):
    path = write_coco(tmp_path, images=[image(1), image(2, width=30, height=40)])
    real = read(settings, real=Path(path))
    assert real.resolutions_px(320) == ((320, 240),)
