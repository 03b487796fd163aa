"""What is pasted on a road or at one's feet is as large as things are there, on that row."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from assets.cards.folder import with_cut_outs
from assets.catalogue import load_catalogue
from assets.fragments.background import Ground, PaintedBackground
from render.pasting.behind import behind
from render.pasting.paste import Grounds, pasted
from render.pasting.plausible import WORST, Scales, Thing
from scenes.files.rle import tight_box
from tests.cut_outs import disc, folder, wanted
from tests.pasting import flat_camera, placed, plain, scene

SIZE = (160, 120)
PHOTO_PX = (320, 480)
RATE = 0.4


def photo(path: Path, **told: Any) -> PaintedBackground:
    """A photo in bands, so that what was cut of it is told by its colours: red is the row."""
    rows = (np.arange(PHOTO_PX[1]) / 2).astype(np.uint8)
    picture = np.repeat(np.repeat(rows[:, None, None], PHOTO_PX[0], axis=1), 3, axis=2)
    cv2.imwrite(str(path), picture)
    by_row: Mapping[str, float] = told.get("by_row", {})
    ground = Ground(
        height_px_per_row=by_row, height_px=told.get("fixed", {}), spread={}, boxes=9, source="set"
    )
    return PaintedBackground(
        path=path, photo=path.name, photo_sha256="0" * 64, size_px=PHOTO_PX, painted_share=0.0,
        painted_boxes_px=told.get("places", ()), used=True, why=None, ground=ground,
        horizon_row_px=told.get("horizon"), setting="away" if by_row else "before_feet",
    )  # fmt: skip


def shown(
    tmp_path: Path, told: PaintedBackground, zoom: float, seed: int = 7, **changed: Any
) -> Any:
    """Return the box of a thing that is pasted on it, and the cut's first row and rows a pixel."""
    root = folder(tmp_path / "outs", {"a": disc((40, 60))})
    catalogue = with_cut_outs(load_catalogue(1), wanted(root))
    asset = catalogue.get("fragment/gadget/a")
    one = placed(1, asset, (30 * asset.imported.metre_px, 0.0, -40 * asset.imported.metre_px))  # type: ignore[union-attr]  # a card
    seen = scene(flat_camera(asset, SIZE), str(told.path), one, seed=seed)
    by = plain(zoom={"low": 1.0, "high": zoom, "log": True}, **changed)
    frame = pasted(seen, catalogue, by, colour=True, grounds=Grounds(photos={str(told.path): told}))
    red = frame.image[:, -1, 0].astype(float) * 2
    rows = np.polyfit(np.arange(SIZE[1]) + 0.5, red, 1)
    return tight_box(frame.instances == 1), float(rows[1]), float(rows[0])


def test_on_a_road_the_cut_is_where_its_ground_has_things_as_large_as_it_is(tmp_path: Path) -> None:
    road = photo(tmp_path / "road.png", by_row={"gadget": RATE}, horizon=150.0)
    (_, y, _, h), first, rows_px = shown(tmp_path, road, 3.0)
    there = road.height_px_at("gadget", first + (y + h) * rows_px)
    assert there is not None
    assert h * rows_px == pytest.approx(there, rel=0.06)  # a pixel of its height is a fiftieth


def test_at_ones_feet_the_photo_is_enlarged_until_its_things_are_as_large(tmp_path: Path) -> None:
    feet = photo(tmp_path / "feet.png", fixed={"gadget": 60.0})
    (_, _, _, h), _, rows_px = shown(tmp_path, feet, 3.0)
    assert h * rows_px == pytest.approx(60.0, rel=0.06)
    (_, _, _, h), _, rows_px = shown(tmp_path / "again", feet, 1.3)
    assert rows_px == pytest.approx(PHOTO_PX[0] / SIZE[0] / 1.3, rel=0.02)  # no more than asked


@pytest.mark.parametrize("seed", range(5))
def test_of_painted_places_that_is_taken_where_a_thing_is_of_a_plausible_size(
    tmp_path: Path, seed: int
) -> None:
    near, far = (100.0, 330.0, 60.0, 80.0), (100.0, 160.0, 60.0, 80.0)
    road = photo(tmp_path / "road.png", by_row={"gadget": RATE}, horizon=210.0, places=(far, near))
    (_, y, _, h), first, rows_px = shown(tmp_path, road, 3.0, seed, cover=1.0)
    assert first + (y + h) * rows_px == pytest.approx(near[1] + near[3], abs=12)


def test_what_a_border_cuts_or_nobody_knows_tells_no_size(tmp_path: Path) -> None:
    road = photo(tmp_path / "road.png", by_row={"gadget": RATE}, horizon=50.0)
    whole, cut = (10.0, 60.0, 20.0, 30.0), (10.0, 0.0, 20.0, 90.0)
    things = [Thing(category="gadget", box_px=whole), Thing(category="gadget", box_px=cut)]
    scales = Scales.of(road, [*things, Thing(category="lid", box_px=whole)], SIZE[1])
    assert scales.horizon_px == pytest.approx(90 - 30 / RATE)
    assert scales.misfit(50 - (90 - 30 / RATE), 1.0) == pytest.approx(0.0)
    assert scales.misfit(-500.0, 1.0) == WORST  # its foot is above the horizon
    assert Scales.of(road, things[1:], SIZE[1]).horizon_px is None


@pytest.mark.parametrize("mirrored", [0.0, 1.0])
def test_surfaces_come_along_with_their_photo(tmp_path: Path, mirrored: float) -> None:
    """Each corner keeps its row's grey; mirrored, it is still read from left to right."""
    corners = ((100.0, 200.0), (180.0, 210.0), (175.0, 260.0), (95.0, 250.0))
    road = replace(photo(tmp_path / "road.png"), surfaces_px=(corners,))
    root = folder(tmp_path / "outs", {"a": disc((40, 60))})
    asset = with_cut_outs(load_catalogue(1), wanted(root)).get("fragment/gadget/a")
    seen, by = scene(flat_camera(asset, SIZE), str(road.path)), plain(mirrored=mirrored)
    found = behind(np.random.default_rng(1), seen, (), by, {str(road.path): road})
    (quad,) = found.surfaces_px
    assert (quad[1] - quad[0])[0] > 30
    assert cv2.contourArea(quad.astype(np.float32), oriented=True) > 0
    rows = [corners[n][1] for n in ((1, 0, 3, 2) if mirrored else range(4))]
    grey = [float(found.image[round(y - 0.5), 80, 0]) * 2 for y in quad[:, 1]]
    assert grey == pytest.approx(rows, abs=4)


def test_the_photo_of_a_scene_without_things_is_cut_as_it_is_drawn(tmp_path: Path) -> None:
    road = photo(tmp_path / "road.png", by_row={"gadget": RATE}, horizon=150.0)
    root = folder(tmp_path / "outs", {"a": disc((40, 60))})
    asset = with_cut_outs(load_catalogue(1), wanted(root)).get("fragment/gadget/a")
    seen = scene(flat_camera(asset, SIZE), str(road.path))
    found = behind(np.random.default_rng(0), seen, (), plain(), {str(road.path): road})
    assert found.horizon_px == pytest.approx(SIZE[1] / 2)  # where its level camera sees it
