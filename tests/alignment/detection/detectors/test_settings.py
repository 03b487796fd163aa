import subprocess
import sys

import pytest

from assets.project import PROJECT
from scenes.config.from_mapping import BadSetting
from tests.alignment.detection.detectors.asked import detector_settings


@pytest.mark.parametrize("name", ["lite", "fasterrcnn", "fcos", "rtdetr", "yolo"])
def test_every_detector_has_a_file_of_defaults_and_a_module(name):
    assert detector_settings(name).name == name
    assert (PROJECT / "alignment" / "detection" / "detectors" / f"{name}.py").is_file()


def test_settings_and_the_registry_are_had_without_torch():
    asked = (
        "import sys; import alignment.detection.detectors.settings, "
        "alignment.detection.detectors.registry; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'torchvision', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"loop__side_px": 300}, "multiple of 32"),
        ({"loop__steps": 0}, "steps"),
        ({"loop__warm_up": 1.0}, "warm_up"),
        ({"augment__flip": 1.5}, "flip"),
        ({"augment__scale": [1.5, 0.5]}, "scale"),
        ({"augment__photometry__jpeg_quality": 0}, "jpeg_quality"),
        ({"lite__frozen": 17}, "frozen"),
        ({"lite__width": 30}, "multiple of 8"),
        ({"finding__most_overlap": 2.0}, "most_overlap"),
        ({"backbone": "own"}, "lite"),
    ],
)
def test_a_setting_out_of_its_range_is_named(changed, told):
    with pytest.raises(BadSetting, match=told):
        detector_settings(**changed)
