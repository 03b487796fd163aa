import json
from dataclasses import replace

import numpy as np
import pytest

from alignment.curation.settings import ShapeSettings
from alignment.curation.shapes import NoShapes, overrides, score_shapes, write_shapes
from assets.catalogue import load_catalogue
from bench.scenes import composed
from scenes.config.cast import cast_of
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.plan.plan import Plan
from tests.alignment.commanded import plan
from tests.alignment.feature_space.made import scores

SETTINGS = ShapeSettings(worst=2, fewest=5, draws=500)


def rows(by_shape, settings=SETTINGS):
    values = np.concatenate(list(by_shape.values()))
    names = [name for name, own in by_shape.items() for _ in own]
    shapes = dict(enumerate(names, 1))
    return score_shapes(np.random.default_rng(0), scores(values), shapes, settings)


def normal(mean, count=30):
    return np.random.default_rng(int(mean * 10)).normal(mean, 0.2, count)


def test_a_planted_shape_is_the_worst_and_the_only_one_proposed():
    found = rows({"office": normal(1.0), "stool": normal(3.0), "shell": normal(1.1)})
    assert [row.shape for row in found] == ["stool", "shell", "office"]
    assert [row.shape for row in found if row.proposed] == ["stool"]
    assert found[0].low < 3.0 < found[0].high


def test_among_equals_none_is_proposed():
    rng = np.random.default_rng(1)
    found = rows({name: rng.normal(1.0, 0.2, 40) for name in "abcdef"})
    assert sum(row.proposed for row in found) <= 1  # one in twenty by chance


def test_a_shape_of_few_boxes_is_not_judged_and_one_shape_always_stays():
    found = rows({"rare": normal(9.0, 2), "a": normal(2.0), "b": normal(1.0)})
    assert {row.shape for row in found if row.proposed} == {"a"}
    assert not any(row.proposed for row in rows({"only": normal(1.0)}))


def test_align_takes_the_words_and_leaves_the_shape_out(tmp_path):
    found = rows({"stool": normal(3.0), "office": normal(1.0), "shell": normal(1.0)})
    words = write_shapes(tmp_path, found).read_text().split()
    assert words == list(overrides(found)) == json.loads(
        (tmp_path / "shapes.json").read_text())["options"]  # fmt: skip
    told = composed("align", "preset=none", "real=null", *words)["scene"]
    filled = {**told, "category": "chair", "category_id": 1, "resolutions_px": [[64, 48]]}
    cast = cast_of(from_mapping(SceneConfig, filled, "scene"), load_catalogue(2))
    left = {asset.shape for asset in cast.targets}
    assert "stool" not in left
    assert {"office", "shell"} < left


def test_a_plan_made_with_what_was_written_shows_none_of_the_shapes(tmp_path):
    worst, rest = ("stool", "office", "shell"), ("folding", "dining", "armchair")
    by_shape = {**{s: normal(3.0) for s in worst}, **{s: normal(1.0) for s in rest}}
    path = write_shapes(tmp_path, rows(by_shape, replace(SETTINGS, worst=3)))
    done = plan(*path.read_text().split(), "images=12", "pixel_attributes=[]", out=tmp_path / "out")
    assert done.returncode == 0, done.stderr
    scenes = [line.scene for line in Plan.read(tmp_path / "out" / "plan.jsonl").scenes]
    shown = [o.asset_id.split("/")[1] for scene in scenes for o in scene.objects if o.category_id]
    assert len(shown) >= 12
    assert set(shown).isdisjoint(worst)


def test_a_set_that_tells_no_shapes_is_refused():
    with pytest.raises(NoShapes, match="rendered"):
        score_shapes(np.random.default_rng(0), scores([1.0]), {}, SETTINGS)
