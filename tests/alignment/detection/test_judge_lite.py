import json

import pytest

from tests.alignment.detection.made import judged, sets

pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

TINY = (
    "training.seeds=1", "training.real_shares=[]", "training.first_photos=12",
    "detector.lite.pretrained=false", "detector.lite.width=16", "detector.lite.depth=1",
    "detector.loop.steps=2", "detector.loop.batch=2", "detector.loop.side_px=64",
    "detector.loop.early_side_px=64", "detector.loop.workers=0", "page.worst=1",
)  # fmt: skip


def test_the_default_detector_goes_the_whole_way_and_says_what_took_effect(tmp_path):
    real, good, _ = sets(tmp_path)
    told = judged(real, (good,), tmp_path / "out", *TINY, make=None)
    by_name = {arm["name"]: arm for arm in told["arms"]}
    assert by_name["good"]["runs"] != by_name["12 photos"]["runs"]
    assert by_name["12 photos"]["runs"] == by_name["12 photos, drawn"]["runs"]
    effect = by_name["good"]["took_effect"]["0"]
    assert (effect["steps"], effect["batch"], effect["real_share"]) == (2, 2, 0.0)
    run = tmp_path / "out/runs" / by_name["good"]["runs"]["0"]
    results = json.loads((run / "predictions.json").read_text())
    assert {r["image_id"] for r in results} <= set(range(13, 25))
