import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from scenes.plan.on_disk import open_plan, stored_plan
from scenes.plan.plan import BadPlan
from tests.scenes.hand_made import painted, plan_of

PLAN = plan_of(painted(5))


def test_a_stored_plan_has_the_lines_and_the_bytes_of_the_one_it_was_made_of(
    tmp_path: Path,
) -> None:
    stored = stored_plan(iter(PLAN.scenes), tmp_path)
    assert not list(tmp_path.iterdir())
    assert [p.to_json() for p in stored.scenes] == [p.to_json() for p in PLAN.scenes]
    assert stored.scenes[-1].to_json() == PLAN.scenes[4].to_json()
    assert list(stored.lines()) == list(PLAN.lines())
    stored.write(tmp_path / "plan.jsonl")
    PLAN.write(tmp_path / "other.jsonl")
    assert (tmp_path / "plan.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()


def test_a_plan_file_is_read_line_by_line_and_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    PLAN.write(path)
    path.write_text(path.read_text() + '{"index": 5}\n')
    plan = open_plan(path)
    assert len(plan) == 6
    assert plan.scenes[4].index == 4
    with pytest.raises(BadPlan, match="line 6: KeyError"):
        list(plan.scenes)


@pytest.mark.parametrize("content", [None, ""])
def test_a_plan_that_is_not_there_or_empty_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "plan.jsonl").write_text(content)
    with pytest.raises(BadPlan, match=str(tmp_path / "plan.jsonl")):
        open_plan(tmp_path / "plan.jsonl")


def peak_memory(work: Callable[[], object]) -> int:
    tracemalloc.start()
    kept = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return peak


def test_going_through_a_stored_plan_takes_a_fraction_of_the_memory_of_its_scenes(
    tmp_path: Path,
) -> None:
    stored = stored_plan(iter(PLAN.scenes * 400), tmp_path)
    one_by_one = peak_memory(lambda: sum(1 for _ in stored.scenes))
    assert 20 * one_by_one < peak_memory(lambda: list(stored.scenes))
