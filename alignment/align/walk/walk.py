"""The walk from a real set to a rendered one: read, fit, search, plan, render, report."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from alignment.align.brief.brief import Job, begin
from alignment.align.brief.default_scenes import draw_baseline
from alignment.align.brief.real_set import file_name
from alignment.align.brief.settings import AlignSettings
from alignment.align.methods.registry import Selection, Stand
from alignment.align.population.box_weights import check_weights
from alignment.align.population.target import Target, Targets, fit_targets
from alignment.align.reach.of_selection import unreached
from alignment.align.reach.reach import Unreached
from alignment.align.report.content import ALIGNED, BASELINE, ReportContent
from alignment.align.report.page import number, write_report
from alignment.align.walk.category_results import Tables
from alignment.align.walk.development import developed
from alignment.align.walk.looks import looked
from alignment.align.walk.pixel_stage import in_best_light, is_solved
from alignment.align.walk.rendering import rendered
from alignment.align.walk.results import Found, content_of
from alignment.align.walk.search import Searched, search
from alignment.command.stages import Stages
from assets.errors import UserError
from scenes.dataset.dataset import refuse_other_plan
from scenes.dataset.light import drop_light, light_taken
from scenes.files.atomic import writing
from scenes.files.lock import locked
from scenes.labels.categories import labelled_plan
from scenes.measuring.table import MetadataTable
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan
from scenes.processes.hands import Hands

FIT_STREAM, REACH_STREAM = 11, 14


class AlreadyRendered(UserError):
    """A folder to plan into that holds a rendered dataset."""


def align(settings: AlignSettings, hands: Hands, stages: Stages) -> Path:
    """Run the whole walk and return the folder of the dataset. Raises UserError of many kinds.

    hands: who previews and judges; they have left when this returns.
    """
    with hands:
        return _walked(begin(settings, stages, hands), stages)


def _walked(job: Job, stages: Stages) -> Path:
    settings = job.settings
    targets, alone = _targets(job, stages)
    found = search(job, job.exposed, targets, stages)
    selection = found.selection
    plan, foretold = _planned(job, found, stages)
    baseline = _baseline(job, len(plan), stages)
    if settings.render:
        job.hands.rest()  # Blender needs their memory
    configs = {one.point.config.id: one.point.config for one in found.route.pool.configs}
    plan, look_notes = looked(job, plan, configs, stages)
    plan, pixel_notes = in_best_light(job, plan, stages)
    _write(job, {**_named(targets), **alone}, plan, foretold)
    if settings.render:
        plan, developed_notes = _pictured(job, plan, stages)
        pixel_notes = (*pixel_notes, *developed_notes)
    aligned = _measured(job) if settings.render else foretold
    tables = Tables(real=job.real.table, baseline=baseline, aligned=aligned)
    stages.begin("report")
    told = Found(
        real=job.real, targets=targets, stands=_as_planned(selection, plan), tables=tables,
        route=found.route, configurations=len(selection.pool.configs),
        scenes_previewed=sum(pooled.scenes for pooled in selection.pool.configs),
        dataset=job.out if settings.render else None, learned=job.learned,
        notes=(*selection.notes, *look_notes, *pixel_notes),
        unreached=_unreached(job, found),
    )  # fmt: skip
    content = content_of(settings, told, job.hands)
    with writing(job.out):
        page = write_report(job.out, content)
    _say_result(stages, content, page)
    return job.out


def _targets(job: Job, stages: Stages) -> tuple[Targets, dict[str, Target]]:
    """Return the joint target of each category, and by file that of each attribute alone."""
    stages.begin("fitting")
    if (weights := job.settings.target.oversampling.weights) is not None:
        check_weights(job.exposed, weights)
    rng = np.random.default_rng([job.settings.seed, FIT_STREAM])
    joint, alone = rng.spawn(2)
    targets = fit_targets(joint, job.exposed, job.attributes, job.settings.target)
    marginals = {
        name: fit_targets(child, job.exposed, (name,), job.settings.target)
        for child, name in zip(alone.spawn(len(job.attributes)), job.attributes, strict=True)
    }
    for category, target in targets.items():
        whose = f" of {category}" if len(targets) > 1 else ""
        stages.say(f"target{whose}: {target.why}")
        for note in target.notes:
            stages.say(f"  {note}")
        for name, one in marginals.items():
            stages.say(f"  {name} alone: {one[category].why}")
    by_file = {key: one for name, found in marginals.items()
               for key, one in _named(found, f"-{name}").items()}  # fmt: skip
    return targets, by_file


def _named(targets: Targets, end: str = "") -> dict[str, Target]:
    """Return targets by the name of their file: target.json, or target-chair.json of several."""
    if len(targets) == 1:
        return {f"target{end}.json": target for target in targets.values()}
    return {
        f"target-{file_name(category)}{end}.json": target for category, target in targets.items()
    }


def _planned(job: Job, found: Searched, stages: Stages) -> tuple[Plan, MetadataTable]:
    stages.begin("planning")
    for note in found.selection.notes:
        stages.say(note)
    for stand in found.selection.stands:
        stages.say(
            f"{_whose(job, stand)}component {stand.within} (weight {stand.weight:.2f}): "
            f"{stand.name}, distance {stand.distance:.3f}, "
            f"{100 * stand.image_share:.0f}% of the images"
        )
    plan, foretold = found.route.method.plan(job.studio, found.selection, job.settings.images)
    return labelled_plan(plan, job.catalogue, job.labels.categories), foretold


def _whose(job: Job, stand: Stand) -> str:
    return f"{stand.category}, " if len(job.real.categories) > 1 else ""


def _unreached(job: Job, found: Searched) -> Mapping[str, tuple[Unreached, ...]]:
    rng = np.random.default_rng([job.settings.seed, REACH_STREAM])
    return unreached(rng, found.selection, found.route.pool)


def _as_planned(selection: Selection, plan: Plan) -> tuple[Stand, ...]:
    """Return the stands with the shares of images that the plan came to."""
    made = [planned.component for planned in plan.scenes]
    return tuple(
        replace(stand, image_share=made.count(stand.component) / len(plan))
        for stand in selection.stands
    )


def _write(job: Job, targets: Mapping[str, Target], plan: Plan, foretold: MetadataTable) -> None:
    """Write what precedes the images. Nothing is touched where the folder is another run's."""
    with locked(job.out), writing(job.out):
        refuse_other_plan(job.out, plan, job.plan_path.name)
        if not job.settings.render:
            _refuse_rendered(job.out)
            foretold.write(job.out / "metadata.parquet")
        plan.write(job.plan_path)
        write_mesh_record(job.plan_path, plan, job.catalogue)
        job.real.record.write(job.plan_path)
        for name, target in targets.items():
            target.write(job.out / name)


