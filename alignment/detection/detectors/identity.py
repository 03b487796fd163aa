"""Names of detectors that hold all that changes their figures."""

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from alignment.detection.detectors.settings import DetectorSettings

_REVISION = 1  # raised with every change to our own code that changes figures
_NO_MATTER = ("workers", "device")  # views are the same for any number of workers


def identity_of(
    settings: DetectorSettings,
    device: str,
    weights: Mapping[str, str],
    versions: Mapping[str, str],
) -> str:
    """Return a short name with 12 hex digits that differ with anything that changes figures."""
    told = asdict(settings)
    told["loop"] = {key: own for key, own in told["loop"].items() if key not in _NO_MATTER}
    all_of_it = [_REVISION, told, device, dict(weights), dict(versions)]
    text = json.dumps(all_of_it, sort_keys=True, default=str)
    return f"{settings.name}-{_REVISION}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def versions_of(packages: Sequence[str]) -> Mapping[str, str]:
    """Return the versions of those of some packages that are installed."""
    found = {}
    for name in packages:
        try:
            found[name.replace("_", "-")] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
