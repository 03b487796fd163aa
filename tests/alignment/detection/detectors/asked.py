"""conf/detector with words changed, as a user would change them."""

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.training.pacing import LoopSettings
from assets.project import CONF
from scenes.config.from_mapping import from_mapping


def told(name="lite", **changed):
    """Return conf/detector/NAME.yaml with `section__key` or `key` changed."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        composed = compose("judge", overrides=[f"detector={name}"])
    words = OmegaConf.to_container(composed.detector, resolve=True)
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
