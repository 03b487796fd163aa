"""Looks of the planned scenes, chosen so that objects look as on photos, before what is behind.

Light, colour and `background_similarity` are of pixels, so no preview foretells them. But finish,
light and background are drawn apart from geometry: each scene is rendered cheaply in several looks,
its boxes are measured, and one look of each is chosen so that all boxes together follow the
smoothed population of the exposed photos. Geometry, and with it all that was matched before, stays
as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.align.brief.brief import Job
from alignment.align.matching.match import groups_of
from alignment.align.matching.moments import Group
from alignment.align.walk.cheap_renders import Cheapened, render_cheaply
from alignment.command.stages import Stages
from scenes.config.scene import SceneConfig
from scenes.labels.categories import labelled_plan
from scenes.measuring.table import APPEARANCE, MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.sampler import SceneSampler

FloatArray = npt.NDArray[np.float64]

STREAM = 16  # of the run's seed
PASSES = 8  # over all scenes; it ends sooner where nothing changes


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """What every look of every scene shows of a group: counts (s, looks, K), totals (s, looks)."""

    group: Group
    counts: FloatArray
    totals: FloatArray

    def missed(self, counts: FloatArray, totals: FloatArray) -> FloatArray:
        """Return (...) the squared gaps of shares from the target's, of (..., K) and (...)."""
        shares = counts / np.maximum(totals, 1)[..., None]
        gaps = (shares - self.group.target.shares) / self.group.slack
        return np.asarray((gaps**2).sum(axis=-1))


def looked(
    job: Job, plan: Plan, configs: Mapping[str, SceneConfig], stages: Stages
) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the looks that suit the photos, and what is to be said of it.

    configs: by the id that scenes name theirs by. The plan as it is where no such attribute is
    asked for. Raises RenderFailed.
    """
    if not job.settings.match.looked_at:
        return plan, ()
    stages.begin("looks")
    plans = [plan, *(_redrawn(job, plan, configs, n) for n in range(1, job.settings.looks))]
    tables = [_measured(job, one, number, stages) for number, one in enumerate(plans)]
    rng = np.random.default_rng([job.settings.seed, STREAM])
    groups = groups_of(rng, job.exposed, job.settings.match, job.settings.match.looked_at)
    shown = [shown_of(group, tables, len(plan)) for group in groups]
    chosen = choose_looks(rng, shown, len(plan), len(plans))
    scenes = tuple(plans[look].scenes[number] for number, look in enumerate(chosen))
    notes = tuple(_note(one, chosen) for one in shown)
    for note in notes:
        stages.say(note)
    return Plan(scenes=scenes), notes


def shown_of(group: Group, tables: Sequence[MetadataTable], scenes: int) -> Shown:
    """Return what tables show of a group, one a look; image ids are places in the plan from 1."""
    size = group.target.bins.size
    counts = np.zeros((scenes, len(tables), size))
    for look, table in enumerate(tables):
        sample = group.facet.sample(table)
        cells = (sample.images - 1) * size + group.target.bins.index(sample.values)
        counts[:, look] = np.bincount(cells, minlength=scenes * size).reshape(scenes, size)
    return Shown(group=group, counts=counts, totals=counts.sum(axis=2))


def choose_looks(
    rng: np.random.Generator, shown: Sequence[Shown], scenes: int, looks: int
) -> npt.NDArray[np.intp]:
    """Return (scenes,) a look each, by exchanges as long as any brings the shares nearer.

    A local optimum: scene by scene, in random order, the look that leaves the least squared gaps in
    standard errors. The scene's own look, 0, stays where another is no better.
    """
    chosen = np.zeros(scenes, dtype=np.intp)
    sums = [(one.counts[:, 0].sum(axis=0), one.totals[:, 0].sum()) for one in shown]
    for _ in range(PASSES if looks > 1 else 0):
        before = chosen.copy()
        for scene in rng.permutation(scenes):
            missed = np.zeros(looks)
            for one, (counts, total) in zip(shown, sums, strict=True):
                away = counts - one.counts[scene, chosen[scene]]
                left = total - one.totals[scene, chosen[scene]]
                missed += one.missed(away + one.counts[scene], left + one.totals[scene])
            best = int(missed.argmin())
            if missed[best] < missed[chosen[scene]]:
                sums = [_moved(one, held, (scene, int(chosen[scene]), best))
                        for one, held in zip(shown, sums, strict=True)]  # fmt: skip
                chosen[scene] = best
        if np.array_equal(before, chosen):
            break
    return chosen


def _moved(
    one: Shown, held: tuple[FloatArray, float], move: tuple[int, int, int]
) -> tuple[FloatArray, float]:
    scene, old, new = move
    counts, total = held
    return (
        counts + one.counts[scene, new] - one.counts[scene, old],
        total + one.totals[scene, new] - one.totals[scene, old],
    )


def _redrawn(job: Job, plan: Plan, configs: Mapping[str, SceneConfig], look: int) -> Plan:
    samplers = {key: SceneSampler.of(configs[key], job.catalogue)
                for key in sorted({one.scene.config_id for one in plan.scenes})}  # fmt: skip
    drawn = Plan(scenes=tuple(
        replace(one, scene=samplers[one.scene.config_id].sample(one.scene.seed, look=look))
        for one in plan.scenes
    ))  # fmt: skip
    return labelled_plan(drawn, job.catalogue, job.labels.categories)


def _measured(job: Job, plan: Plan, look: int, stages: Stages) -> MetadataTable:
    total = len(plan)
    told: Callable[[int], None] = lambda done: stages.at(  # noqa: E731  # used once
        done, total, f"look {look + 1}: {done}/{total} images"
    )
    # what happens at edges depends on the size, mean light and colours do not
    asked = {name for (name,) in job.settings.match.looked_at}
    scale = job.settings.look_scale if asked.issubset(APPEARANCE) else 1.0
    cheap = render_cheaply(job, plan, told, Cheapened(name=f"look_{look}", scale=scale))
    return MetadataTable.read(cheap.folder / "metadata.parquet")


def _note(one: Shown, chosen: npt.NDArray[np.intp]) -> str:
    every = np.arange(len(chosen))
    first, then = (
        float(one.missed(one.counts[every, look].sum(axis=0), one.totals[every, look].sum()))
        for look in (np.zeros_like(chosen), chosen)
    )
    (category,), (name,) = one.group.facet.categories, one.group.names
    return (
        f"looks, {name} of {category}: squared gaps {first:.1f} before, {then:.1f} after (in "
        f"standard errors, {one.group.target.bins.size} cells; on the cheap render); "
        f"{int((chosen > 0).sum())} of {len(chosen)} scenes in another look"
    )
