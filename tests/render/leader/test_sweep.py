import csv
import json
from pathlib import Path

import pytest

from tests.render.kills import lead, promised

pytestmark = pytest.mark.blender

SWEEP = ("-m", "images=1", "workers=1", "strategy=baseline,on_surface", "background=room,white")


def rows(sweep: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((sweep / "summary.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "runs"
    done = lead(out, *SWEEP, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    assert done.returncode == 0, done.stderr
    assert f"4 jobs in {out / 'summary.csv'}" in done.stderr
    return out


def test_jobs_side_by_side_have_folders_named_by_their_overrides_and_one_table(
    swept: Path,
) -> None:
    names = [path.parent.name for path in swept.glob("*/manifest.json")]
    for words in (
        "background=room",
        "background=white",
        "strategy=baseline",
        "strategy=on_surface",
    ):
        assert sum(words in name.split(",") for name in names) == 2
    assert [row["state"] for row in rows(swept)] == ["finished"] * 4
    assert [row["images"] for row in rows(swept)] == ["1"] * 4


def test_finished_jobs_are_skipped_by_whichever_launcher_repeats_the_sweep(swept: Path) -> None:
    before = {p: promised(p.parent) for p in swept.glob("*/manifest.json")}
    stamps = {p: p.stat().st_mtime_ns for p in before}
    for launcher in ("basic", "submitit_local"):
        done = lead(swept, *SWEEP, f"hydra/launcher={launcher}")
        assert done.returncode == 0, done.stderr
    assert {p: p.stat().st_mtime_ns for p in swept.glob("*/manifest.json")} == stamps
    assert {p: promised(p.parent) for p in before} == before


def test_a_job_that_fails_does_not_end_the_sweep(tmp_path: Path) -> None:
    done = lead(tmp_path, "-m", "images=1", "workers=1", "category=zebra,chair", "seed=-1,-2")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    told = rows(tmp_path)
    assert len(told) == 4
    assert all("expected 0 or more" in row["state"] for row in told)
    record = json.loads(next(tmp_path.glob("*/job.json")).read_text())
    assert record["exit_code"] == 2


def test_jobs_of_long_names_and_of_paths_stay_apart(tmp_path: Path) -> None:
    shapes = f"scene.shapes=[{','.join(f'a_shape_{i}' for i in range(40))}]"
    words = ("-m", "seed=-1,-2", "meshes=/a/chairs,/b/chairs,/b/chairs/more", shapes)
    done = lead(tmp_path, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    told = rows(tmp_path)
    assert len({row["job"] for row in told}) == len({row["overrides"] for row in told}) == 6
    assert all((tmp_path / row["job"] / "job.json").is_file() for row in told)
    shown = [line.split("  ")[0] for line in done.stderr.splitlines() if "expected 0" in line]
    assert len(set(shown[-6:])) == 6
