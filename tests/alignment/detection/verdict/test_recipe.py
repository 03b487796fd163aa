import pytest

from alignment.detection.runs.arms import Arm
from alignment.detection.verdict.recipe import recipe_of
from tests.alignment.detection.detectors.asked import detector_settings


@pytest.mark.parametrize("how, told, layers", [
    (detector_settings(lite__frozen=16), ("detector.lite.frozen", "16"), 0),
    (detector_settings(lite__frozen=-1), ("detector.lite.frozen", "-1"), 5),
    (detector_settings("fcos", backbone="own", own__frozen=3), ("detector.own.frozen", "3"), 2),
])  # fmt: skip
def test_a_recipe_tells_what_the_detector_itself_froze(how, told, layers):
    arm = Arm(kind="set", name="a", set_name="a", parts=(), limits=(), real_share=None)
    recipe = recipe_of(arm, how)
    assert told in recipe.settings
    assert dict(recipe.trainers)["torchvision"][0].startswith(f"trainable_backbone_layers={layers}")
