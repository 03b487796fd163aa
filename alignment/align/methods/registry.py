"""The ways from exposed photos and previewed scenes to a plan, by the name that method= takes."""

from collections.abc import Callable
from functools import partial

from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.config import Config
from alignment.align.methods.method import Method, Selection, Stand
from alignment.align.methods.mixture import Mixture
from alignment.align.methods.scenes import Scenes
from alignment.align.methods.uniform import Uniform


def method_of(name: str, settings: MatchSettings) -> Method:
    """Return the method of a name: config, mixture, scenes or uniform."""
    made: dict[str, Callable[[], Method]] = {
        "config": Config, "uniform": Uniform,
        "mixture": partial(Mixture, settings=settings),
        "scenes": partial(Scenes, settings=settings),
    }  # fmt: skip
    return made[name]()


__all__ = ["Method", "Selection", "Stand", "method_of"]
