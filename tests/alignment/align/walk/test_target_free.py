"""Scenes without what is labelled are the planned ones in all else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alignment.align.walk.target_free import Emptied, TooFewScenes, emptied
from assets.cards.folder import cut_outs
from assets.catalogue import Catalogue
from bench.scenes import Studio
from scenes.labels.labels import label_preview
from scenes.plan.plan import Plan, PlannedScene
from tests.cut_outs import disc, folder, wanted

COUNT = 6


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio.of_conf("strategy=grouped")


@pytest.fixture(scope="module")
def plan(studio: Studio) -> Plan:
    sampler = studio.sampler
    return Plan(scenes=tuple(
        PlannedScene(index=n, scene=sampler.sample(n), component=0, weight=1 / COUNT, why="")
        for n in range(COUNT)
    ))  # fmt: skip


def without(plan: Plan, studio: Studio, count: int, **in_place: float) -> Plan:
    wanted = Emptied(count=count, in_place=in_place)
    return emptied(np.random.default_rng(0), plan, wanted, studio.catalogue)


def test_what_is_not_labelled_stays_as_it_was_and_nothing_labelled_is_left(
    plan: Plan, studio: Studio
) -> None:
    bare = without(plan, studio, COUNT)
    assert bare.categories == {}
    for one, was in zip(bare.scenes, plan.scenes, strict=True):
        kept = [placed for placed in was.scene.objects if not placed.category_id]
        assert [p.asset_id for p in one.scene.objects] == [p.asset_id for p in kept]
        assert [p.instance for p in one.scene.objects] == list(range(1, len(kept) + 1))
        assert one.scene.to_json() | {"objects": []} == was.scene.to_json() | {"objects": []}
        assert one.why == f"scene {was.index} without what is labelled"


def test_something_else_stands_where_targets_stood_in_its_share_of_the_scenes(
    plan: Plan, studio: Studio
) -> None:
    bare = without(plan, studio, COUNT, sofa=0.5)
    assert bare.categories == {}
    others = [
        [p for p in one.scene.objects if p.category == "sofa"] for one in bare.scenes
    ]  # fmt: skip
    assert sum(map(bool, others)) == COUNT / 2
    for one, was, own in zip(bare.scenes, plan.scenes, others, strict=True):
        gone = [p for p in was.scene.objects if p.category_id]
        assert len(own) in (0, len(gone))
        for placed, target in zip(own, gone, strict=False):
            np.testing.assert_array_equal(placed.object_to_world, target.object_to_world)
            slots = studio.catalogue.get(placed.asset_id).mesh().slot_names
            assert len(placed.materials) == len(slots)
        assert one.why.endswith("sofa in its place") is bool(own)


def test_a_cut_out_takes_the_place_of_a_cut_out_alone(
    plan: Plan, studio: Studio, tmp_path: Path
) -> None:
    cut = folder(tmp_path, {"a": disc()}, category="sofa")
    flat = cut_outs(studio.catalogue, wanted(cut)).assets
    whole = Catalogue(assets={asset.id: asset for asset in flat})
    mixed = Catalogue(assets={**studio.catalogue.assets, **whole.assets})
    bare = emptied(
        np.random.default_rng(0), plan, Emptied(count=COUNT, in_place={"sofa": 1.0}), mixed
    )
    names = {p.asset_id for one in bare.scenes for p in one.scene.objects}
    assert names.isdisjoint(whole.assets)
    assert any("sofa" in name for name in names)


def test_as_many_scenes_as_the_plan_has_at_most_each_once(plan: Plan, studio: Studio) -> None:
    drawn = without(plan, studio, 3)
    assert [one.index for one in drawn.scenes] == [0, 1, 2]
    assert len({one.scene.seed for one in drawn.scenes}) == 3
    with pytest.raises(TooFewScenes, match="expected as many at most"):
        without(plan, studio, COUNT + 1)


def test_named_scenes_come_first_and_stay_without_anything_in_a_targets_place(
    plan: Plan, studio: Studio
) -> None:
    def of(*like: int, **in_place: float) -> dict[str, list[str]]:
        wanted = Emptied(count=4, in_place=in_place, like=like)
        bare = emptied(np.random.default_rng(0), plan, wanted, studio.catalogue)
        return {
            one.why.split(" without")[0]: [p.category for p in one.scene.objects]
            for one in bare.scenes
        }

    assert set(of(5, 1, 3, 0, 2)) == {"scene 0", "scene 1", "scene 3", "scene 5"}
    mixed = of(5, 1, 3, 5, 99, sofa=0.5)
    assert "scene 5" in mixed and "scene 1" in mixed
    assert len(mixed) == 4 and sum("sofa" in shown for shown in mixed.values()) == 2
    assert "sofa" not in mixed["scene 5"] + mixed["scene 1"]


def test_a_scene_of_no_object_at_all_is_previewed_and_has_no_label(
    plan: Plan, studio: Studio
) -> None:
    scene = replace(plan.scenes[0].scene, objects=())
    labels = label_preview(scene, (64, 48), studio.catalogue, studio.policy)
    assert (labels.kept, labels.dropped) == ((), {})


def test_plain_white_alone_is_no_scene(plan: Plan, studio: Studio) -> None:
    white = Studio.of_conf("strategy=white").sampler.sample(1).background
    first, *others = (one.scene for one in plan.scenes)
    targets = tuple(placed for placed in first.objects if placed.category_id)
    lines = [replace(first, objects=targets, background=white), *others]
    told = Plan(scenes=tuple(
        replace(one, scene=scene) for one, scene in zip(plan.scenes, lines, strict=True)
    ))  # fmt: skip
    drawn = without(told, studio, COUNT - 1)
    assert first.seed not in {one.scene.seed for one in drawn.scenes}
    with pytest.raises(TooFewScenes, match="5 of the plan's 6 scenes"):
        without(told, studio, COUNT)
