from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alignment.align.pool.previews import preview_pool
from alignment.align.pool.store import PoolStore
from scenes.processes.hands import ALONE
from tests.alignment.align.planted import point
from tests.alignment.align.pool.test_previews import HOW, POINTS, camera, far, silent
from tests.scenes.configs import fixed

EACH = 3
FEW = replace(HOW, rounds=replace(HOW.rounds, first_scenes=EACH, most_scenes=EACH, tolerance=1.0))


class Counted:
    """Previews for real, and says how many configurations it was asked for."""

    def __init__(self):
        self.asked = 0

    def __call__(self, points, first, report):
        self.asked += len(points)
        return tuple(
            replace(one, config=replace(one.config, number=first + place))
            for place, one in enumerate(preview_pool(FEW, ALONE, points, 0, report))
        )


def store(folder: Path, how=FEW, assets="ours"):
    counted = Counted()
    return PoolStore(folder=folder, how=how, assets=assets, preview=counted), counted


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    points = [*POINTS, far(3, 900.0)]  # the last shows nothing
    return folder, points, store(folder)[0](points, 5, silent)


def test_a_second_run_previews_nothing_and_gives_the_same(stored):
    folder, points, first = stored
    again, counted = store(folder)
    heard = []
    found = again(points, 5, lambda *told: heard.append(told))
    assert counted.asked == 0
    assert heard == [(len(points), EACH * len(points))]
    for one, other in zip(found, first, strict=True):
        assert one.table.table.equals(other.table.table)
        (ours, theirs) = one.config, other.config
        assert (ours.number, ours.scenes) == (theirs.number, theirs.scenes)
        assert (ours.point, ours.boxes_per_image) == (theirs.point, theirs.boxes_per_image)
        assert np.array_equal(ours.mean, theirs.mean) or (ours.mean is theirs.mean is None)


@pytest.mark.parametrize("other", [
    {"how": replace(FEW, run_seed=4)},
    {"how": replace(FEW, policy=replace(FEW.policy, min_visible_px=17))},
    {"how": replace(FEW, long_side_px=96)},
    {"how": replace(FEW, rounds=replace(FEW.rounds, first_scenes=2, most_scenes=2))},
    {"how": replace(FEW, variants=2)},
    {"assets": "others"},
], ids=["seed", "limits", "size", "scenes", "variants", "assets"])  # fmt: skip
def test_what_was_seen_under_other_terms_is_not_taken(stored, other):
    folder, points, _ = stored
    _, counted = ours = store(folder, **other)
    assert not (folder / f"{ours[0]._key(points, 5)}.parquet").exists()
    assert counted.asked == 0


@pytest.mark.parametrize("points", [
    POINTS[:2], [*POINTS[:2], point(2, camera=camera(distance_m=fixed(4.5)))],
], ids=["fewer", "another space"])  # fmt: skip
def test_other_configurations_have_a_file_of_their_own(tmp_path, points):
    first, counted = store(tmp_path)
    told = [replace(one, values={"camera.distance_m": n}) for n, one in enumerate(POINTS)]
    other = [replace(one, values={"camera.distance_m": n + 10}) for n, one in enumerate(points)]
    assert first._key(told, 0) != first._key(other, 0)
    assert first._key(told, 0) != first._key(told, 1)
    assert counted.asked == 0


def cut_off(whole):
    return whole[: len(whole) // 2]


def emptied(whole):
    return whole[:0]


def torn(whole):
    return b"PAR1" + whole[40:]


@pytest.mark.parametrize("spoil", [cut_off, emptied, torn])
def test_a_file_that_is_damaged_is_previewed_again(tmp_path, spoil):
    points = POINTS[:2]
    first = store(tmp_path)[0](points, 0, silent)
    (path,) = tmp_path.glob("*.parquet")
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    again, counted = store(tmp_path)
    found = again(points, 0, silent)
    assert counted.asked == 2
    assert [one.table.table for one in found] == [one.table.table for one in first]
    assert path.read_bytes() == whole


def test_a_file_that_lies_unfinished_beside_is_nobodys(tmp_path):
    ours, counted = store(tmp_path)
    (tmp_path / f"{ours._key(POINTS, 0)}.parquet.part").write_bytes(b"half")
    ours(POINTS, 0, silent)
    assert counted.asked == len(POINTS)
