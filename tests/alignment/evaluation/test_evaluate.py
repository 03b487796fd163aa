import json
import re
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from alignment.command.stages import Stages
from alignment.command.words import quoted
from alignment.evaluation.settings import EvaluationSettings
from alignment.evaluation.walk import evaluate
from assets.project import PROJECT
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.chromium import browser
from tests.alignment.commanded import environment, error_line
from tests.alignment.features.sets_with_photos import noise_set

QUICK = ("features.cache=null", "splits=10", "sample_wise.draws=100")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    noise_set(folder / "photos", images=12, seed=1)
    noise_set(folder / "alike", images=20, seed=2)
    other = noise_set(folder / "wide", images=20, seed=3).root / "annotations.json"
    told = json.loads(other.read_text())
    for record in told["annotations"]:
        record["bbox"] = [1, 1, 38, 28]
    other.write_text(json.dumps(told))
    return folder


def evaluated(folders, out, *words):
    sets = f"sets=[{quoted(folders / 'wide')},{quoted(folders / 'alike')}]"
    told = composed(
        "evaluate", sets, f"real={quoted(folders / 'photos')}", f"out={quoted(out)}", *QUICK, *words
    )
    return evaluate(from_mapping(EvaluationSettings, told), Stages())


def test_sets_are_ranked_beside_the_floor_and_the_page_says_so(folders, tmp_path):
    page = evaluated(folders, tmp_path).read_text()
    told = json.loads((tmp_path / "evaluation.json").read_text())
    assert [row["name"] for row in told["sets"]] == ["alike", "wide"]
    assert [row["farther"] for row in told["sets"]] == [False, True]
    assert told["sets"][1]["parts"]["bbox_area"]["middle"] == "inf"
    assert "background_similarity" in told["notes"][0]
    assert page.index("alike</td>") < page.index("wide</td>")
    assert not re.search(r"https?://|<script", page)


def test_the_same_sets_give_the_same_bytes(folders, tmp_path):
    for name in ("one", "two"):
        evaluated(folders, tmp_path / name)
    for file in ("evaluation.html", "evaluation.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_predictions_are_set_beside_the_distance_to_the_first_set(folders, tmp_path):
    boxes = json.loads((folders / "photos/annotations.json").read_text())["annotations"]
    found = [{"image_id": b["image_id"], "category_id": 1, "bbox": b["bbox"], "score": 1.0}
             for b in boxes[::2]]  # fmt: skip
    (tmp_path / "found.json").write_text(json.dumps(found))
    page = evaluated(folders, tmp_path, f"predictions={quoted(tmp_path / 'found.json')}")
    told = json.loads((tmp_path / "evaluation.json").read_text())["sample_wise"]
    assert told["boxes"] == 24
    assert sum(b["boxes"] for b in told["bins"]) == 24
    assert "training set wide" in page.read_text()


def test_photos_that_differ_in_size_alone_are_measured_at_one_size(folders, tmp_path):
    large = shutil.copytree(folders / "alike", tmp_path / "large")
    for path in (large / "images").iterdir():
        Image.open(path).resize((160, 120), Image.Resampling.NEAREST).save(path)
    told = json.loads((large / "annotations.json").read_text())
    for record in told["images"]:
        record |= {"width": 160, "height": 120}
    for record in told["annotations"]:
        record["bbox"] = [4 * side for side in record["bbox"]]
    (large / "annotations.json").write_text(json.dumps(told))
    sets = f"sets=[{quoted(folders / 'alike')},{quoted(large)}]"
    evaluated(folders, tmp_path / "out", sets, "attributes=[image_blur]", "bins=2")
    told = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert told["settings"]["pixels measured at, longer side"] == 40
    blurs = {row["name"]: row["parts"]["image_blur"]["middle"] for row in told["sets"]}
    assert blurs["large"] == blurs["alike"]


@pytest.mark.browser
def test_a_browser_shows_every_set_nearest_first_and_the_figure(folders, tmp_path):
    boxes = json.loads((folders / "photos/annotations.json").read_text())["annotations"]
    found = [{"image_id": b["image_id"], "category_id": 1, "bbox": b["bbox"], "score": 1.0}
             for b in boxes]  # fmt: skip
    (tmp_path / "found.json").write_text(json.dumps(found))
    page = evaluated(folders, tmp_path, f"predictions={quoted(tmp_path / 'found.json')}")
    with browser(tmp_path / "profile") as shown:
        shown.open(page.as_uri())
        shown.wait_for("document.readyState === 'complete' && !!document.querySelector('h2')")
        cells = "[...document.querySelectorAll('tbody')[0].rows].map(r => r.cells[0].textContent)"
        assert shown.value(cells) == ["photos (floor)", "alike", "wide"]
        assert (
            shown.value("document.querySelector('figure svg').getBoundingClientRect().width") > 99
        )
        assert shown.value("document.documentElement.scrollWidth <= innerWidth")
        assert shown.errors == []


def test_a_mistake_is_told_in_a_line(folders, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "alignment.evaluation.main"], cwd=PROJECT, timeout=100, text=True,
        env=environment(real=folders / "photos"), capture_output=True, check=False,
    )  # fmt: skip
    assert "SETS=" in error_line(done)
