from dataclasses import replace

import numpy as np
import pytest

from alignment.align.methods.config import Choice, draw_plan, shared_out
from alignment.align.pool.previews import previewed_from
from assets.catalogue import load_catalogue
from scenes.labels.labels import LabelPolicy
from scenes.labels.previewer import PREVIEWED, Previewer
from scenes.plan.plan import Plan
from scenes.sampling.sampler import scene_seed
from scenes.sampling.studio import BASELINE_STREAM, EmptyScenes, Studio
from tests.alignment.align.planted import ATTRIBUTES, point, table
from tests.scenes.configs import fixed, scene_settings

CATALOGUE = load_catalogue(1)
POLICY = LabelPolicy(min_visible_px=16, min_visible_fraction=0.1, min_side_px=3)
SHARES = (0.5, 0.3, 0.2)


def studio(seed=0):
    previewer = Previewer(CATALOGUE, POLICY, 80)
    return Studio(
        catalogue=CATALOGUE, previewer=previewer, long_side_px=80, run_seed=seed, categories={}
    )


def choice(component, share, distance_m=3.0):
    camera = {**scene_settings()["camera"], "distance_m": fixed(distance_m)}
    seen = previewed_from(
        component, point(component, camera=camera), 4, table([], [], 1), ATTRIBUTES
    )
    return Choice(
        category="chair", component=component, within=component, weight=share, boxes=1.0,
        pooled=seen.config, distance=0.0, image_share=share,
    )  # fmt: skip


CHOICES = tuple(choice(i, share, 2.0 + i) for i, share in enumerate(SHARES))


@pytest.mark.parametrize("images", [1, 2, 7, 30])
def test_a_plan_has_just_as_many_scenes_as_asked_and_each_shows_a_labelled_object(images):
    plan, foretold = draw_plan(studio(), CHOICES, images)
    assert [p.index for p in plan.scenes] == list(range(images))
    assert sorted(set(foretold.image_ids)) == list(range(1, images + 1))
    again = studio().previewer.table(p.scene for p in plan.scenes)
    assert again.table.equals(foretold.table)


def test_components_have_their_shares_and_are_mixed():
    plan, _ = draw_plan(studio(), CHOICES, 30)
    components = [p.component for p in plan.scenes]
    assert np.bincount(components).tolist() == [15, 9, 6]
    assert components != sorted(components)
    assert all(p.scene.config_id == f"grid-{p.component:04d}" for p in plan.scenes)


def test_shared_out_a_component_has_its_weight_in_boxes_whatever_an_image_shows():
    count = {number: {**scene_settings()["objects"], "count": fixed(n)}
             for number, n in enumerate((1.0, 6.0))}  # fmt: skip
    pair = [
        replace(choice(i, 0.5), pooled=replace(CHOICES[i].pooled, point=point(i, objects=told)))
        for i, told in count.items()
    ]
    plan, foretold = draw_plan(studio(), shared_out(studio(), pair), 300)
    component = [plan.scenes[image_id - 1].component for image_id in foretold.image_ids]
    assert np.bincount(component) / len(component) == pytest.approx([0.5, 0.5], abs=0.05)
    assert np.bincount([p.component for p in plan.scenes])[0] > 200


def test_no_planned_scene_was_seen_by_the_search_or_is_the_baselines():
    plan, _ = draw_plan(studio(7), CHOICES, 30)
    planned = {p.scene.seed for p in plan.scenes}
    pool = {scene_seed(7, number, n) for number in range(3) for n in range(60)}
    baseline = studio(7).draw(CHOICES[0].pooled.point.config, BASELINE_STREAM, 30)
    assert len(planned) == 30
    assert not planned & (pool | {scene.seed for scene, _ in baseline})


def test_one_seed_gives_one_plan_and_another_seed_another(tmp_path):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        plan, foretold = draw_plan(studio(seed), CHOICES, 5)
        plan.write(tmp_path / f"{name}.jsonl")
        foretold.write(tmp_path / f"{name}.parquet")
    for end in ("jsonl", "parquet"):
        a, b, c = ((tmp_path / f"{name}.{end}").read_bytes() for name in "abc")
        assert a == b != c


def test_more_images_keep_the_scenes_of_fewer():
    few, many = (draw_plan(studio(), CHOICES[:1], images)[0] for images in (4, 9))
    assert {p.scene.seed for p in few.scenes} < {p.scene.seed for p in many.scenes}


def test_a_plan_survives_the_disk_line_by_line(tmp_path):
    plan, _ = draw_plan(studio(), CHOICES, 6)
    plan.write(tmp_path / "plan.jsonl")
    read = Plan.read(tmp_path / "plan.jsonl")
    assert [p.to_json() for p in read.scenes] == [p.to_json() for p in plan.scenes]
    read.write(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "plan.jsonl").read_bytes()


def test_a_table_has_one_row_a_label_and_every_attribute_that_a_preview_can_tell():
    seen = studio().draw(CHOICES[0].pooled.point.config, 5, 8)
    rows = studio().table(seen)
    assert len(rows) == sum(len(labels.kept) for _, labels in seen)
    assert set(rows.attributes) == PREVIEWED
    assert np.isfinite(np.column_stack([rows.column(n) for n in rows.attributes])).all()


def test_a_configuration_that_shows_nothing_is_named_with_a_cure():
    with pytest.raises(EmptyScenes, match=r"grid-0000: 0 of 40 scenes.*conf/labels"):
        draw_plan(studio(), [choice(0, 1.0, 900.0)], 1)


def test_a_component_without_an_image_draws_nothing():
    hopeless = choice(1, 0.0, 900.0)
    assert len(draw_plan(studio(), [choice(0, 1.0), hopeless], 2)[0]) == 2
