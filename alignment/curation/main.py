"""`make filter`, `make shapes`, `make augment`: a COCO set held against a real one in features."""

from alignment.command.enter import enter
from alignment.command.stages import Stages
from alignment.curation.settings import CurationSettings
from alignment.curation.walk import curate, render_augmented


def _work(settings: CurationSettings, stages: Stages) -> None:
    out = curate(settings, stages)
    if settings.what == "augment" and settings.augment.render:
        render_augmented(settings, out, stages)


if __name__ == "__main__":
    enter("curate", CurationSettings, _work)
