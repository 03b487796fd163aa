"""Each method as a user runs it, tiny; and the default, killed while it previews."""

import json

import pytest

from tests.alignment.commanded import plan, report_of
from tests.alignment.processes import kill_all, stopped

SMALL = ("pool.first_configs=16", "pool.round_configs=16", "pool.scenes_per_config=4",
         "pool.most_scenes=160", "pool.effective_scenes=100", "report.cross_fits=1",
         "report.splits=5")  # fmt: skip
WORDS = ("render=false", "images=4", "workers=1", *SMALL)


@pytest.fixture(scope="module")
def by_scenes(tmp_path_factory):
    out = tmp_path_factory.mktemp("scenes")
    done = plan(*SMALL, out=out)
    assert done.returncode == 0, done.stderr
    return out, done.stderr


def files(out):
    return {name: (out / name).read_bytes() for name in ("plan.jsonl", "metadata.parquet")}


def planned(out):
    return [json.loads(line) for line in (out / "plan.jsonl").read_text().splitlines()]


def test_the_default_plans_scenes_of_its_pool_and_reports_what_it_matched(by_scenes):
    out, told = by_scenes
    assert len(planned(out)) == 4
    assert all(one["why"].startswith("scene ") for one in planned(out))
    assert "previewed 160 scenes of 40 configurations" in told
    assert len(list((out / "pool").glob("*.parquet"))) == 3
    reported = {one["config"] for one in report_of(out)["categories"][0]["components"]}
    assert all(" scenes of " in name for name in reported)


def test_a_mixture_plans_new_scenes_of_configurations(tmp_path, by_scenes):
    done = plan(*SMALL, "method=mixture", out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(one["why"].startswith("configuration ") for one in planned(tmp_path))
    seeds = [{one["scene"]["seed"] for one in planned(out)} for out in (tmp_path, by_scenes[0])]
    assert len(seeds[0]) == 4
    assert not seeds[0] & seeds[1]
    pools = [{p.name: p.read_bytes() for p in (out / "pool").iterdir()}
             for out in (tmp_path, by_scenes[0])]  # fmt: skip
    assert pools[0] == pools[1]


def test_a_search_that_was_killed_goes_on_and_ends_with_the_same_plan(tmp_path, by_scenes):
    def after_a_round(_):
        return bool(list((tmp_path / "pool").glob("*.parquet")))

    code, _ = stopped(after_a_round, kill_all, *WORDS, out=tmp_path)
    assert code < 0
    assert not (tmp_path / "plan.jsonl").exists()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "pool").glob("*.parquet")}
    done = plan(*SMALL, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path) == files(by_scenes[0])
    assert before == {path: path.stat().st_mtime_ns for path in before}
