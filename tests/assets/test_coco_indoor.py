"""The real set that comes with the project, read by pycocotools."""

import json
from pathlib import Path

import pytest
from pycocotools import mask
from pycocotools.coco import COCO

import assets

FOLDER = Path(assets.__path__[0]) / "real" / "coco_indoor"
FILE = FOLDER / "annotations.json"


@pytest.fixture(scope="module")
def told():
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_pycocotools_finds_the_chairs():
    coco = COCO(str(FILE))
    chairs = coco.getAnnIds(catIds=coco.getCatIds(catNms=["chair"]))
    assert (len(coco.imgs), len(coco.anns), len(chairs)) == (97, 410, 63)


def test_masks_have_their_stored_areas_and_lie_in_their_boxes(told):
    masked = [a for a in told["annotations"] if "segmentation" in a]
    assert len(masked) == 319
    for a in masked:
        assert mask.area(a["segmentation"]) == a["mask_area"]
        assert a["mask_area"] <= 1.02 * a["area"] + 20


def test_boxes_lie_in_their_images(told):
    sizes = {i["id"]: (i["width"], i["height"]) for i in told["images"]}
    for a in told["annotations"]:
        x, y, w, h = a["bbox"]
        width, height = sizes[a["image_id"]]
        assert w > 0 and h > 0 and x >= -0.01 and y >= -0.01
        assert x + w <= width + 0.01 and y + h <= height + 0.01


def test_it_carries_its_attribution_and_no_photograph(told):
    source = (FOLDER / "SOURCE.md").read_text(encoding="utf-8")
    assert "COCO Consortium" in source and "CC BY 4.0" in source
    assert {p.name for p in FOLDER.iterdir()} == {"annotations.json", "SOURCE.md"}
    assert "flickr" not in FILE.read_text(encoding="utf-8") and FILE.stat().st_size < 300_000
