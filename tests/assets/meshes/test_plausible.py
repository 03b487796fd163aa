from pathlib import Path

import pytest
import yaml

from assets.catalogue import load_catalogue
from assets.meshes import plausible
from assets.meshes.plausible import plausible_size

TABLE = yaml.safe_load(Path(plausible.__file__).with_name("plausible.yaml").read_text())


def test_the_table_holds_only_what_no_family_makes() -> None:
    assert [name for name in TABLE if load_catalogue(1).serving(name)] == []


def test_every_range_of_the_table_is_one_of_metres() -> None:
    assert [name for name, (low, high) in TABLE.items() if not 0.001 < low < high < 6] == []


def test_a_family_is_as_high_as_its_assets_and_the_user_knows_better() -> None:
    heights = [asset.size_m[2] for asset in load_catalogue(4).of_category("bottle")]
    size = plausible_size("bottle", {})
    assert size is not None
    assert size.height_m == (min(heights), max(heights))
    told = plausible_size("bottle", {"bottle": (1.0, 2.0)})
    assert told is not None
    assert told.height_m == (1.0, 2.0)


@pytest.mark.parametrize("name", ["Traffic-Cones", "traffic_cone", "microcontroller"])
def test_a_name_is_found_whatever_its_spelling(name: str) -> None:
    assert plausible_size(name, {}) is not None


def test_nobody_knows_the_size_of_a_gizmo() -> None:
    assert plausible_size("gizmo", {}) is None
