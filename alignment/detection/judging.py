"""From what was found on the photos that judge to a verdict."""

from collections.abc import Sequence

import numpy as np

from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.sets import Brought
from alignment.detection.settings import JudgeSettings
from alignment.detection.standing import compared, standing_of
from alignment.detection.trained import Trained
from alignment.detection.verdict import Verdict
from alignment.progress import Stages

DRAW_STREAM = 43


def judged(
    brought: Brought, trained: Sequence[Trained], settings: JudgeSettings, stages: Stages
) -> Verdict:
    """Return the verdict."""
    stages.begin("judging")
    rng = np.random.default_rng([settings.seed, DRAW_STREAM])
    resampling = Resampling.draw(rng, brought.truth.photo_count, settings.page.draws)
    standings = []
    for done, one in enumerate(trained):
        standings.append(standing_of(one, brought.truth, resampling))
        stages.at(done + 1, len(trained), one.arm.name)
    ranked = [one for one in standings if one.arm.kind in ("set", "photos")]
    return Verdict(
        test_name=brought.unseen.for_judging().name, notes=brought.notes,
        told=_told(brought, settings), standings=tuple(standings), resampling=resampling,
        differences=compared(ranked, resampling),
    )  # fmt: skip


def _told(brought: Brought, settings: JudgeSettings) -> dict[str, str | int]:
    return {
        "test photos": len(brought.unseen), "test boxes": int((~brought.truth.ignored).sum()),
        "categories": ", ".join(brought.unseen.names),
        "photos to learn from": len(brought.photos), "seeds": len(settings.seeds),
        "resamples": settings.page.draws,
    }  # fmt: skip
