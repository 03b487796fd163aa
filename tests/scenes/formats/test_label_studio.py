"""Label Studio's own JSON: brushes, turned rectangles, polygons, and photos under other paths."""

import json

import cv2
import numpy as np
import pytest

from scenes.formats.read import UnknownFormat, read_real
from scenes.formats.tools.brush import brushed
from scenes.formats.tools.label_studio import BRUSHED
from scenes.sets.masks import decoded
from tests.scenes.sets import box, write_coco

SIZE = (24, 16)


def packed(values, width, lengths, runs):
    """Return a stream as its definition tells it. runs: (repeat, which length, count, values)."""
    bits = f"{values:032b}{width - 1:05b}" + "".join(f"{length - 1:04b}" for length in lengths)
    for repeat, which, count, told in runs:
        bits += f"{repeat:b}{which:02b}{count - 1:0{lengths[which]}b}"
        bits += "".join(f"{value:0{width}b}" for value in told)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[n : n + 8], 2) for n in range(0, len(bits), 8)]


def brush_of(mask):
    """Return an (h, w) mask as Label Studio's brush: RGBA of 0 and 255, rows in turn."""
    flat = np.repeat(mask.ravel(), 4) * 255
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs = [
        (1, 3, len(part), [int(part[0])]) if len(part) > 4 else (0, 0, len(part), part.tolist())
        for part in np.split(flat, edges)
    ]
    return packed(flat.size, 8, (3, 4, 8, 16), runs)


def exported(root, value, kind, image="/data/upload/7/a1b2-p.png"):
    root.mkdir(exist_ok=True)
    (root / "tasks.json").write_text(json.dumps([{
        "id": 1, "data": {"image": image}, "annotations": [{"id": 1, "result": [{
            "type": f"{kind}labels", "value": value | {f"{kind}labels": ["can"]},
            "original_width": SIZE[0], "original_height": SIZE[1],
        }]}],
    }]))  # fmt: skip
    return root


def blob():
    mask = np.zeros(SIZE[::-1], np.uint8)
    cv2.circle(mask, (10, 8), 5, 1, -1)
    mask[8, 10] = 0
    return mask.astype(bool)


def only(annotated):
    (one,) = annotated.annotations
    return one, decoded(one, annotated.images[0])


def test_a_brush_is_read_to_the_pixel(tmp_path):
    root = exported(tmp_path, {"rle": brush_of(blob()), "format": "rle"}, "brush")
    one, mask = only(read_real(root, format=None))
    assert np.array_equal(mask, blob())
    assert one.bbox == (5, 3, 11, 11)


@pytest.mark.parametrize("spoilt", [
    [], "abc", [300], brush_of(blob())[:20], brush_of(np.ones((3, 3), bool)), [0] * 400,
], ids=["empty", "text", "no byte", "cut off", "other size", "zeros"])  # fmt: skip
def test_a_brush_that_is_not_whole_is_none(spoilt):
    assert brushed(spoilt, SIZE) is None


def test_a_spoilt_brush_is_counted_and_the_others_stay(tmp_path):
    root = exported(tmp_path, {"rle": brush_of(blob())}, "brush")
    told = json.loads((root / "tasks.json").read_text())
    result = told[0]["annotations"][0]["result"]
    result.append(result[0] | {"value": {"rle": [1], "brushlabels": ["can"]}})
    (root / "tasks.json").write_text(json.dumps(told))
    found = read_real(root, format=None)
    assert len(found.annotations) == 1
    assert found.repairs[BRUSHED] == 1


def test_a_turned_rectangle_is_the_upright_one_round_it(tmp_path):
    value = {"x": 50, "y": 25, "width": 25, "height": 25, "rotation": 90}
    one, mask = only(read_real(exported(tmp_path, value, "rectangle"), format=None))
    assert one.bbox == pytest.approx((12 - 4, 4, 4, 6))
    assert mask is None


def test_a_polygon_keeps_its_outline(tmp_path):
    value = {"points": [[25, 25], [75, 25], [75, 75], [25, 75]]}
    one, mask = only(read_real(exported(tmp_path, value, "polygon"), format=None))
    assert one.bbox == pytest.approx((6, 4, 12, 8))
    assert mask.sum() == 12 * 8


@pytest.mark.parametrize(("told", "key"), [
    ("/data/media/trip/p.png", "/data/media"),
    ("/data/local-files/?d=media/trip/p.png", "/data/local-files/?d=media"),
    ("http://host:8080/data/local-files/?d=media/trip/p.png", "media"),
    ("file:///mnt/disk/media/trip/p.png", "/mnt/disk/media"),
    ("C:\\media\\trip\\p.png", "C:/media"),
])  # fmt: skip
def test_paths_lead_to_photos_elsewhere(tmp_path, told, key):
    folder = tmp_path / "elsewhere" / "trip"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "p.png"), np.zeros((*SIZE[::-1], 3), np.uint8))
    value = {"x": 10, "y": 10, "width": 50, "height": 50}
    root = exported(tmp_path / "set", value, "rectangle", image=told)
    lost = read_real(root, format=None)
    assert lost.images[0].path is None
    found = read_real(root, format=None, paths={key: str(tmp_path / "elsewhere")})
    assert found.images[0].path == folder / "p.png"
    assert found.images[0].file_name == told


def test_paths_are_refused_where_the_set_is_no_label_studio_export(tmp_path):
    real = write_coco(tmp_path, annotations=[box(1, [10, 10, 12, 4])]).parent
    with pytest.raises(UnknownFormat, match="is read as COCO"):
        read_real(real, format=None, paths={"/data": "x"})
