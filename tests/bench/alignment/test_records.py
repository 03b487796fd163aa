"""Trials on disk: what a killed bench leaves, and what the tables make of them."""

from dataclasses import replace

import pytest

from bench.alignment.records import Asked, Record, append, by_size, ratios, read, tables
from bench.alignment.trials import BASELINE, FLOOR

ASKED = Asked(set="rooms", category="chair", exposed=60, images=100, methods=("scenes",), words=())
AREA = "bbox_area"


def trial(split, floor, scenes, exposed=60):
    told = {FLOOR: {AREA: floor}, BASELINE: {AREA: 9.0}, "scenes": {AREA: scenes}}
    return Record(asked=replace(ASKED, exposed=exposed), split=split, distances=told)


TRIALS = [trial(0, 0.1, 0.05), trial(1, 0.2, 0.3), trial(2, 0.4, 0.1)]


def test_trials_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "trials.jsonl"
    for one in TRIALS:
        append(path, one)
    assert read(path) == TRIALS
    assert (read(tmp_path / "none.jsonl"), read(None)) == ([], [])


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path):
    path = tmp_path / "trials.jsonl"
    for one in TRIALS:
        append(path, one)
    path.write_bytes(path.read_bytes()[:-20])
    assert read(path) == TRIALS[:2]


def test_a_ratio_is_to_the_median_floor_of_all_splits():
    assert ratios(TRIALS, "scenes", AREA) == pytest.approx([0.25, 1.5, 0.5])


def test_a_row_counts_as_within_the_floor_up_to_a_ratio_of_one():
    above = [trial(split, 0.1, 0.11) for split in range(3)]
    assert counted(TRIALS) == ["0", "1"]  # of the baseline, of scenes
    assert counted(above) == ["0", "0"]


def counted(trials):
    (row,) = (line for line in tables(trials).splitlines() if "within the floor" in line)
    return [cell.strip() for cell in row.split("|")[3:-1]]


def test_sizes_stand_in_rising_order():
    mixed = [trial(0, 0.1, 0.1, exposed=100), *TRIALS, trial(0, 0.1, 0.1, exposed=20)]
    assert list(by_size(mixed)) == [20, 60, 100]
    assert "20 (1 splits), 60 (3 splits), 100 (1 splits)" in tables(mixed)
