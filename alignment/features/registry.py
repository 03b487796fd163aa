"""Backends by the name that settings give them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.features.backends.backend import Backend
from alignment.features.backends.classical import Classical
from alignment.features.backends.clip import Clip
from alignment.features.backends.data2vec import Data2Vec
from alignment.features.backends.dinov2 import Dinov2
from alignment.features.backends.faster_rcnn import FasterRcnn
from alignment.features.backends.geometry import Geometry
from alignment.features.backends.lite import Lite
from alignment.features.backends.pretrained import Pretrained
from alignment.features.backends.surroundings import Surroundings
from alignment.features.cache import FeatureCache

BACKENDS: Mapping[str, Callable[[Pretrained], Backend]] = {
    "geometry": lambda _: Geometry(),
    "classical": lambda _: Classical(),
    "surroundings": lambda _: Surroundings(),
    "lite": Lite,
    "clip": Clip,
    "dinov2": Dinov2,
    "data2vec": Data2Vec,
    "faster_rcnn": FasterRcnn,
}


@dataclass(frozen=True, kw_only=True)
class FeatureSettings:
    """Which features, and where they are kept; conf/features.

    backends: some of BACKENDS, side by side. cache: a folder, or None to keep nothing. weights: a
    folder with one of its own for each pretrained backend, by its name; device and batch are for
    those alone.
    """

    backends: tuple[str, ...]
    cache: Path | None
    weights: Path | None
    device: Literal["auto", "cpu", "cuda"]
    batch: int

    def __post_init__(self) -> None:
        if not self.backends or len(set(self.backends)) != len(self.backends):
            raise ValueError(f"backends is {list(self.backends)}; expected one or more, each once")
        for name in self.backends:
            if name not in BACKENDS:
                raise ValueError(f"backends: {name!r} is not one of {', '.join(BACKENDS)}")


def backends_of(settings: FeatureSettings) -> tuple[Backend, ...]:
    """Return the backends that settings name. Raises NoBackend where one cannot be had."""
    how = Pretrained(weights=settings.weights, device=settings.device, batch=settings.batch)
    return tuple(BACKENDS[name](how) for name in settings.backends)


def cache_of(settings: FeatureSettings) -> FeatureCache:
    """Return the cache that settings name."""
    return FeatureCache(folder=settings.cache)
