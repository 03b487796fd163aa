"""`make develop`: a rendered set developed anew, towards other photos or with other effects."""

from collections.abc import Callable
from functools import partial

from omegaconf import DictConfig

from alignment.command.enter import enter_by
from alignment.command.stages import Stages


def _ready(config: DictConfig) -> Callable[[Stages], object]:
    # Processes that develop import this file, and nothing of what follows.
    from alignment.darkroom.settings import settings_from  # noqa: PLC0415  # as above
    from alignment.darkroom.walk import develop  # noqa: PLC0415  # as above

    return partial(develop, settings_from(config))


if __name__ == "__main__":
    enter_by("develop", _ready)
