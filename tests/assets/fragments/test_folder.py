"""A fragments folder comes back as it was told, or says what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from assets.fragments.background import Ground, PaintedBackground
from assets.fragments.folder import read_fragments
from assets.fragments.fragment import Fragment
from assets.fragments.told import BadFragments

SHA = "0" * 64
BOX = (12.0, 11.0, 6.0, 8.0)


def fragment(folder: Path, **changed: Any) -> Fragment:
    told: dict[str, Any] = {
        "crop_start_px": (10, 9), "crop_size_px": (10, 12), "photo_size_px": (40, 30),
        "photo": "a.jpg", "photo_sha256": SHA, "category": "cup", "box_px": BOX,
        "mask_source": "grabcut", "mask_score": 0.7, "marks": (), "used": True, "kept": None,
        "setting": "away", "stands_on": None, "height_px_per_row": 0.4, "blur": 0.2,
        "brightness": 0.5, "truncated": False, "occluded_by": (), "proc_sha256": SHA,
    }  # fmt: skip
    return Fragment(folder=folder, **(told | changed))


def background(path: Path) -> PaintedBackground:
    ground = Ground(
        height_px_per_row={"cup": 0.5}, height_px={"cup": 9.0}, spread={"cup": 0.1}, boxes=8,
        source="photo",
    )  # fmt: skip
    return PaintedBackground(
        path=path, photo="a.jpg", photo_sha256=SHA, size_px=(40, 30), painted_share=0.04,
        painted_boxes_px=(BOX,), used=True, why=None, horizon_row_px=5.0, ground=ground,
        setting="away",
    )  # fmt: skip


def folder_of(root: Path, *fragments: Fragment) -> Path:
    for one in fragments:
        one.folder.mkdir(parents=True)
        (one.folder / "meta.json").write_text(json.dumps(one.told))
        pixels = np.arange(10 * 12 * 4, dtype=np.uint8).reshape(12, 10, 4)
        cv2.imwrite(str(one.folder / "proc.png"), pixels)
        cv2.imwrite(str(one.folder / "raw.png"), pixels[..., :3])
    (root / "fragments.json").write_text(json.dumps({
        "version": 1, "real": "set", "categories": ["cup"], "counts": {"cut out": 1},
        "fragments": [one.id for one in fragments],
    }))  # fmt: skip
    told = {"backgrounds": [background(root / "backgrounds" / "a.png").told]}
    (root / "backgrounds.json").write_text(json.dumps(told))
    return root


def test_what_is_told_comes_back(tmp_path: Path) -> None:
    one = fragment(tmp_path / "a-00", marks=("border",), kept="keep", occluded_by=("a-01",))
    found = read_fragments(folder_of(tmp_path, one))
    assert found.fragments == (one,)
    assert found.backgrounds == (background(tmp_path / "backgrounds" / "a.png"),)


def test_alpha_comes_last_and_colours_are_rgb(tmp_path: Path) -> None:
    one = fragment(tmp_path / "a-00")
    found = read_fragments(folder_of(tmp_path, one)).fragments[0]
    assert found.rgba()[0, 0].tolist() == [2, 1, 0, 3]
    assert np.array_equal(found.rgba()[..., :3], found.rgb())
    assert not found.rgba().flags.writeable


@pytest.mark.parametrize(
    ("used", "kept", "is_used"),
    [(True, None, True), (False, None, False), (False, "keep", True), (True, "drop", False)],
)
def test_a_persons_word_goes_before_the_marks(used: bool, kept: str | None, is_used: bool) -> None:
    assert fragment(Path("a-00"), used=used, kept=kept).is_used == is_used


@pytest.mark.parametrize(
    ("key", "value"),
    [("crop_start_px", [35, 9]), ("box_px", [0, 0, 0, 4]), ("mask_score", 1.5), ("used", "yes"),
     ("kept", "maybe"), ("marks", [1]), ("setting", "aloft"), ("blur", None)],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_file(tmp_path: Path, key: str, value: Any) -> None:
    one = fragment(tmp_path / "a-00")
    root = folder_of(tmp_path, one)
    (one.folder / "meta.json").write_text(json.dumps(one.told | {key: value}))
    with pytest.raises(BadFragments, match=r"meta\.json: .*" + key[:4]):
        read_fragments(root)


def test_a_folder_that_is_none_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadFragments, match="make fragments REAL="):
        read_fragments(tmp_path)


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    one = fragment(tmp_path / "a-00")
    folder_of(tmp_path, one)
    cv2.imwrite(str(one.folder / "proc.png"), np.zeros((5, 5, 4), np.uint8))
    with pytest.raises(BadFragments, match="10 x 12"):
        one.rgba()


def test_height_follows_the_row_where_the_ground_runs_away(tmp_path: Path) -> None:
    ground = background(tmp_path)
    assert ground.height_px_at("cup", 25.0) == 0.5 * (25 - 5)
    assert ground.height_px_at("cup", 4.0) is None
    assert ground.height_px_at("car", 25.0) is None
