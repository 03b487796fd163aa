import json

import numpy as np
import pytest
from PIL import Image

from alignment.curation.derived_set import (
    Derivation,
    OtherDecision,
    _names,
    check_derivable,
    hold_decision,
    write_derived,
)
from alignment.detection.shown.made_with import made_with
from alignment.real.pair import NotOneCoco
from scenes.dataset.validate import load_coco
from scenes.formats.coco import read_coco
from scenes.sets.annotated_set import AnnotatedImage
from tests.alignment.features.sets_with_photos import noise_set, told
from tests.scenes.sets import box, image, write_coco

NONE = frozenset()


def derived(folder, out, images=NONE, annotations=NONE, blackened=NONE):
    change = Derivation(images=images, annotations=annotations, blackened=blackened)
    annotated = read_coco(folder / "annotations.json")
    return load_coco(write_derived(out, annotated, folder / "annotations.json", change, told))


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


@pytest.fixture
def source(tmp_path):
    noise_set(tmp_path / "source")
    return tmp_path / "source"


def contents(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_black_boxes_are_exactly_the_boxes_and_no_other_pixel_changes(source, tmp_path):
    told = json.loads((source / "annotations.json").read_text())
    told["annotations"][0]["bbox"] = [3.4, 5.0, 10.2, 8.0]  # touches columns 3 to 13
    (source / "annotations.json").write_text(json.dumps(told))
    made = derived(source, tmp_path / "out", blackened=frozenset({1}))
    before, after = pixels(source / "images/1.png"), pixels(tmp_path / "out/images/1.png")
    wanted = before.copy()
    wanted[5:13, 3:14] = 0
    assert (after == wanted).all()
    assert sorted(made.anns) == [2, 3, 4, 5, 6]


def test_a_jpeg_with_a_black_box_is_kept_without_loss(tmp_path):
    rgb = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    (tmp_path / "set").mkdir()
    Image.fromarray(rgb).save(tmp_path / "set" / "1.jpg", quality=80)
    write_coco(tmp_path / "set", images=[image(file_name="1.jpg")])
    made = derived(tmp_path / "set", tmp_path / "out", blackened=frozenset({1}))
    before = pixels(tmp_path / "set" / "1.jpg").copy()
    before[3:11, 2:12] = 0
    assert made.imgs[1]["file_name"] == "1.png"
    assert (pixels(tmp_path / "out/images/1.png") == before).all()


def test_dropped_images_go_with_their_boxes_and_the_rest_is_the_same_bytes(source, tmp_path):
    before = contents(source)
    made = derived(source, tmp_path / "out", images=frozenset({2}))
    assert sorted(made.imgs) == [1, 3]
    assert sorted(made.anns) == [1, 2, 5, 6]
    assert not (tmp_path / "out/images/2.png").exists()
    for name in ("1.png", "3.png"):
        kept = (tmp_path / "out/images" / name).read_bytes()
        assert kept == (source / "images" / name).read_bytes()
    assert contents(source) == before


def test_records_keep_all_that_they_hold(tmp_path):
    kept = box(2, keypoints=[1, 2, 2], area=80, segmentation=[[2, 3, 12, 3, 12, 11]], mine="x")
    write_coco(tmp_path, annotations=[box(1), kept], licenses=[{"id": 1, "name": "own"}])
    made = derived(tmp_path, tmp_path / "out", annotations=frozenset({1}))
    assert made.dataset["annotations"] == [kept]
    assert made.dataset["licenses"] == [{"id": 1, "name": "own"}]


def test_a_name_that_leads_out_of_the_folder_stays_in_it(tmp_path):
    write_coco(tmp_path, images=[image(file_name="../../etc/1.png")])
    made = derived(tmp_path, tmp_path / "out")
    assert made.imgs[1]["file_name"] == "etc/1.png"


def test_a_photo_that_becomes_png_does_not_take_another_ones_name(tmp_path):
    noise_set(tmp_path / "set", images=2, boxes=1)
    (tmp_path / "set/images/2.png").rename(tmp_path / "set/images/1.jpg")
    told = json.loads((tmp_path / "set/annotations.json").read_text())
    told["images"][1]["file_name"] = "1.jpg"
    (tmp_path / "set/annotations.json").write_text(json.dumps(told))
    made = derived(tmp_path / "set", tmp_path / "out", blackened=frozenset({2}))
    assert {i["file_name"] for i in made.imgs.values()} == {"1.png", "1-2.png"}
    assert (pixels(tmp_path / "out/images/1-2.png") == 0).all(axis=-1).sum() >= 12 * 9


def test_what_a_stopped_run_has_copied_is_completed(source, tmp_path):
    whole = tmp_path / "whole"
    derived(source, whole, blackened=frozenset({3}))
    part = tmp_path / "part"
    (part / "images").mkdir(parents=True)
    (part / "images/1.png").write_bytes(b"cut off")
    derived(source, part, blackened=frozenset({3}))
    assert [p.read_bytes() for p in sorted(contents(part))] == [
        p.read_bytes() for p in sorted(contents(whole))
    ]


def test_a_folder_made_by_other_settings_is_refused(tmp_path):
    hold_decision(tmp_path, {"score": "knn"})
    hold_decision(tmp_path, {"score": "knn"})
    with pytest.raises(OtherDecision, match="score"):
        hold_decision(tmp_path, {"score": "kde"})


def test_boxes_without_an_id_of_their_own_are_refused(tmp_path):
    path = write_coco(tmp_path, annotations=[box(1), box(1, [20, 3, 5, 5])])
    with pytest.raises(NotOneCoco, match="unique id"):
        check_derivable(read_coco(path), path)


@pytest.mark.parametrize("image_id", [None, "nobody", [], 99])
def test_records_of_no_image_go_with_what_goes(source, tmp_path, image_id):
    told = json.loads((source / "annotations.json").read_text())
    told["annotations"].append({**told["annotations"][0], "id": 77, "image_id": image_id})
    (source / "annotations.json").write_text(json.dumps(told))
    made = derived(source, tmp_path / "out", images=frozenset({2}), annotations=frozenset({1}))
    assert sorted(made.anns) == [2, 5, 6]


def test_ids_that_are_names_stay_names(tmp_path):
    images = [image("one", file_name="1.png"), image("two", file_name="2.png")]
    boxes = [box("x", image_id="one"), box("y", image_id="two"), box("z", image_id="two")]
    write_coco(tmp_path, images=images, annotations=boxes)
    annotated = read_coco(tmp_path / "annotations.json")
    check_derivable(annotated, tmp_path / "annotations.json")
    gone = frozenset(a.id for a in annotated.annotations if a.told_id == "y")
    made = derived(tmp_path, tmp_path / "out", annotations=gone)
    assert [a["id"] for a in made.dataset["annotations"]] == ["x", "z"]
    assert [i["id"] for i in made.dataset["images"]] == ["one", "two"]


def test_images_of_one_name_keep_names_of_their_own():
    images = [
        AnnotatedImage(id=n, file_name=f"{n // 2}.png", path=None, width_px=4, height_px=4)
        for n in range(60_000)
    ]
    names = _names(images, {image.id: [] for image in images})
    assert len(set(names.values())) == 60_000


def test_a_name_that_is_made_for_one_image_is_not_anothers():
    told = ["a-2.png", "a.png", "a.png"]
    images = [AnnotatedImage(id=n, file_name=name, path=None, width_px=4, height_px=4)
              for n, name in enumerate(told)]  # fmt: skip
    assert len(set(_names(images, {n: [] for n in range(3)}).values())) == 3


def test_a_derived_set_says_what_the_set_that_it_is_of_was_made_with(source, tmp_path):
    parts = {"exposed": ["a.jpg"], "validation": [], "test": ["b.jpg"]}
    split = {"seed": 0, "shares": {}, "images": parts}
    (source / "splits.json").write_text(json.dumps(split))
    (source / "manifest.json").write_text(json.dumps({"photos": [{"sha256": "5a"}], "images": 2}))
    derived(source, tmp_path / "out")
    learned = made_with(tmp_path / "out")
    assert (learned.exposed, learned.test) == (("a.jpg",), ("b.jpg",))
    assert learned.digests == {"5a"}
