import json
import re
import shutil

import pytest

from tests.alignment.chromium import browser
from tests.alignment.detection.made import folder_of, judged, sets, splits

HEADINGS = [
    "Which set trains the best detector", "What a set is worth in photos",
    "Renders and photos together", "Habits that AP hides", "Where they fail",
]  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    real, *named = sets(folder)
    judged(real, tuple(named), folder / "out")
    return folder / "out"


def test_the_page_answers_in_order_and_holds_all_it_shows(out):
    page = (out / "judge.html").read_text()
    places = [page.index(f"<h2>{heading}</h2>") for heading in HEADINGS]
    assert places == sorted(places)
    assert not re.search(r"https?://|<script|src=\"(?!data:)", page)


def test_the_numbers_of_the_file_are_those_of_the_table(out):
    told = json.loads((out / "judge.json").read_text())
    good = next(arm for arm in told["arms"] if arm["name"] == "good")
    ap = good["measures"]["AP"]["value"]
    assert ap == pytest.approx(sum(r["AP"] for r in good["by_seed"].values()) / 2)
    assert f">{ap:.3f}".replace("0.", ".") + "<small>" in (out / "judge.html").read_text()


def test_the_share_that_was_trained_on_is_that_of_each_bin(out):
    told = json.loads((out / "judge.json").read_text())
    bins = next(f for f in told["failings"] if f["attribute"] == "bbox_area")["arms"]
    for of_arm in bins.values():
        assert sum(b["training_share"] for b in of_arm) == pytest.approx(1, abs=1e-5)
    assert sum(b["boxes"] for b in bins["good"]) == 12


def test_without_photos_to_learn_from_sets_are_judged_all_the_same(tmp_path):
    real, *named = sets(tmp_path)
    test = folder_of(tmp_path / "own", range(1, 9), (10, 8, 12, 10), 9)
    shutil.rmtree(real / "images")
    for made in named:
        splits(made, exposed=["x.png"])
    told = judged(real, tuple(named), tmp_path / "out", f"test={test}")
    assert [arm["name"] for arm in told["arms"]] == ["good", "bad"]
    assert told["exchange"] is None
    assert "without any beside them" in " ".join(told["notes"])


@pytest.mark.browser
def test_a_browser_shows_the_best_first_the_curve_and_every_picture(out, tmp_path):
    with browser(tmp_path / "profile") as shown:
        shown.open((out / "judge.html").as_uri())
        shown.wait_for("document.readyState === 'complete' && !!document.querySelector('h2')")
        first = "document.querySelector('tbody tr').cells[0].textContent"
        assert shown.value(first) in ("good", "12 photos", "good + 12 photos, 50% of a batch")
        assert (
            shown.value("document.querySelector('.curve svg').getBoundingClientRect().width") > 99
        )
        assert shown.value("[...document.images].every(i => i.naturalWidth > 0)")
        assert shown.value("document.images.length") > 4
        assert shown.value("document.documentElement.scrollWidth <= innerWidth")
        assert shown.errors == []
