import json

import pytest

from alignment.command.stages import Stages
from alignment.command.words import quoted
from alignment.curation.settings import CurationSettings
from alignment.curation.walk import curate
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.chromium import browser
from tests.alignment.features.sets_with_photos import noise_set


@pytest.mark.browser
def test_a_browser_shows_what_went_worst_first_beside_its_pictures(tmp_path):
    for name, seed in (("set", 1), ("photos", 2)):
        noise_set(tmp_path / name, images=10, seed=seed)
    told = composed(
        "curate", f"set={quoted(tmp_path / 'set')}", f"real={quoted(tmp_path / 'photos')}",
        f"out={quoted(tmp_path / 'out')}", "what=boxes", "threshold.rule=share",
        "threshold.share=0.2", "features.cache=null", "sheet_images=3", "augment.preset=none",
    )  # fmt: skip
    out = curate(from_mapping(CurationSettings, told), Stages())
    removed = json.loads((out / "removed.json").read_text())["removed"]
    with browser(tmp_path / "profile") as shown:
        shown.open((out / "removed.html").as_uri())
        shown.wait_for("document.readyState === 'complete' && document.images.length === 6")
        assert shown.value("[...document.images].every(image => image.naturalWidth > 10)")
        ids = "[...document.querySelectorAll('tbody tr')].map(row => row.cells[1].textContent)"
        assert shown.value(ids) == [str(record["annotation_id"]) for record in removed]
        assert len(removed) == 4
        assert shown.value("document.querySelector('figure.plot svg') !== null")
        assert shown.errors == []
