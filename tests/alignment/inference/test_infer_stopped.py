"""A `make infer` that was killed goes on: renders, features and finished folds are kept."""

import json

import pytest

from tests.alignment.inference.commanded import MAIN, ONE_EXTRACTOR, QUICK, drawn, infer
from tests.alignment.processes import kill_all, stopped

SLOW = (
    *ONE_EXTRACTOR, "fitting.heads=[forest]", "fitting.folds=3", "fitting.inner_folds=2",
    "fitting.trees=100", "sheet_images=0",
)  # fmt: skip


def files(folder, pattern="*"):
    return {p: (p.stat().st_ino, p.read_bytes()) for p in folder.rglob(pattern) if p.is_file()}


def test_what_was_described_and_fitted_before_a_kill_is_not_made_again(tmp_path):
    renders, photos = (drawn(tmp_path / n, 30, truth=n == "renders") for n in ("renders", "photos"))
    kept, paths = tmp_path / "kept", {"set": renders, "real": photos}
    words = (*SLOW, f"features.cache={kept}")
    begun = lambda _: len(list(kept.rglob("*-inner.npy"))) >= 2  # noqa: E731  # read at once
    stopped(begun, kill_all, *words, main=MAIN, **paths, out=tmp_path / "out")
    before = {path: told for path, told in files(kept).items() if path.suffix == ".npy"}
    assert len(list(kept.rglob("*-inner.npy"))) < 6
    done = infer(*words, **paths, out=tmp_path / "out")
    assert done.returncode == 0, done.stderr
    after = files(kept)
    assert {path: after[path] for path in before} == before
    assert len(list(kept.rglob("*-inner.npy"))) == 6
    infer(*SLOW, "features.cache=null", **paths, out=tmp_path / "at once")
    for name in ("inferred.parquet", "inference.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "at once" / name).read_bytes()


@pytest.mark.blender
def test_what_was_rendered_before_a_kill_is_not_rendered_again_and_too_few_teach_nothing(tmp_path):
    photos, baseline = drawn(tmp_path / "photos", 12, truth=False), tmp_path / "out" / "baseline"
    few = ("baseline.images=4", "baseline.long_side_px=64", "quality.samples=1", "background=white")
    begun = lambda _: any((baseline / "shards").glob("[0-9]*.json"))  # noqa: E731  # read at once
    stopped(begun, kill_all, *QUICK, *few, main=MAIN, real=photos, out=tmp_path / "out")
    before = {**files(baseline, "shards/*.json"), **files(baseline, "images/*.jpg")}
    assert len(before) < 6
    done = infer(*QUICK, *few, real=photos, out=tmp_path / "out")
    assert done.returncode == 0, done.stderr
    after = files(baseline)
    assert {path: after[path] for path in before} == before
    told = json.loads((baseline / "annotations.json").read_text())
    assert len(told["images"]) == 4
    assert {record["depth"] > 0 for record in told["annotations"]} == {True}
    assert "expected 40 on 20 or more" in done.stderr
