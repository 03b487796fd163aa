"""`make align`, `make plan`: real boxes in; an aligned dataset or its plan, and a report, out."""

from collections.abc import Callable
from functools import partial

from omegaconf import DictConfig

from alignment.command.enter import enter_by
from alignment.command.stages import Stages


def _ready(config: DictConfig) -> Callable[[Stages], object]:
    # Processes that preview import this file, and nothing of what follows.
    from alignment.align.brief.brief import hands_for  # noqa: PLC0415  # as above
    from alignment.align.brief.settings import settings_from  # noqa: PLC0415  # as above
    from alignment.align.pool.previews import ready_to_preview  # noqa: PLC0415  # as above

    settings = settings_from(config)
    if settings.target_free.of is not None:
        from alignment.align.walk.target_free import target_free  # noqa: PLC0415  # as above

        return partial(target_free, settings)
    hands = hands_for(settings)
    hands.warm(ready_to_preview, settings.variants)  # while the rest is imported, and the set read
    from alignment.align.walk.walk import align  # noqa: PLC0415  # for them it would be 130 MB each

    return partial(align, settings, hands)


if __name__ == "__main__":
    enter_by("align", _ready)
