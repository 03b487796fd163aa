"""The walk from a real set to a rendered one: read, fit, search, plan, render, report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np

from alignment.content import ALIGNED, BASELINE, ReportContent
from alignment.cross_fit import Route
from alignment.grid import grid_of
from alignment.label_policy import Learned, Scaling, learn_policy
from alignment.methods.config import Choice, choose
from alignment.planning import BASELINE_STREAM, Studio, draw_plan
from alignment.pool import PooledConfig, Probing, preview_pool
from alignment.probing import Probes, probed
from alignment.progress import Stages
from alignment.real.split import Exposed
from alignment.real_set import RealSet, fixed_resolution, load_real
from alignment.rendering import RenderJob, convert_meshes, quoted, render, words
from alignment.report import number, write_report
from alignment.results import Found, Tables, content_of
from alignment.sample import Sample
from alignment.settings import AlignSettings
from alignment.target import Target, fit_marginals, fit_target
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of, import_meshes
from scenes.config import SceneConfig
from scenes.dataset import refuse_other_plan
from scenes.disk import make_folder
from scenes.mesh_record import write_mesh_record
from scenes.metadata import MetadataTable
from scenes.plan import Plan
from scenes.policy import LabelSettings
from scenes.previewed import Previewer
from scenes.settings import from_mapping
from scenes.vocabulary import labelled_plan

FIT_STREAM = 11


class EstimatedAttribute(UserError):
    """An attribute to be matched that was estimated, without leave to match estimates."""


class NotPreviewable(UserError):
    """An attribute to be matched that no preview can foretell."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Job:
    settings: AlignSettings
    catalogue: Catalogue
    real: RealSet
    scene: Mapping[str, Any]
    learned: Learned
    out: Path

    @property
    def labels(self) -> LabelSettings:
        return self.learned.settings

    @property
    def attributes(self) -> tuple[str, ...]:
        return self.settings.target.attributes

    @property
    def studio(self) -> Studio:
        side = self.settings.image.long_side_px
        return Studio(
            catalogue=self.catalogue, long_side_px=side, run_seed=self.settings.seed,
            previewer=Previewer(self.catalogue, self.labels.policy, side),
        )  # fmt: skip

    @property
    def overrides(self) -> tuple[str, ...]:
        """What the render room must be told to see the scenes as alignment does."""
        return (
            f"variants={self.settings.variants}",
            f"seed={self.settings.seed}",
            *_meshes_override(self.settings),
            *words("labels", asdict(self.labels)),
            *(word for key, value in self.settings.renderer.items() for word in words(key, value)),
            *(f"{key}={quoted(path.absolute())}" for key, path in self._beside.items() if path),
        )

    @property
    def _beside(self) -> Mapping[str, Path | None]:
        """What colour transfer takes from beside the plan."""
        return {
            "real_images": self.real.photo_folder,
            "style_weights": self.settings.style_weights,
        }


def align(settings: AlignSettings, stages: Stages) -> Path:
    """Run the whole walk and return the folder of the dataset. Raises UserError of many kinds."""
    job = _begun(settings, stages)
    target = _target(job, stages)
    pool = _pool(job, stages)
    choices = choose(target, _checked(job, target, pool, stages))
    plan, foretold = _planned(job, choices, stages)
    baseline = _baseline(job, len(plan))
    rendered = _rendered(job, plan, stages) if settings.render else None
    tables = Tables(real=job.real.table, baseline=baseline, aligned=rendered or foretold)
    stages.begin("report")
    found = Found(
        real=job.real, target=target, choices=choices, tables=tables, grid_size=len(pool),
        route=Route(pool=pool, attributes=job.attributes, target=settings.target),
        scenes_previewed=sum(pooled.scenes for pooled in pool),
        dataset=job.out if rendered else None, learned=job.learned,
    )  # fmt: skip
    content = content_of(settings, found)
    page = write_report(job.out, content)
    _say_result(stages, content, page)
    return job.out


