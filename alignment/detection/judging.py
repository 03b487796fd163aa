"""From what was found on the photos that judge to a verdict."""

from collections.abc import Sequence

import numpy as np

from alignment.detection.effects import effects_of, shared_facts
from alignment.detection.exhibits import exhibits_of
from alignment.detection.failings import failings_of, tables_of
from alignment.detection.recipe import recipe_of
from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.scoring.habits import habits
from alignment.detection.sets import Brought
from alignment.detection.settings import JudgeSettings
from alignment.detection.standing import FIRST, Standing, compared, standing_of
from alignment.detection.trained import Trained
from alignment.detection.verdict import Verdict
from alignment.detection.worth import advice_of, exchange_rate
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
    compared_arms = [one for one in standings if one.arm.kind in ("set", "photos")]
    best = best_of(standings, "set", "photos", "mixture")
    shown = [*(one for one in standings if one.arm.kind in ("set", "photos")), best]
    shown = list({one.name: one for one in shown}.values())
    stages.begin("measuring boxes")
    tables = tables_of(brought, settings, stages.at)
    stages.begin("binning failures")
    failings = failings_of(shown, tables, settings, resampling)
    stages.begin("looking for neighbours")
    renders_of = best.arm.set_name if best.arm.kind == "mixture" else None
    renders_of = renders_of or best_of(standings, "set").name
    return Verdict(
        test_name=brought.unseen.for_judging().name, notes=brought.notes,
        told=_told(brought, settings), standings=tuple(standings), resampling=resampling,
        differences=compared(compared_arms, resampling),
        rate=exchange_rate(standings, resampling, settings.page.beyond),
        advice=advice_of(standings, resampling),
        habits={
            one.name: habits(one.name, one.judged, resampling, settings.habits)
            for one in standings if one.arm.kind != "curve"
        },
        told_habits=settings.habits, failings=failings,
        exhibits=exhibits_of(best, renders_of, brought, settings, stages),
        effects=effects_of(standings), facts=shared_facts(standings),
        recipe=recipe_of(best.name, best.arm.counts, best.arm.real_share, settings.detector),
    )  # fmt: skip


def best_of(standings: Sequence[Standing], *kinds: str) -> Standing:
    """Return the arm of these kinds with the highest mean."""
    return max(
        (one for one in standings if one.arm.kind in kinds),
        key=lambda one: one.sampled[FIRST].value,
    )


def _told(brought: Brought, settings: JudgeSettings) -> dict[str, str | int]:
    loop = settings.detector.loop
    return {
        "test photos": len(brought.unseen), "test boxes": int((~brought.truth.ignored).sum()),
        "categories": ", ".join(brought.unseen.names),
        "photos to learn from": len(brought.photos), "images of a set": settings.training.images
        or "all", "detector": settings.detector.name,
        "budget": f"{loop.steps} steps of {loop.batch} at {loop.side_px} px",
        "seeds": ", ".join(map(str, settings.seeds)), "resamples": settings.page.draws,
    }  # fmt: skip
