"""`make fragments` of a Label Studio export: brushes, polygons, turned boxes, photos elsewhere."""

import json

import cv2
import numpy as np
import pytest

from alignment.fragments.masking.score import iou
from alignment.fragments.taking import NothingToCut
from tests.alignment.fragments.cutting_out import fragments
from tests.alignment.fragments.planted import GREEN, RED, SIZE, ellipse, photo
from tests.scenes.formats.test_label_studio import brush_of

BRUSH, CORNERS = ellipse((60, 60), (20, 30)), [(100, 40), (130, 40), (130, 90), (100, 90)]
TURNED = ((50, 60), (40, 16), 30.0)  # centre, sides, clockwise, of the last photo's thing


def result(kind, value):
    return {"type": f"{kind}labels", "value": value | {f"{kind}labels": ["can"]},
            "original_width": SIZE[0], "original_height": SIZE[1]}  # fmt: skip


def shares(points):
    return [[100 * x / SIZE[0], 100 * y / SIZE[1]] for x, y in points]


def turned():
    """Return the thing's corners, and its value: it is turned about what was its upper left one."""
    (cx, cy), (w, h), degrees = TURNED
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    first = (cx - cos * w / 2 + sin * h / 2, cy - sin * w / 2 - cos * h / 2)
    ((x, y),), ((w, h),) = shares([first]), shares([(w, h)])
    value = {"x": x, "y": y, "width": w, "height": h, "rotation": degrees}
    return cv2.boxPoints(TURNED), value


@pytest.fixture
def exported(tmp_path):
    """An export, and the photos in another folder; one of them is nowhere."""
    box = np.zeros(SIZE[::-1], np.uint8)
    cv2.fillConvexPoly(box, np.array(CORNERS), 1)
    tilted = np.zeros(SIZE[::-1], np.uint8)
    cv2.fillConvexPoly(tilted, turned()[0].astype(int), 1)
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for name, masks in (("a", [BRUSH, box > 0]), ("b", [tilted > 0])):
        pixels = photo(rng, masks, [RED, GREEN][: len(masks)])
        cv2.imwrite(str(tmp_path / "photos" / f"{name}.png"), pixels[..., ::-1])
    drawn = {
        "/data/local-files/?d=media/a.png": [
            result("brush", {"rle": brush_of(BRUSH), "format": "rle"}),
            result("polygon", {"points": shares(CORNERS)}),
        ],
        "/data/upload/7/b.png": [result("rectangle", turned()[1])],
        "/data/upload/7/lost.png": [result("rectangle", turned()[1])],
    }
    tasks = [
        {"id": n, "data": {"image": image}, "annotations": [{"id": n, "result": results}]}
        for n, (image, results) in enumerate(drawn.items(), 1)
    ]
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "tasks.json").write_text(json.dumps(tasks))
    return tmp_path / "export", tmp_path / "photos"


def whole_mask(one):
    (x, y), (w, h) = one.crop_start_px, one.crop_size_px
    mask = np.zeros(SIZE[::-1], bool)
    mask[y : y + h, x : x + w] = one.rgba()[..., 3] > 127
    return mask


def test_things_of_an_export_are_cut_from_photos_that_lie_elsewhere(exported, tmp_path):
    root, photos = exported
    paths = {"/data/local-files/?d=media": str(photos), "/data/upload/7": str(photos)}
    found = fragments(root, tmp_path / "out", paths=paths)
    brush, polygon, tilted = found.fragments
    assert (brush.mask_source, polygon.mask_source) == ("set", "set")
    assert iou(whole_mask(brush), BRUSH) > 0.97
    x, y, w, h = polygon.box_px
    assert (x, y, x + w, y + h) == pytest.approx((*CORNERS[0], *CORNERS[2]), abs=0.1)
    low, high = turned()[0].min(axis=0), turned()[0].max(axis=0)
    assert tilted.box_px == pytest.approx((*low, *(high - low)), abs=0.1)
    assert found.counts["photos that are not on disk"] == 1


def test_an_export_without_its_photos_says_how_to_name_their_place(exported, tmp_path):
    with pytest.raises(NothingToCut, match=r"paths=\{what it tells: where it is\}"):
        fragments(exported[0], tmp_path / "out")
