"""CATEGORY=chair,dining table: both are targets, labelled wherever they stand, and reported."""

import json

import numpy as np
import pytest

from alignment.align.matching.match import groups_of, match
from alignment.align.matching.settings import MatchSettings
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from alignment.samples.facet import pairs_of
from assets.catalogue import load_catalogue
from scenes.formats.coco import read_coco
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, point
from tests.alignment.align.planted_pool import boxes
from tests.alignment.commanded import error_line, plan, report_of, run

BOTH = "chair, dining table"
SMALL = ("pool.first_configs=32", "pool.round_configs=16", "pool.scenes_per_config=4",
         "pool.most_scenes=256", "report.cross_fits=1", "report.splits=5")  # fmt: skip


def together(rng, images, chance):
    """Images of a chair with or without a table, or of a table alone."""
    table = boxes(rng, images)
    first = np.unique(table.image_ids, return_index=True)[1]
    alone = table.rows(first)
    kind = np.where(rng.random(images) < 0.5, "chair", "table")
    both = rng.random(images) < chance
    other = alone.rows(np.flatnonzero(both))
    kinds = np.concatenate([kind, np.where(kind[both] == "chair", "table", "chair")])
    rows = {name: np.concatenate([alone.column(name), other.column(name)])
            for name in alone.attributes}  # fmt: skip
    ids = np.concatenate([alone.image_ids, other.image_ids])
    order = np.argsort(ids, kind="stable")
    told = MetadataTable.from_columns({"image_id": ids, "category": kinds, **rows})
    return told.rows(order)


def test_how_often_two_categories_share_an_image_is_matched():
    rng = np.random.default_rng(0)
    real = Exposed(table=together(rng, 200, 0.9))
    shown = together(rng, 2000, 0.2)
    shown = shown.with_columns({"image_id": shown.image_ids + 1})
    pool = ScenePool.of([previewed_from(0, point(), 2000, shown, ATTRIBUTES)])
    settings = MatchSettings(
        attributes=("center_y",),
        pairs=(),
        bins=5,
        pair_bins=4,
        tau=1.0,
        oversampling=AS_FOUND,
        class_weights=None,
    )
    (pair,) = pairs_of(("chair", "table"))
    assert groups_of(rng, real, settings)[-1].facet == pair
    weights = match(rng, real, pool, settings).weighted.weights
    drawn = pool.drawn(rng.choice(len(pool), 4000, p=weights))
    both = [(pair.sample(t).values > 0).all(axis=1).mean() for t in (pool.table, drawn)]
    assert both[0] < 0.3
    assert both[1] > 0.8


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    out = tmp_path_factory.mktemp("both")
    done = plan(*SMALL, "images=24", out=out, category=BOTH)
    assert done.returncode == 0, done.stderr
    return out


def test_both_are_targets_and_both_are_reported_with_how_they_go_together(planned):
    told = report_of(planned)
    assert [one["category"] for one in told["categories"]] == ["chair", "dining table"]
    assert [row["categories"] for row in told["together"]] == [["chair", "dining table"]]
    foretold = MetadataTable.read(planned / "metadata.parquet")
    for one in told["categories"]:
        assert one["boxes"] == one["attributes"][0]["values"]
        assert len(foretold.of_category(one["category"])) == (
            one["attributes"][0]["distances"]["aligned"]["values"])  # fmt: skip
    assert {p.name for p in planned.glob("target-*.json")} >= {
        "target-chair.json", "target-dining-table.json", "target-chair-bbox_area.json"}  # fmt: skip
    page = (planned / "report.html").read_text()
    assert page.count('id="distance-table') == 3
    assert page.count("The floor is the real set\N{RIGHT SINGLE QUOTATION MARK}s distance") == 1
    assert page.count("<b>Not aligned</b>: farther") == 1
    assert len(set(ids := [part.split('"')[0] for part in page.split('id="')[1:]])) == len(ids)


def test_no_chair_and_no_table_of_any_scene_goes_unlabelled(planned):
    catalogue = load_catalogue(4)
    names = {"chair": "chair", "table": "dining table"}
    seen = set()
    for one in Plan.read(planned / "plan.jsonl").scenes:
        room = one.scene.background.room
        for piece in room.furniture if room else ():
            assert catalogue.get(piece.asset_id).category not in names
        for placed in one.scene.objects:
            family = catalogue.get(placed.asset_id).category
            assert (placed.category_id > 0) == (family in names)
            if family in names:
                assert placed.category == names[family]
                seen.add(family)
    assert seen == set(names)


def test_the_published_method_plans_both_too_and_the_command_line_takes_a_list(tmp_path):
    words = (*SMALL, "method=config", "images=12", "category=[chair,dining table]")
    done = plan(*words, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "boxes of chair and dining table" in done.stderr
    foretold = MetadataTable.read(tmp_path / "metadata.parquet")
    assert set(foretold.table["category"].to_pylist()) == {"chair", "dining table"}
    shares = [c["image_share"] for one in report_of(tmp_path)["categories"]
              for c in one["components"]]  # fmt: skip
    assert sum(shares) == pytest.approx(1)


@pytest.mark.blender
def test_both_are_categories_of_the_rendered_set(tmp_path):
    words = ("images=4", "image.long_side_px=64", "quality=draft", "quality.samples=1",
             "pixel_attributes=[]", "workers=1", "renderer.workers=1")  # fmt: skip
    done = run(*SMALL, *words, out=tmp_path, category=BOTH)
    assert done.returncode == 0, done.stderr
    told = read_coco(tmp_path / "annotations.json")
    assert set(told.categories.values()) == {"chair", "dining table"}
    measured = MetadataTable.read(tmp_path / "metadata.parquet")
    assert len(measured) == len(told.annotations)
    files = json.loads((tmp_path / "report.json").read_text())
    assert sum(one["attributes"][0]["distances"]["aligned"]["values"]
               for one in files["categories"]) == len(measured)  # fmt: skip


def test_categories_of_one_family_are_refused_in_a_line(tmp_path):
    said = error_line(plan(out=tmp_path, category="chair,bench"))
    assert "one asset family, chair, serves both" in said
