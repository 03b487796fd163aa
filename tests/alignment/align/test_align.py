import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from assets.catalogue import load_catalogue
from assets.project import PROJECT
from scenes.labels.labels import LabelPolicy
from scenes.labels.previewer import Previewer
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from tests.alignment.commanded import QUICK, report_of, run
from tests.alignment.processes import kill_all, press_ctrl_c, stopped, terminate

pytestmark = pytest.mark.blender

TINY = ("images=6", "quality=draft", "labels=visible", *QUICK)
PROMISED = ("annotations.json", "plan.jsonl", "metadata.parquet")
POLICY = LabelPolicy(min_visible_px=16, min_visible_fraction=0.1, min_side_px=3)
GO_ON = "stopped; what is done is kept: run the same command again to go on"


def promised(out):
    return {name: (out / name).read_bytes() for name in PROMISED}


def contents(out):
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != ".lock"}


def shards(out):
    return len(list((out / "shards").glob("[0-9]*.json")))


def previewed(plan_path):
    plan = Plan.read(plan_path)
    return Previewer(load_catalogue(4), POLICY, 320).table(p.scene for p in plan.scenes)


@pytest.fixture(scope="module")
def aligned(tmp_path_factory):
    out = tmp_path_factory.mktemp("align") / 'it\'s a "set", n=6 ${x}'
    done = run(*TINY, out=out)
    assert done.returncode == 0, done.stderr
    return out, done.stderr


@pytest.fixture(scope="module")
def thrice_stopped(tmp_path_factory):
    """A folder whose run was killed, interrupted and terminated, each in mid-render, then ended."""
    out, told = tmp_path_factory.mktemp("stopped") / "out", {}
    for stop in (kill_all, press_ctrl_c, terminate):
        before = shards(out)
        told[stop] = stopped(lambda _: shards(out) > before, stop, *TINY, out=out)  # noqa: B023  # used at once
        assert shards(out) < 6
    told["finished"] = run(*TINY[:-3], "workers=2", *TINY[-2:], out=out)
    return out, told


def test_an_undisturbed_run_leaves_all_that_was_promised(aligned):
    out, told = aligned
    plan = [json.loads(line) for line in (out / "plan.jsonl").read_text().splitlines()]
    assert len(plan) == len(list((out / "images").iterdir())) == 6
    assert f"report: {out / 'report.html'}" == told.splitlines()[-1]
    assert not list(out.rglob("*.part"))


def test_a_run_that_was_stopped_three_ways_ends_with_the_same_bytes(aligned, thrice_stopped):
    out, told = thrice_stopped
    assert told["finished"].returncode == 0, told["finished"].stderr
    assert promised(out) == promised(aligned[0])


def test_a_ctrl_c_ends_in_a_line_how_to_go_on_and_leaves_no_process(thrice_stopped):
    code, told = thrice_stopped[1][press_ctrl_c]
    assert (code, told.splitlines()[-1]) == (130, GO_ON)
    assert "Traceback" not in told


def test_a_termination_of_the_first_process_ends_the_renderer_too(thrice_stopped):
    code, told = thrice_stopped[1][terminate]
    assert (code, told.splitlines()[-1]) == (143, GO_ON)


def test_what_was_done_is_not_rendered_again(thrice_stopped):
    log = (thrice_stopped[0] / "log" / "render.log").read_text()
    assert re.search(r"images [3-5]/6 were finished before", log)


def test_another_seed_gives_other_scenes(aligned, tmp_path):
    done = run("render=false", *TINY, "seed=1", out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "plan.jsonl").read_bytes() != (aligned[0] / "plan.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("seed=1",), "line 1, "),
        (("images=5",), "6 scenes there, 5 here"),
        (("quality=standard",), "quality.noise_threshold is 0.1 there, 0.03 here"),
        (("render=false",), "holds 6 rendered images"),
    ],
)
def test_a_folder_of_another_run_is_refused_and_left_as_it_was(aligned, words, told):
    before = contents(aligned[0])
    done = run(*TINY, *words, out=aligned[0])
    assert done.returncode == 2
    assert told in done.stderr.rpartition("error: ")[2]
    assert "Traceback" not in done.stderr
    assert contents(aligned[0]) == before


