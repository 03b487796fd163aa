import numpy as np
import pytest
import yaml

from alignment.real.label_limits import Learned, Scaling, learn_policy
from alignment.real.split import Exposed
from scenes.config.from_mapping import from_mapping
from scenes.labels.policy import LabelSettings
from scenes.measuring.boxes import box_attributes
from scenes.measuring.table import MetadataTable
from tests.scenes.configs import CONF

PHOTO = (640, 480)


def _settings(**changes):
    told = yaml.safe_load((CONF / "labels" / "visible.yaml").read_text())
    return from_mapping(LabelSettings, {**told, "rule": "learned", **changes}, "labels")


def _boxes(count=200, least=40.0, seed=0):
    """Boxes well inside the photo; ten of them are squares of the least side."""
    rng = np.random.default_rng(seed)
    sides = least * np.exp(rng.uniform(0.0, 1.5, (count, 2)))
    sides[:10] = least
    at = 20 + rng.uniform(0, 1, (count, 2)) * (np.array(PHOTO) - 40 - sides)
    return np.hstack([at, sides])


def _learned(boxes, settings=None, long_side_px=640, masks=None) -> Learned:
    columns = {
        "image_id": np.arange(len(boxes)) + 1,
        **box_attributes(boxes, [PHOTO] * len(boxes)),
        **({"visible_area": masks} if masks is not None else {}),
    }
    table = MetadataTable.from_columns(columns)
    scaling = Scaling(
        photo_px=dict.fromkeys(range(1, len(boxes) + 1), PHOTO), long_side_px=long_side_px
    )
    return learn_policy(Exposed(table=table), scaling, settings or _settings())


def test_a_set_whose_smallest_boxes_are_40_by_40_teaches_40_by_40():
    policy = _learned(_boxes()).settings.policy
    assert policy.min_side_px == pytest.approx(40, abs=1)
    assert policy.min_box_px == pytest.approx(1600, abs=2)


def test_a_photo_twice_as_large_as_the_render_teaches_half_the_side():
    policy = _learned(_boxes(), long_side_px=320).settings.policy
    assert policy.min_side_px == pytest.approx(20, abs=1)
    assert policy.min_box_px == pytest.approx(400, abs=2)


@pytest.mark.parametrize("count", [40, 400])
def test_one_slip_of_the_mouse_hardly_moves_what_is_learned(count):
    clean = _boxes(count)
    slipped = np.vstack([clean, [[300.0, 200.0, 2.0, 2.0]]])
    before, after = (_learned(boxes).settings.policy for boxes in (clean, slipped))
    assert abs(before.min_side_px - after.min_side_px) <= 2
    assert abs(before.min_box_px - after.min_box_px) <= 0.05 * before.min_box_px


def test_no_more_than_the_share_of_the_real_boxes_lies_below():
    boxes = _boxes(1000, least=20.0, seed=3)
    boxes[:, 2:] *= np.random.default_rng(4).uniform(0.5, 1.0, (1000, 1))
    policy = _learned(boxes).settings.policy
    below = boxes[:, 2:].min(axis=1) < policy.min_side_px
    assert 0.002 <= below.mean() <= 0.011


def test_slivers_at_the_border_are_learned_from_boxes_that_touch_it():
    boxes = _boxes()
    boxes[10:60] = [0.0, 100.0, 90.0, 200.0]
    policy = _learned(boxes).settings.policy
    assert policy.min_cut_side_px == 90
    assert policy.min_side_px == pytest.approx(40, abs=1)


def test_visible_pixels_are_learned_where_there_are_masks_only():
    boxes = _boxes()
    masks = 0.5 * boxes[:, 2:].prod(axis=1)
    assert _learned(boxes, masks=masks).settings.min_visible_px == pytest.approx(800, abs=2)
    assert _learned(boxes).settings.min_visible_px == _settings().min_visible_px


def test_nothing_is_learned_below_the_fixed_limits_or_from_a_handful_of_boxes():
    tiny = _boxes(least=1.0)
    assert _learned(tiny).settings.min_side_px == _settings().min_side_px
    few = _learned(_boxes(9)).settings
    assert few.policy == _settings().policy
    assert few.rule == "fixed"


def test_fixed_limits_stay_as_they_are_and_nothing_is_said():
    fixed = _settings(rule="fixed")
    assert _learned(_boxes(), fixed) == Learned(settings=fixed, notes=())


def test_every_limit_that_could_be_learned_is_told():
    notes = _learned(_boxes()).notes
    assert notes[0].startswith("labels.min_box_px: 16")
    assert "from 200 boxes of 1600 upwards" in notes[0]
    assert "labels.min_cut_side_px: 0, as 0 boxes teach none" in notes
