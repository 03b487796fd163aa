"""conf/detector with words changed, as a user would change them."""

from pathlib import Path

import yaml

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.training.pacing import LoopSettings
from scenes.settings import from_mapping

CONF = Path(__file__).resolve().parents[3] / "conf" / "detector"


def told(name="lite", **changed):
    """Return conf/detector/NAME.yaml with `section__key` or `key` changed."""
    words = yaml.safe_load((CONF / f"{name}.yaml").read_text())
    for path, value in changed.items():
        *sections, key = path.split("__")
        at = words
        for section in sections:
            at = at[section]
        assert key in at
        at[key] = value
    return words


def detector_settings(name="lite", **changed):
    return from_mapping(DetectorSettings, told(name, **changed))


def loop_settings(**changed):
    return from_mapping(LoopSettings, {**told()["loop"], **changed})
