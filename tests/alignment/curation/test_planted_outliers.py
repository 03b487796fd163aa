import csv
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from alignment.command.stages import Stages
from alignment.command.words import quoted
from alignment.curation.derived_set import OtherDecision
from alignment.curation.settings import CurationSettings
from alignment.curation.walk import curate
from alignment.feature_space.scores import ScoreSettings, score
from alignment.feature_space.space import FeatureSpace, SpaceSettings
from alignment.features.extract import box_features
from alignment.features.registry import FeatureSettings, backends_of
from alignment.real.split import Exposed
from assets.errors import UserError
from assets.project import PROJECT
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.formats.coco import read_coco
from scenes.measuring.measure import measure
from scenes.plan.plan import Plan
from tests.alignment.commanded import environment
from tests.alignment.features.outliers import LACKING, OTHERS, planted
from tests.alignment.features.sets_with_photos import NOWHERE, told

pytestmark = pytest.mark.blender


CURATION = composed("curate", "set=x", "real=y", "augment.preset=none")


@pytest.fixture(scope="session")
def mixture(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("outliers"))


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("names", [("classical",), ("geometry", "classical")])
def test_a_tenth_of_another_category_is_told_by_its_scores(mixture, names, other):
    backends = backends_of(
        FeatureSettings(backends=names, cache=None, weights=None, device="cpu", batch=1)
    )
    real, mixed = mixture.sets(other)
    described = [box_features(one, backends, NOWHERE, told) for one in (real, mixed)]
    exposed = Exposed(table=measure(real, pixels=False))
    space = FeatureSpace.fit(described[0], exposed, from_mapping(SpaceSettings, CURATION["space"]))
    truth = np.isin(described[1].image_ids, list(mixture.outliers[other]))
    assert truth.sum() == 4
    areas = {}
    for how in ("knn", "kde"):
        settings = from_mapping(ScoreSettings, {**CURATION["scoring"], "score": how})
        found = score(space, described[1], settings)
        areas[how] = roc_auc_score(truth, found.values)
    assert min(areas.values()) >= 0.9, areas


def test_the_command_makes_a_set_without_them_and_says_what_went(mixture, tmp_path):
    done = curated(mixture, tmp_path, "threshold.rule=share", "threshold.share=0.1")
    assert done.returncode == 0, done.stderr
    removed = json.loads((tmp_path / "removed.json").read_text())["removed"]
    left = read_coco(tmp_path / "annotations.json")
    gone = {record["image_id"] for record in removed}
    assert len(gone) == 4
    assert len(gone & mixture.outliers["bottle"]) >= 3
    assert {i.id for i in left.images} == {i.id for i in mixture.sets("bottle")[1].images} - gone
    assert all(image.path is not None for image in left.images)
    rows = list(csv.DictReader((tmp_path / "scores.csv").open()))
    worst = sorted(rows, key=lambda row: -float(row["score"]))[:4]
    assert {int(row["image_id"]) for row in worst} == gone
    assert "removed.html" in done.stderr


def test_the_same_run_again_gives_the_same_bytes_and_another_is_refused(mixture, tmp_path):
    told = settings(mixture, tmp_path, "what=blackbox", "threshold.rule=share")
    before = contents(curate(told, Stages()))
    assert contents(curate(told, Stages())) == before
    with pytest.raises(OtherDecision, match="empty OUT"):
        curate(replace(told, what="boxes"), Stages())
    with pytest.raises(UserError, match="own folder"):
        curate(replace(told, out=mixture.real.parent), Stages())


def test_a_shape_that_the_real_set_lacks_is_found(mixture, tmp_path):
    words = ("what=shapes", "shapes.fewest=3", "shapes.draws=200")
    curate(replace(settings(mixture, tmp_path, *words), set=mixture.shaped), Stages())
    assert (tmp_path / "options.txt").read_text().split()[0] == f"+scene.weights.{LACKING}=0"


def test_scenes_are_planned_after_those_most_alike(mixture, tmp_path):
    words = ("what=augment", "augment.render=false", "augment.images=6")
    curate(replace(settings(mixture, tmp_path, *words), set=mixture.rendered), Stages())
    old = {p.scene.seed: p.scene for p in Plan.read(mixture.rendered / "plan.jsonl").scenes}
    new = Plan.read(tmp_path / "plan.jsonl").scenes
    assert len({p.scene.seed for p in new}) == 6
    assert old.keys().isdisjoint(p.scene.seed for p in new)
    for planned in new:
        parent = old[int(planned.why.rsplit(" ", 1)[1])]
        kinds = [[o.asset_id for o in scene.objects] for scene in (planned.scene, parent)]
        assert kinds[0] == kinds[1]
        assert planned.scene.background == parent.background


def test_the_planned_scenes_are_rendered_and_labelled_like_any_set(mixture, tmp_path):
    words = ("what=augment", "augment.images=2", "quality=draft", "quality.samples=1")
    done = curated(replace(mixture, mixed={"bottle": mixture.rendered}), tmp_path, *words)
    assert done.returncode == 0, done.stderr
    made = read_coco(tmp_path / "annotations.json")
    assert [i.path is not None and (i.width_px, i.height_px) for i in made.images] == [(96, 72)] * 2
    planned = [p.scene for p in Plan.read(tmp_path / "plan.jsonl").scenes]
    assert len({p.seed for p in planned}) == 2
    records = json.loads((tmp_path / "annotations.json").read_text())["images"]
    assert [record["scene_seed"] for record in records] == [p.seed for p in planned]
    assert {a.image_id for a in made.annotations} == {record["id"] for record in records}
    assert all(a.extra["depth"] > 0 for a in made.annotations)


def settings(mixture, out, *words):
    told = composed(
        "curate", f"set={quoted(mixture.mixed['bottle'])}", f"real={quoted(mixture.real)}",
        f"out={quoted(out)}", "features.cache=null", "augment.preset=draft", *words,
    )  # fmt: skip
    return from_mapping(CurationSettings, told)


def contents(out):
    return {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}


def curated(mixture, out, *words):
    return subprocess.run(
        [sys.executable, "-m", "alignment.curation.main", "features.cache=null", *words],
        cwd=PROJECT, env=environment(real=mixture.real, set=mixture.mixed["bottle"], out=out),
        timeout=300, capture_output=True, text=True, check=False,
    )  # fmt: skip
