from pathlib import Path

import numpy as np
import pytest

from bench.workers.kills import TERMINATED, Struck, struck_job
from tests.render.kills import gone, lead, promised

pytestmark = pytest.mark.blender

JOB = ("images=24", "workers=2")
BLOWS = 8  # 20 in bench.workers.compare, which takes minutes


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Struck]:
    """A job whose workers and leaders were hit at random moments, and then left alone."""
    out = tmp_path_factory.mktemp("struck") / "out"
    struck = struck_job(np.random.default_rng(7), out, (*JOB, "worker.attempts=99"), BLOWS)
    return out, struck


def test_blows_at_workers_and_leaders_change_no_byte(
    struck: tuple[Path, Struck], tmp_path: Path
) -> None:
    out, told = struck
    assert told.blows == BLOWS
    assert min(told.count.values()) >= 1
    assert set(told.count) == {"worker", "leader", "SIGTERM"}
    for folder in (out, tmp_path):
        done = lead(folder, *JOB)
        assert done.returncode == 0, done.stderr
    assert promised(out) == promised(tmp_path)
    for path in sorted((tmp_path / "shards").glob("*.json")):
        assert path.read_bytes() == (out / "shards" / path.name).read_bytes()
    assert not list(out.rglob("*.part"))


def test_no_worker_outlives_its_leader(struck: tuple[Path, Struck]) -> None:
    assert all(gone(pid) for pid in struck[1].pids)


def test_a_leader_that_is_told_to_end_says_that_it_did(struck: tuple[Path, Struck]) -> None:
    assert struck[1].left_with == TERMINATED
