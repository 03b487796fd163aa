from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from alignment.align.brief.real_set import fixed_resolution, load_real
from alignment.align.brief.settings import ImageSettings, settings_from
from alignment.real.category import UnclearCategory
from alignment.real.proportions import MIN_SIDE_PX
from alignment.real.split import SplitSettings
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
    assert {a.category_id for a in real.annotated.annotations} == set(real.categories)
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


SHARES = SplitSettings(validation=0.1, test=0.3)


def boxes_of(folder, sides):
    images = [image(n) for n in range(1, len(sides) + 1)]
    boxes = [box(n, [2, 3, side, 8], image_id=n) for n, side in enumerate(sides, 1)]
    return write_coco(folder, images=images, annotations=boxes).parent


def test_what_is_kept_apart_is_in_no_field_but_the_judges(settings, tmp_path):
    real = read(settings, split=SHARES, real=boxes_of(tmp_path, [10] * 20))
    kept = set(real.held_out.for_judging().image_ids.tolist())
    assert (len(real.annotated.images), len(kept)) == (12, 6)
    assert not kept & {i.id for i in real.annotated.images}
    assert not kept & {a.image_id for a in real.annotated.annotations}
    assert not kept & set(real.table.image_ids.tolist())
    assert not kept & set(real.photo_px)


def test_other_boxes_on_the_kept_photos_change_nothing_that_a_fit_sees(settings, tmp_path):
    clean = read(settings, split=SHARES, real=boxes_of(tmp_path / "a" / "set", [10] * 20))
    kept = clean.held_out.for_judging().image_ids
    sides = [30 if n in kept else 10 for n in range(1, 21)]
    told = read(settings, split=SHARES, real=boxes_of(tmp_path / "b" / "set", sides))
    assert told.table.table.equals(clean.table.table)
    assert told.annotated.annotations == clean.annotated.annotations
    assert told.notes == clean.notes
    assert told.held_out.for_judging().column("bbox_area").max() == 30 * 8 / 1200


def test_the_record_names_every_photo_once(settings, tmp_path):
    real = read(settings, split=SHARES, real=boxes_of(tmp_path, [10] * 20))
    named = {part: len(names) for part, names in real.record.images.items()}
    assert named == {"exposed": 12, "validation": 2, "test": 6}
    assert sorted(sum(real.record.images.values(), ())) == sorted(f"{n}.png" for n in range(1, 21))
