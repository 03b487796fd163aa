import json
from pathlib import Path

import pytest

from assets.project import PROJECT
from tests.render.rendered import blenderproc, render

pytestmark = pytest.mark.blender

TINY = ("quality=draft", "resolution_px=[64,48]")
PROMISED = ("annotations.json", "plan.jsonl", "metadata.parquet")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "with a space"
    done = render("images=2", f"out={out}", *TINY, cwd=out.parent)
    assert done.returncode == 0, done.stderr
    return out


def test_a_run_leaves_a_whole_dataset_and_nothing_beside_it(begun: Path) -> None:
    told = json.loads((begun / "annotations.json").read_text())
    assert [image["file_name"] for image in told["images"]] == ["000000.jpg", "000001.jpg"]
    assert all((begun / name).stat().st_size > 0 for name in PROMISED)
    assert [path.name for path in begun.parent.iterdir()] == [begun.name]


def test_a_finished_image_is_not_rendered_again_and_a_lost_one_is(begun: Path) -> None:
    before = {name: (begun / name).read_bytes() for name in PROMISED}
    kept = (begun / "images" / "000000.jpg").stat().st_mtime_ns
    (begun / "shards" / "000001.json").unlink()
    done = render("images=2", f"out={begun}", *TINY)
    assert "images 1/2 were finished before" in done.stderr
    assert {name: (begun / name).read_bytes() for name in PROMISED} == before
    assert (begun / "images" / "000000.jpg").stat().st_mtime_ns == kept


def test_progress_is_told_and_blenders_chatter_is_not(begun: Path, tmp_path: Path) -> None:
    done = render("images=1", f"out={tmp_path / 'o'}", *TINY)
    assert "images 1/1" in done.stderr
    assert "Fra:" not in done.stdout + done.stderr
    assert "Fra:" in (tmp_path / "o" / "log" / "blender.log").read_text()


def test_each_job_of_a_multirun_has_a_folder_named_by_its_overrides(tmp_path: Path) -> None:
    done = render("-m", "images=1", "seed=1,2", "out=runs", *TINY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folders = sorted(p.name for p in (tmp_path / "runs").iterdir() if p.is_dir())
    assert [name.rpartition(",")[2] for name in folders] == ["seed=1", "seed=2"]
    assert all((tmp_path / "runs" / name / "annotations.json").is_file() for name in folders)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("imagez=2", "imagez"),
        ("images=many", "images: found 'many'; expected int"),
        ("quality=fine", "Available options in 'quality': draft final labels sketch standard"),
        ("plan=nowhere.jsonl", "plan nowhere.jsonl"),
        ("category=zebra", "no asset family serves category 'zebra'"),
        ("background.room.outside=[nope.exr]", "environment 'nope.exr' is not a file"),
        ("quality.samples=0", "samples is 0; expected 1 or more"),
        ("quality.view_transform=Foo", 'enum "Foo" not found in'),
        ("device=metal", "device=metal: Blender finds none"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(
    tmp_path: Path, word: str, told: str
) -> None:
    done = render("images=1", "out=o", *TINY, word, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_of_a_scene_stays_behind_in_blender() -> None:
    done = blenderproc(PROJECT / "tests" / "render" / "datablocks.py")
    assert done.returncode == 0, done.stderr
    after_one, after_six = json.loads(done.stderr.splitlines()[-1])
    assert after_six == after_one
