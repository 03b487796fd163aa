from pathlib import Path

import pytest
from PIL import Image

from assets.project import PROJECT
from tests.render.rendered import blenderproc

pytestmark = pytest.mark.blender

TINY = ("images=2", "tile_px=[48,36]", "columns=2", "only=[vase,white,photo]")


def test_each_category_background_and_strategy_has_its_sheet(tmp_path: Path) -> None:
    done = blenderproc(PROJECT / "render" / "gallery.py", f"out={tmp_path / 'g'}", *TINY)
    assert done.returncode == 0, done.stderr
    sheets = sorted(path.name for path in (tmp_path / "g").glob("*.jpg"))
    assert sheets == ["background-white.jpg", "category-vase.jpg", "strategy-white.jpg"]
    assert "background-photo is left out" in done.stderr
    with Image.open(tmp_path / "g" / "strategy-white.jpg") as sheet:
        assert sheet.size == (2 * 52 + 4, 54 + 4)


def test_a_mistake_is_told_in_one_line(tmp_path: Path) -> None:
    done = blenderproc(PROJECT / "render" / "gallery.py", f"out={tmp_path}", "sheets=[colours]")
    assert done.returncode == 2
    assert done.stderr.endswith("expected some of categories, backgrounds, strategies\n")
