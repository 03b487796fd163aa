import csv
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from alignment.curation.derived import OtherDecision
from alignment.curation.job import curate
from alignment.curation.scores import ScoreSettings, score
from alignment.curation.settings import CurationSettings
from alignment.curation.space import FeatureSpace, SpaceSettings
from alignment.features.choice import FeatureSettings, backends_of
from alignment.features.extraction import box_features
from alignment.progress import Stages
from alignment.real.split import Exposed
from alignment.rendering import quoted
from assets.errors import UserError
from bench.studio import composed
from scenes.coco_reader import read_coco
from scenes.measure import measure
from scenes.plan import Plan
from scenes.settings import from_mapping
from tests.alignment.command import PROJECT, environment
from tests.alignment.features.outliers import LACKING, planted
from tests.alignment.features.sets_with_photos import NOWHERE, told

pytestmark = pytest.mark.blender


@pytest.fixture(scope="session")
def bottles(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("outliers"))


@pytest.mark.parametrize("names", [("classical",), ("geometry", "classical")])
@pytest.mark.parametrize("how", ["knn", "kde"])
def test_a_tenth_of_a_category_that_looks_otherwise_is_told_by_its_scores(bottles, names, how):
    backends = backends_of(
        FeatureSettings(backends=names, cache=None, weights=None, device="cpu", batch=1)
    )
    real, mixed = bottles.sets
    described = [box_features(one, backends, NOWHERE, told) for one in (real, mixed)]
    exposed = Exposed(table=measure(real, pixels=False))
    space = FeatureSpace.fit(described[0], exposed, SpaceSettings(dimensions=16, spread_floor=0.3))
    found = score(space, described[1], ScoreSettings(score=how, neighbours=5, image="mean"))
    truth = np.isin(found.image_ids, list(bottles.outliers))
    assert truth.sum() == 4
    assert roc_auc_score(truth, found.values) >= 0.9


def test_the_command_makes_a_set_without_them_and_says_what_went(bottles, tmp_path):
    done = curated(bottles, tmp_path, "threshold.rule=share", "threshold.share=0.1")
    assert done.returncode == 0, done.stderr
    removed = json.loads((tmp_path / "removed.json").read_text())["removed"]
    left = read_coco(tmp_path / "annotations.json")
    gone = {record["image_id"] for record in removed}
    assert len(gone) == 4
    assert len(gone & bottles.outliers) >= 3
    assert {i.id for i in left.images} == {i.id for i in bottles.sets[1].images} - gone
    assert all(image.path is not None for image in left.images)
    rows = list(csv.DictReader((tmp_path / "scores.csv").open()))
    worst = sorted(rows, key=lambda row: -float(row["score"]))[:4]
    assert {int(row["image_id"]) for row in worst} == gone
    assert "removed.html" in done.stderr


def test_the_same_run_again_gives_the_same_bytes_and_another_is_refused(bottles, tmp_path):
    told = settings(bottles, tmp_path, "what=blackbox", "threshold.rule=share")
    before = contents(curate(told, Stages()))
    assert contents(curate(told, Stages())) == before
    with pytest.raises(OtherDecision, match="empty OUT"):
        curate(replace(told, what="boxes"), Stages())
    with pytest.raises(UserError, match="own folder"):
        curate(replace(told, out=bottles.mixed.parent), Stages())


def test_a_shape_that_the_real_set_lacks_is_found(bottles, tmp_path):
    words = ("what=shapes", "shapes.fewest=3", "shapes.draws=200")
    curate(replace(settings(bottles, tmp_path, *words), set=bottles.shaped), Stages())
    assert (tmp_path / "options.txt").read_text().split()[0] == f"+scene.weights.{LACKING}=0"


def test_scenes_are_planned_after_those_most_alike(bottles, tmp_path):
    words = ("what=augment", "augment.render=false", "augment.images=6")
    curate(replace(settings(bottles, tmp_path, *words), set=bottles.rendered), Stages())
    old = {p.scene.seed: p.scene for p in Plan.read(bottles.rendered / "plan.jsonl").scenes}
    new = Plan.read(tmp_path / "plan.jsonl").scenes
    assert len({p.scene.seed for p in new}) == 6
    assert old.keys().isdisjoint(p.scene.seed for p in new)
    for planned in new:
        parent = old[int(planned.why.rsplit(" ", 1)[1])]
        kinds = [[o.asset_id for o in scene.objects] for scene in (planned.scene, parent)]
        assert kinds[0] == kinds[1]
        assert planned.scene.background == parent.background


def settings(bottles, out, *words):
    told = composed(
        "curate", f"set={quoted(bottles.mixed)}", f"real={quoted(bottles.real)}",
        f"out={quoted(out)}", "features.cache=null", "augment.preset=draft", *words,
    )  # fmt: skip
    return from_mapping(CurationSettings, told)


def contents(out):
    return {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}


def curated(bottles, out, *words):
    return subprocess.run(
        [sys.executable, "-m", "alignment.curation.main", "features.cache=null", *words],
        cwd=PROJECT, env=environment(real=bottles.real, set=bottles.mixed, out=out), timeout=300,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