def _begun(settings: AlignSettings, stages: Stages) -> _Job:
    stages.begin("reading")
    _say_meshes(settings, stages)
    catalogue = catalogue_of(settings.variants, settings.meshes)
    real = load_real(settings, catalogue)
    _check_attributes(settings, real)
    annotated = real.annotated
    stages.say(
        f"{annotated.name}: {len(real.table)} boxes of {real.category} "
        f"on {len(annotated.images)} photos"
    )
    for note in real.notes:
        stages.say(f"  {note}")
    for repair, count in sorted(annotated.repairs.items()):
        stages.say(f"  {repair}: {count}")
    out = settings.out or Path("out") / f"{annotated.name}-{real.category.replace(' ', '-')}"
    make_folder(out)
    return _Job(
        settings=settings, catalogue=catalogue, real=real, out=out, scene=_scene(settings, real),
        learned=_learned(settings, real, stages),
    )  # fmt: skip


def _learned(settings: AlignSettings, real: RealSet, stages: Stages) -> Learned:
    """Return how objects are labelled, with limits that are numbers, and say those learned."""
    scaling = Scaling(photo_px=real.photo_px, long_side_px=settings.image.long_side_px)
    learned = learn_policy(Exposed(table=real.table), scaling, settings.labels)
    for note in learned.notes:
        stages.say(f"  {note}")
    return learned


def _say_meshes(settings: AlignSettings, stages: Stages) -> None:
    """Convert what only Blender reads, then say of every mesh what became of it."""
    if settings.meshes is None:
        return
    convert_meshes(settings.meshes, settings.blender)
    read = import_meshes(settings.meshes)
    count = Counter(asset.category for asset in read.assets)
    told = ", ".join(f"{count[category]} {category}" for category in sorted(count))
    stages.say(f"meshes of {settings.meshes}: {told}; {len(read.skipped)} skipped")
    for remark in (*read.repairs, *read.skipped):
        stages.say(f"  {'skipped ' if remark in read.skipped else ''}{remark}")


def _meshes_override(settings: AlignSettings) -> tuple[str, ...]:
    return (f"meshes={quoted(settings.meshes.resolve())}",) if settings.meshes else ()


def _check_attributes(settings: AlignSettings, real: RealSet) -> None:
    for name in settings.target.attributes:
        real.table.column(name)  # raises where the set has none
        if name in real.table.estimated and not settings.align_on_estimated:
            raise EstimatedAttribute(
                f"target.attributes: {name} of this set is estimated from box heights, not "
                "measured; give the set depth maps and masks, or align_on_estimated=true"
            )
        if name.startswith(("image_", "bbox_")) and name != "bbox_area":
            raise NotPreviewable(
                f"target.attributes: {name} needs pixels, which a preview has not; match "
                "attributes of geometry (the report compares the pixel ones)"
            )


def _scene(settings: AlignSettings, real: RealSet) -> Mapping[str, Any]:
    sizes = (
        real.resolutions_px(settings.image.long_side_px)
        if settings.image.proportions == "real"
        else fixed_resolution(settings)
    )
    known = {"category": real.category, "category_id": real.category_id}
    post = {**settings.scene["post"]}
    if post["transfer"] != "none" and not post["references"]:
        post["references"] = real.photo_names
    return {**settings.scene, **known, "resolutions_px": sizes, "post": post}


def _target(job: _Job, stages: Stages) -> Target:
    stages.begin("fitting")
    exposed = Exposed(table=job.real.table)
    rng = np.random.default_rng([job.settings.seed, FIT_STREAM])
    joint, alone = rng.spawn(2)
    target = fit_target(joint, exposed, job.attributes, job.settings.target)
    target.write(job.out / "target.json")
    stages.say(f"target: {target.why}")
    for note in target.notes:
        stages.say(f"  {note}")
    marginals = fit_marginals(alone, exposed, job.attributes, job.settings.target)
    for one in marginals:
        one.write(job.out / f"target-{one.attributes[0]}.json")
        stages.say(f"  {one.attributes[0]} alone: {one.why}")
    return target