def _refuse_rendered(out: Path) -> None:
    rendered = len(list((out / "shards").glob("[0-9]*.json")))
    if rendered:
        raise AlreadyRendered(
            f"{out} holds {rendered} rendered images, whose measured metadata a plan would "
            "replace by its preview; choose another OUT, or delete this one"
        )


def _baseline(job: Job, images: int, stages: Stages) -> MetadataTable:
    studio = replace(job.studio, dressed=False)
    return studio.table(draw_baseline(job.baselines, studio, images, stages.say))


def _pictured(job: Job, plan: Plan, stages: Stages) -> tuple[Plan, tuple[str, ...]]:
    """Render a plan and give the pictures the effects that are solved on them, if any are."""
    again = is_solved(job, plan)
    if not again:
        rendered(job, job.plan_path, len(plan), stages)
    notes: tuple[str, ...] = ()
    if job.develops:
        plan, notes, whole = developed(job, plan, stages)
        if again and not whole:  # set aside before, or lost since
            rendered(job, job.out / "plan.jsonl", len(plan), stages)
    if not job.keeps_light:
        drop_light(job.out)
    elif (taken := light_taken(job.out)).pictures:
        stages.say(f"{taken}; make develop needs them, renderer.linear=drop drops them")
    return plan, notes


def _measured(job: Job) -> MetadataTable:
    table = MetadataTable.read(job.out / "metadata.parquet")
    return table.of_categories(job.real.names)  # what is labelled beside them is not compared


def _say_result(stages: Stages, content: ReportContent, page: Path) -> None:
    stages.say("Bhattacharyya distance to the real set, at equal sizes:")
    head = f"  {'attribute':<24}{'before':>8}{'after':>8}{'floor':>8}{'held out':>10}  verdict"
    stages.say(head)
    several = len(content.categories) > 1
    said: tuple[str, ...] = ()
    for result in content.results:
        gaps = result.comparison.gaps
        before = gaps[BASELINE].at_equal_size if BASELINE in gaps else None
        cells = (before, gaps[ALIGNED].at_equal_size, result.comparison.floor)
        row = "".join(f"{number(cell):>8}" for cell in cells)
        if several and result.facet.categories != said:
            said = result.facet.categories
            stages.say(f"  {' and '.join(said)}:")
        stages.say(f"  {result.name:<24}{row}{number(result.held_out):>10}  {result.verdict_text}")
    stages.say(f"report: {page}")
