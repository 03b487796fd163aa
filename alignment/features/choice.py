"""Backends by the name that settings give them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alignment.features.backend import Backend
from alignment.features.cache import FeatureCache
from alignment.features.classical import Classical
from alignment.features.geometry import Geometry

BACKENDS: Mapping[str, Callable[["FeatureSettings"], Backend]] = {
    "geometry": lambda _: Geometry(),
    "classical": lambda _: Classical(),
}


@dataclass(frozen=True, kw_only=True)
class FeatureSettings:
    """Which features, and where they are kept; conf/features.

    backends: some of BACKENDS, side by side. cache: a folder, or None to keep nothing.
    """

    backends: tuple[str, ...]
    cache: Path | None

    def __post_init__(self) -> None:
        if not self.backends or len(set(self.backends)) != len(self.backends):
            raise ValueError(f"backends is {list(self.backends)}; expected one or more, each once")
        for name in self.backends:
            if name not in BACKENDS:
                raise ValueError(f"backends: {name!r} is not one of {', '.join(BACKENDS)}")


def backends_of(settings: FeatureSettings) -> tuple[Backend, ...]:
    """Return the backends that settings name. Raises NoBackend where one cannot be had."""
    return tuple(BACKENDS[name](settings) for name in settings.backends)


def cache_of(settings: FeatureSettings) -> FeatureCache:
    """Return the cache that settings name."""
    return FeatureCache(folder=settings.cache)