def test_pycocotools_reads_it_with_the_real_sets_category(aligned):
    coco = COCO(aligned[0] / "annotations.json")
    real = COCO(PROJECT / "assets" / "real" / "coco_indoor" / "annotations.json")
    (chair,) = real.getCatIds(catNms=["chair"])
    assert [(c["id"], c["name"]) for c in coco.loadCats(coco.getCatIds())] == [(chair, "chair")]
    for annotation in coco.loadAnns(coco.getAnnIds()):
        assert annotation["category_id"] == chair
        assert coco.annToMask(annotation).sum() == annotation["area"] > 0


def test_the_manifest_says_which_photos_the_plan_was_fitted_to(aligned):
    told = json.loads((aligned[0] / "manifest.json").read_text())["splits"]
    assert told == json.loads((aligned[0] / "splits.json").read_text())
    assert [len(names) for names in told["images"].values()] == [20, 0, 0]


def test_what_was_rendered_is_what_was_previewed(aligned):
    seen = previewed(aligned[0] / "plan.jsonl")
    made = MetadataTable.read(aligned[0] / "metadata.parquet")
    assert made.image_ids.tolist() == seen.image_ids.tolist()
    for name, most in (("bbox_area", 0.02), ("depth", 0.002), ("visible_area", 0.02)):
        off = np.abs(made.column(name) / seen.column(name) - 1)
        assert np.median(off) < most
    for name in ("center_x", "center_y"):
        assert np.abs(made.column(name) - seen.column(name)).max() < 2 / 240


def test_probes_are_rendered_and_agree_with_the_preview(tmp_path):
    words = (
        "render=false",
        *TINY,
        "method=config",
        "probe=render",
        "probe_candidates=1",
        "probe_images=3",
    )
    done = run(*words, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"probing: \d+/\d+ probes rendered", done.stderr)
    seen = previewed(tmp_path / "probes" / "probes.jsonl")
    made = MetadataTable.read(tmp_path / "probes" / "metadata.parquet")
    ids = Counter(made.table["config_id"].to_pylist())
    for config in ids:
        mine, its = (np.array(t.table["config_id"].to_pylist()) == config for t in (made, seen))
        means = made.column("bbox_area")[mine].mean(), seen.column("bbox_area")[its].mean()
        assert means[0] == pytest.approx(means[1], rel=0.03)
    assert {c["config"] for c in report_of(tmp_path)["categories"][0]["components"]} <= set(ids)


def test_every_stage_is_told_as_it_begins_and_how_far_it_is(aligned):
    lines = aligned[1].splitlines()
    stages = ["reading", "fitting", "previewing", "selecting", "planning", "rendering", "report"]
    assert [line for line in lines if line in stages] == stages
    assert any(re.search(r"previewed \d+ scenes .* a second", line) for line in lines)
    assert any(re.match(r"rendering: \d/6 images", line) for line in lines)
    assert "rendered 6 images" in lines


@pytest.mark.browser
def test_a_browser_shows_the_verdicts_and_the_images(aligned, tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser on PATH; install the Debian package `chromium`")
    page = shutil.copy(aligned[0] / "report.html", tmp_path / "report.html")
    done = subprocess.run([
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--dump-dom",
        Path(page).as_uri(),
    ], capture_output=True, text=True, timeout=120, check=True)  # fmt: skip
    rows = re.findall(r'<tr role="row" data-attribute="([^"]+)"', done.stdout)
    told = report_of(aligned[0])["categories"][0]["attributes"]
    assert rows == [" \N{MULTIPLICATION SIGN} ".join(row["attributes"]) for row in told]
    assert done.stdout.count("<img") == 6
    assert "CONSOLE" not in done.stderr