def _pool(job: _Job, stages: Stages) -> tuple[PooledConfig, ...]:
    points = grid_of(job.scene, job.settings.grid)
    spread = Sample.of(job.real.table, job.attributes).values.std(axis=0)
    how = Probing(
        variants=job.settings.variants, meshes=job.settings.meshes, policy=job.labels.policy,
        long_side_px=job.settings.preview_long_side_px, attributes=job.attributes,
        spread=spread, grid=job.settings.grid, run_seed=job.settings.seed,
    )  # fmt: skip
    stages.begin("previewing")

    def told(done: int, scenes: int) -> None:
        rate = f"{scenes} scenes, {stages.rate(scenes):.0f} a second"
        stages.at(done, len(points), f"{done}/{len(points)} configurations, {rate}")

    pool = preview_pool(points, how, job.settings.workers or cpu_count() or 1, told)
    seen = sum(pooled.scenes for pooled in pool)
    stages.say(
        f"previewed {seen} scenes of {len(pool)} configurations, {stages.rate(seen):.0f} a second"
    )
    return pool


def _checked(
    job: _Job, target: Target, pool: tuple[PooledConfig, ...], stages: Stages
) -> tuple[PooledConfig, ...]:
    if job.settings.probe == "preview":
        return pool
    probes = Probes(
        candidates=job.settings.probe_candidates, images=job.settings.probe_images,
        folder=job.out / "probes", blender=job.settings.blender, overrides=job.overrides,
    )  # fmt: skip
    stages.begin("probing")

    def told(done: int, total: int) -> None:
        stages.at(done, total, f"{done}/{total} probes rendered")

    return probed(job.studio, target, pool, probes, told)


def _planned(job: _Job, choices: tuple[Choice, ...], stages: Stages) -> tuple[Plan, MetadataTable]:
    stages.begin("planning")
    for choice in choices:
        stages.say(
            f"component {choice.component} (weight {choice.weight:.2f}): configuration "
            f"{choice.pooled.point.config.id}, distance {choice.distance:.3f}, "
            f"{100 * choice.image_share:.0f}% of the images"
        )
    plan, foretold = draw_plan(job.studio, choices, job.settings.images)
    plan = labelled_plan(plan, job.catalogue, job.labels.categories)
    refuse_other_plan(job.out, plan)
    plan.write(job.out / "plan.jsonl")
    write_mesh_record(job.out / "plan.jsonl", plan, job.catalogue)
    if not job.settings.render:
        foretold.write(job.out / "metadata.parquet")
    return plan, foretold


def _baseline(job: _Job, images: int) -> MetadataTable:
    config = from_mapping(SceneConfig, job.scene, "scene")
    return job.studio.table(job.studio.draw(config, BASELINE_STREAM, images))


def _rendered(job: _Job, plan: Plan, stages: Stages) -> MetadataTable:
    stages.begin("rendering")
    total = len(plan)
    work = RenderJob(
        plan=job.out / "plan.jsonl", out=job.out, images=total, blender=job.settings.blender,
        overrides=(*job.overrides, *_quality(job.settings)),
    )  # fmt: skip
    render(work, lambda done: stages.at(done, total, f"{done}/{total} images"))
    table = MetadataTable.read(job.out / "metadata.parquet")
    return table.of_category(job.real.category)  # what is labelled beside it is not compared


def _quality(settings: AlignSettings) -> tuple[str, ...]:
    values = (f"quality.{key}={quoted(value)}" for key, value in settings.quality.items())
    return f"quality={settings.preset}", f"image_format={settings.image_format}", *values


def _say_result(stages: Stages, content: ReportContent, page: Path) -> None:
    stages.say("Bhattacharyya distance to the real set, at equal sizes:")
    head = f"  {'attribute':<24}{'before':>8}{'after':>8}{'floor':>8}{'held out':>10}  verdict"
    stages.say(head)
    for result in content.results:
        gaps = result.comparison.gaps
        before = gaps[BASELINE].at_equal_size if BASELINE in gaps else None
        cells = (before, gaps[ALIGNED].at_equal_size, result.comparison.floor)
        row = "".join(f"{number(cell):>8}" for cell in cells)
        stages.say(f"  {result.name:<24}{row}{number(result.held_out):>10}  {result.verdict_text}")
    stages.say(f"report: {page}")
