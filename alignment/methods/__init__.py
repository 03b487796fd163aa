"""The ways from exposed photos and previewed scenes to a plan, by the name that method= takes."""

from alignment.methods.config import Config
from alignment.methods.method import Method, Selection, Stand
from alignment.methods.mixture import Mixture
from alignment.methods.scenes import Scenes
from alignment.settings import MatchSettings


def method_of(name: str, settings: MatchSettings) -> Method:
    """Return the method of a name: config, mixture or scenes."""
    if name == "config":
        return Config()
    return Mixture(settings=settings) if name == "mixture" else Scenes(settings=settings)


__all__ = ["Method", "Selection", "Stand", "method_of"]
