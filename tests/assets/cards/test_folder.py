"""Cut-outs of a folder as assets: how large, how often, and of which photos."""

from pathlib import Path

import numpy as np
import pytest

from assets.cards.folder import NoCutOuts, cut_outs, with_cut_outs
from assets.catalogue import load_catalogue
from scenes.preview.preview import alone
from tests.cut_outs import disc, folder, wanted
from tests.pasting import flat_camera, placed


def test_a_thing_stands_as_high_as_it_is_told_and_one_that_lies_is_as_long(tmp_path: Path) -> None:
    pictures = {"up": disc((40, 60)), "up2": disc((44, 60)), "down": disc((60, 40))}
    found = cut_outs(
        load_catalogue(1), wanted(folder(tmp_path, pictures), height_m={"gadget": 0.5})
    )
    sizes = {asset.id.rsplit("/", 1)[1]: asset.size_m for asset in found.assets}
    assert sizes["up"][2] == pytest.approx(0.5)
    assert sizes["down"][0] == pytest.approx(0.5)
    assert found.supposed.height_m == {}


def test_a_category_that_nobody_knows_is_served_and_its_size_said_to_be_guessed(
    tmp_path: Path,
) -> None:
    told = wanted(folder(tmp_path, {"a": disc()}), alone=False)
    assert cut_outs(load_catalogue(1), told).supposed.guessed == {"gadget"}
    catalogue = with_cut_outs(load_catalogue(1), told)
    assert catalogue.serving("Gadgets") == "gadget"
    assert catalogue.real_height_m("gadget") == pytest.approx(0.2)


def test_beside_meshes_cut_outs_are_picked_as_often_as_asked(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a": disc(), "b": disc()}, category="Cups")
    found = with_cut_outs(load_catalogue(2), wanted(root, alone=False, share=0.25))
    weights = {asset.id: asset.weight for asset in found.of_category("cup")}
    flat = sum(told for name, told in weights.items() if name.startswith("fragment/"))
    assert flat / sum(weights.values()) == pytest.approx(0.25)


def test_no_cut_out_of_a_photo_that_judges_stands_anywhere(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a": disc(), "b": disc()}, b={"photo_sha256": "f" * 64})
    found = cut_outs(load_catalogue(1), wanted(root, without=("f" * 64,)))
    assert [asset.id for asset in found.assets] == ["fragment/gadget/a"]
    assert found.left_out == 1
    with pytest.raises(NoCutOuts, match="2 are of photos that only judge"):
        cut_outs(load_catalogue(1), wanted(root, without=("f" * 64, "0" * 64)))


def test_marked_ones_are_not_used_unless_a_person_keeps_them(tmp_path: Path) -> None:
    marked = {"marks": ("doubtful",), "used": False}
    pictures = {"a": disc(), "b": disc(), "c": disc(), "d": disc()}
    root = folder(tmp_path, pictures, b=marked, c=marked | {"kept": "keep"}, d={"kept": "drop"})
    found = cut_outs(load_catalogue(1), wanted(root))
    assert [asset.id[-1] for asset in found.assets] == ["a", "c"]


def test_what_hides_another_is_pasted_with_it(tmp_path: Path) -> None:
    pictures = {"whole": disc((80, 120)), "part": disc((40, 60))}
    hidden = {"marks": ("occluded",), "used": False, "occluded_by": ("part",), "photo": "x.jpg",
              "box_px": (14.0, 14.0, 72.0, 112.0)}  # fmt: skip
    root = folder(tmp_path, pictures, whole=hidden, part={"photo": "x.jpg",
                  "crop_start_px": (20, 40), "box_px": (24.0, 44.0, 32.0, 52.0)})  # fmt: skip
    found = {a.id[-4:]: a.imported for a in cut_outs(load_catalogue(1), wanted(root)).assets}
    (along,) = found["hole"].along
    assert along.asset_id == "fragment/gadget/part"
    assert (along.right_px, along.up_px) == pytest.approx((-10.0, 30.0), abs=0.6)
    assert found["part"].along == ()


def test_a_preview_at_the_photos_own_size_shows_alpha_to_the_pixel(tmp_path: Path) -> None:
    rgba = disc((80, 120), hole=True)
    catalogue = with_cut_outs(load_catalogue(1), wanted(folder(tmp_path, {"a": rgba})))
    asset = catalogue.get("fragment/gadget/a")
    camera = flat_camera(asset, (80, 120))
    shown = alone(camera, placed(1, asset), catalogue)
    alpha = rgba[..., 3] > 127
    assert np.count_nonzero(shown != alpha) < 0.01 * alpha.sum()
