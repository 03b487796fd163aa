from dataclasses import replace

import numpy as np
import pytest
import yaml

from assets.catalogue import Catalogue, load_catalogue
from scenes.config.from_mapping import from_mapping
from scenes.labels.categories import BadCategories, coco_categories, labelled, labelled_plan
from scenes.labels.labels import LabelPolicy, label_frame, label_preview
from scenes.labels.policy import LabelCategory, LabelSettings
from scenes.model.frame import FAR_M
from scenes.model.scene import Placement, Scene
from scenes.optics.camera import pose_aiming_at
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan, PlannedScene
from scenes.preview.preview import alone, preview
from tests.render.rendered import camera, placed, scene
from tests.scenes.configs import CONF
from tests.scenes.hand_made import Painted

ANYTHING = LabelPolicy(min_visible_px=1, min_visible_fraction=0.0, min_side_px=1)
ACROSS = pose_aiming_at(np.array([0.3, -3.0, 1.3]), np.array([0.0, 0.0, 0.5]), (0.0, 0.0), 0.0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


def settings(**changes: object) -> LabelSettings:
    told = yaml.safe_load((CONF / "labels" / "visible.yaml").read_text())
    return from_mapping(LabelSettings, {**told, **changes}, "labels")


def _clutter(instance: int, asset_id: str, x: float, y: float) -> Placement:
    return replace(placed(instance, asset_id, 1, (x, y, 0.3)), category="table", category_id=0)


def _behind_a_table() -> Scene:
    """A chair behind a table, and one that the left border cuts."""
    objects = (
        placed(1, "chair/dining/0", 1, (0.0, 0.3, 0.5)),
        placed(2, "chair/dining/0", 1, (-1.75, 0.0, 0.0)),
        _clutter(3, "table/rectangular/0", 0.2, -0.8),
    )
    return scene(camera((160, 120), ACROSS), objects)


def frame_of(shown: Scene, catalogue: Catalogue) -> Painted:
    """What a preview sees, as a frame."""
    width, height = shown.camera.resolution_px
    seen = preview(shown, catalogue, (width, height))
    return Painted(
        scene=shown, shot=shot_of(shown), image=np.zeros((height, width, 3), np.uint8),
        instances=seen.instances,
        depth_m=np.where(np.isfinite(seen.depth_m), seen.depth_m, FAR_M).astype(np.float32),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "value", "left"),
    [
        ("min_visible_px", 10**6, 0), ("min_visible_fraction", 0.999, 1), ("min_side_px", 10**3, 0),
        ("min_box_px", 10**6, 0), ("min_cut_side_px", 10**3, 1),
    ],
)  # fmt: skip
def test_each_limit_drops_what_stays_below_it_and_is_counted_by_name(
    catalogue: Catalogue, limit: str, value: float, left: int
) -> None:
    shown = _behind_a_table()
    strict = replace(ANYTHING, **{limit: value})
    found = label_preview(shown, (160, 120), catalogue, strict)
    assert len(found.kept) == left
    assert found.dropped == {limit: 2 - left}


def test_nothing_that_is_kept_is_counted(catalogue: Catalogue) -> None:
    found = label_preview(_behind_a_table(), (160, 120), catalogue, ANYTHING)
    assert [label.truncated for label in found.kept] == [False, True]
    assert found.dropped == {}


def test_an_amodal_mask_is_the_object_drawn_alone_and_holds_what_is_seen_of_it(
    catalogue: Catalogue,
) -> None:
    frame = frame_of(_behind_a_table(), catalogue)
    label = label_frame(frame, frame.scene, catalogue, settings(amodal_masks=True)).kept[0]
    lonely = replace(frame.scene, objects=frame.scene.objects[:1])
    assert label.amodal_mask is not None
    assert (label.amodal_mask == (frame_of(lonely, catalogue).instances == 1)).all()
    visible = frame.instances == 1
    assert (label.amodal_mask & visible).sum() == visible.sum() < label.amodal_mask.sum()
    assert label.amodal_mask.sum() == label.amodal_px


def test_an_amodal_mask_has_the_pixels_that_the_preview_counted(catalogue: Catalogue) -> None:
    shown = _behind_a_table()
    counted = preview(shown, catalogue, (160, 120)).amodal.px
    masks = [alone(shown.camera, o, catalogue).sum() for o in shown.objects]
    assert masks == counted.tolist()


def test_masks_and_keypoints_are_left_out_unless_asked_for(catalogue: Catalogue) -> None:
    frame = frame_of(_behind_a_table(), catalogue)
    label = label_frame(frame, frame.scene, catalogue, settings(keypoints=False)).kept[0]
    assert label.keypoints is None
    assert label.amodal_mask is None


def test_clutter_of_a_mapped_category_is_labelled_and_other_clutter_is_not(
    catalogue: Catalogue,
) -> None:
    shown = _behind_a_table()
    tables = {"table": LabelCategory(id=7, name="dining table")}
    named = labelled(shown, catalogue, tables)
    assert [(o.category_id, o.category) for o in named.objects] == [
        (1, "chair"), (1, "chair"), (7, "dining table"),
    ]  # fmt: skip
    assert (
        labelled(shown, catalogue, {"box": LabelCategory(id=7, name="box")}).objects[2]
        == (shown.objects[2])
    )


def test_labelling_twice_changes_nothing(catalogue: Catalogue) -> None:
    tables = {"table": LabelCategory(id=7, name="dining table")}
    once = labelled(_behind_a_table(), catalogue, tables)
    assert labelled(once, catalogue, tables).to_json() == once.to_json()


@pytest.mark.parametrize(
    ("categories", "told"),
    [
        ({"table": LabelCategory(id=1, name="table")}, "id 1 is 'chair' already"),
        ({"zebra": LabelCategory(id=2, name="zebra")}, "no category of the catalogue"),
    ],
)
def test_a_mapping_that_contradicts_the_scene_is_refused(
    catalogue: Catalogue, categories: dict[str, LabelCategory], told: str
) -> None:
    with pytest.raises(BadCategories, match=told):
        labelled(_behind_a_table(), catalogue, categories)


def test_a_plans_categories_carry_their_own_keypoints(catalogue: Catalogue) -> None:
    line = PlannedScene(index=0, scene=_behind_a_table(), component=-1, weight=1.0, why="test")
    tables = {"table": LabelCategory(id=7, name="dining table")}
    plan = labelled_plan(Plan(scenes=(line,)), catalogue, tables)
    chair, table = coco_categories(plan, catalogue, keypoints=True)
    assert (chair["id"], table["id"], table["name"]) == (1, 7, "dining table")
    assert "seat_front_left" in chair["keypoints"]
    assert "top_front_left" in table["keypoints"]
    for told in (chair, table):
        assert {n for pair in told["skeleton"] for n in pair} <= set(
            range(1, len(told["keypoints"]) + 1)
        )
    assert coco_categories(plan, catalogue, keypoints=False)[0] == {"id": 1, "name": "chair"}
