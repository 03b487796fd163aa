"""From what was found on the photos that judge to a verdict."""

from collections.abc import Sequence

import numpy as np

from alignment.command.stages import Stages
from alignment.detection.runs.all_arms import Trained
from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.scoring.habits import habits
from alignment.detection.settings import JudgeSettings
from alignment.detection.shown.sets import Brought
from alignment.detection.verdict.exhibits import Exhibits, exhibits_of
from alignment.detection.verdict.failings import Failing, failings_of, tables_of
from alignment.detection.verdict.recipe import recipe_of
from alignment.detection.verdict.standing import FIRST, Standing, compared, standing_of
from alignment.detection.verdict.took_effect import effects_of, shared_facts
from alignment.detection.verdict.verdict import Verdict
from alignment.detection.verdict.worth import advice_of, exchange_rate

DRAW_STREAM = 43


def judged(
    brought: Brought, trained: Sequence[Trained], settings: JudgeSettings, stages: Stages
) -> Verdict:
    """Return the verdict. Raises PhotoUnreadable, NotInferred, NoBackend, Unwritable."""
    rng = np.random.default_rng([settings.seed, DRAW_STREAM])
    resampling = Resampling.draw(rng, brought.truth.photo_count, settings.page.draws)
    standings = _standings(brought, trained, resampling, stages)
    alone = [one for one in standings if one.arm.kind in ("set", "photos")]
    best = best_of(standings, "set", "photos", "mixture")
    shown = list({one.name: one for one in (*alone, best)}.values())
    return Verdict(
        test_name=brought.unseen.for_judging().name, notes=brought.notes,
        told=_told(brought, settings), standings=standings, resampling=resampling,
        differences=compared(alone, resampling),
        rate=exchange_rate(standings, resampling, settings.page.beyond),
        advice=advice_of(standings, resampling), told_habits=settings.habits,
        habits={
            one.name: habits(one.name, one.judged, resampling, settings.habits)
            for one in standings if one.arm.kind != "curve"
        },
        failings=_failings(shown, brought, (settings, resampling), stages),
        exhibits=_exhibits(standings, brought, settings, stages),
        effects=effects_of(standings), facts=shared_facts(standings),
        recipe=recipe_of(best.arm, settings.detector),
    )  # fmt: skip


def _standings(
    brought: Brought, trained: Sequence[Trained], resampling: Resampling, stages: Stages
) -> tuple[Standing, ...]:
    stages.begin("judging")
    found = []
    for done, one in enumerate(trained):
        found.append(standing_of(one, brought.truth, resampling))
        stages.at(done + 1, len(trained), one.arm.name)
    return tuple(found)


def _failings(
    shown: Sequence[Standing], brought: Brought, how: tuple[JudgeSettings, Resampling],
    stages: Stages,
) -> tuple[Failing, ...]:  # fmt: skip
    settings, resampling = how
    stages.begin("measuring boxes")
    tables = tables_of(brought, settings, stages.at)
    stages.begin("binning failures")
    return failings_of(shown, tables, settings, resampling)


def _exhibits(
    standings: Sequence[Standing], brought: Brought, settings: JudgeSettings, stages: Stages
) -> Exhibits:
    stages.begin("looking for neighbours")
    best = best_of(standings, "set", "photos", "mixture")
    own = best.arm.set_name if best.arm.kind == "mixture" else None
    return exhibits_of(best, own or best_of(standings, "set").name, brought, settings, stages)


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
