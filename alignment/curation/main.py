"""`make filter`, `make shapes`, `make augment`: a COCO set held against a real one in features."""

from alignment.curation.job import curate, render_augmented
from alignment.curation.settings import CurationSettings
from alignment.entry import enter
from alignment.progress import Stages


def _work(settings: CurationSettings, stages: Stages) -> None:
    out = curate(settings, stages)
    if settings.what == "augment" and settings.augment.render:
        render_augmented(settings, out, stages)


if __name__ == "__main__":
    enter("curate", CurationSettings, _work)
