"""`make infer` as a command, on drawn photos."""

import json
import re

import numpy as np
import pytest
from omegaconf import OmegaConf

from alignment.align.brief.brief import EstimatedAttribute, NotPreviewable, begin
from alignment.align.brief.settings import settings_from
from alignment.command.stages import Stages
from alignment.inference.settings import InferenceSettings
from alignment.inference.walk import NoStandIn, run
from alignment.rating.ratings import Rating, append_rating
from alignment.real.inferred import read_inferred
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.chromium import browser
from tests.alignment.inference.commanded import QUICK, drawn, infer


@pytest.fixture(scope="module")
def inferred(tmp_path_factory):
    folder = tmp_path_factory.mktemp("infer")
    renders = drawn(folder / "renders", 30, truth=True)
    photos = drawn(folder / "photos", 12, truth=False, seed=1)
    out = folder / "out"
    append_rating(out / "ratings.csv", Rating(
        attribute="depth", annotation_id=1, image_id=1, predicted="2", rating=4
    ))  # fmt: skip
    done = infer(*QUICK, set=renders, real=photos, out=out)
    assert done.returncode == 0, done.stderr
    return photos, out, done.stderr


def test_what_height_tells_is_predicted_and_what_it_does_not_is_refused_aloud(inferred):
    photos, out, said = inferred
    table = read_inferred(out / "inferred.parquet")
    heights = [
        r["bbox"][3] for r in json.loads((photos / "annotations.json").read_text())["annotations"]
    ]
    np.testing.assert_allclose(table["depth"], 55.4 / np.array(heights), rtol=0.1)
    assert "visible_fraction" not in table.column_names
    assert "visible_fraction        left out: R2 " in " ".join(said.split("\n"))


def test_the_report_tells_scores_refusals_and_ratings(inferred):
    _, out, _ = inferred
    told = json.loads((out / "inference.json").read_text())
    depth, hidden = told["attributes"]
    assert depth["score"] > 0.98
    assert hidden["refused"].startswith("R2 ")
    page = (out / "inference.html").read_text()
    assert page.count("<img") == 3
    assert "depth: 1 boxes, mean 4.00 of 5" in page


@pytest.mark.browser
def test_a_browser_shows_scores_a_refusal_crops_and_ratings(inferred, tmp_path):
    with browser(tmp_path / "profile") as shown:
        shown.open((inferred[1] / "inference.html").as_uri())
        shown.wait_for("document.readyState === 'complete' && document.images.length === 3")
        assert shown.value("[...document.images].every(image => image.naturalWidth > 50)")
        told = "[...document.querySelectorAll('tbody')[0].rows].map(r => r.cells[1].textContent)"
        depth, hidden = shown.value(told)
        assert re.match(r"R2 [\d.]+ by ridge on drawn", depth)
        assert hidden.startswith("left out: R2 ")
        assert shown.value("document.querySelectorAll('rect[width=\"200.0\"]').length") == 1
        assert shown.errors == []


def begun(inferred, out, attributes):
    photos, told, _ = inferred
    file = told / "inferred.parquet"
    words = (
        f"real={photos}",
        f"out={out}",
        f"inferred={file}",
        f"target.attributes=[{attributes}]",
    )
    settings = settings_from(OmegaConf.create(composed("align", "preset=none", *words)))
    return begin(settings, Stages())


def test_a_predicted_column_may_be_aligned_on_and_a_refused_one_may_not(inferred, tmp_path):
    job = begun(inferred, tmp_path, "bbox_area,depth")
    told = read_inferred(inferred[1] / "inferred.parquet")
    np.testing.assert_array_equal(job.real.table.column("depth"), told["depth"])
    assert "predicted by make infer: depth" in job.real.notes
    with pytest.raises(EstimatedAttribute, match="estimated from box heights"):
        begun(inferred, tmp_path, "occlusion_index")


def test_the_search_says_that_no_preview_foretells_background_similarity(inferred, tmp_path):
    with pytest.raises(NotPreviewable, match="background_similarity needs pixels"):
        begun(inferred, tmp_path, "background_similarity")


def test_a_category_that_nothing_stands_in_for_is_refused(inferred, tmp_path):
    other = json.loads((inferred[0] / "annotations.json").read_text())
    other["categories"][0]["name"] = "zeppelin"
    (tmp_path / "annotations.json").write_text(json.dumps(other))
    told = composed("infer", f"real={tmp_path}", f"out={tmp_path}", "baseline.preset=none")
    with pytest.raises(NoStandIn, match="no asset family serves 'zeppelin'"):
        run(from_mapping(InferenceSettings, told), Stages())
