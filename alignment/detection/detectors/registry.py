"""Detectors by the name that settings give them; torch is loaded with the first that is made."""

import importlib

from alignment.detection.detector import Detector
from alignment.detection.detectors.settings import DetectorSettings
from assets.errors import UserError

INSTALL = "make setup-detection"
_WHERE = "alignment.detection.detectors"


class NoDetector(UserError):
    """A detector without the libraries or the weights that it needs."""


def detector_of(settings: DetectorSettings) -> Detector:
    """Return the detector that settings name. Raises NoDetector, which says what to install."""
    try:
        module = importlib.import_module(f"{_WHERE}.{settings.name}")
    except ImportError as error:
        raise NoDetector(
            f"detector={settings.name} needs {error.name}, which does not load ({error}); "
            f"run `{INSTALL}`"
        ) from None
    made: Detector = module.made(settings)
    return made
