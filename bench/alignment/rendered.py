"""Planned scenes rendered, and their boxes measured from pixels as a real set's are.

Instances and depth are rendered, no colour: boxes come from these alone.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import iqr, wasserstein_distance

from alignment.align.brief.brief import Job
from alignment.command.render_room import RenderJob, render
from alignment.samples.bins import Bins, bhattacharyya
from alignment.samples.facet import Facet
from bench.alignment.trials import Begun, Case, begun, judged_on, searched
from bench.tables import table
from scenes.formats.read import read_real
from scenes.labels.previewer import Previewer
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan

FloatArray = npt.NDArray[np.float64]
HEAD = ["attribute", "floor", "preview against pixels / floor",
        "search's against the plan's preview / floor", "preview to held-out / floor",
        "pixels to held-out / floor", "W1 / IQR: floor", "preview against pixels",
        "search's against the plan's preview"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Twice:
    """The same scenes as previews foretell them and as pixels show them.

    previewed, measured: those that were rendered, the former at the size of rendering. planned:
    the whole plan, at that size too. searched: the same at the smaller one that a search looks at.
    """

    previewed: MetadataTable
    measured: MetadataTable
    planned: MetadataTable
    searched: MetadataTable


def rendered_table(case: Case, number: int, images: int) -> str:
    """Return what `images` scenes of the last method's plan measure, by preview and by pixels."""
    with begun(case, number) as trial, tempfile.TemporaryDirectory() as folder:
        job = trial.jobs[case.methods[-1]]
        twice = _twice(job, trial, Path(folder), images)
        judge = trial.held_out.for_judging()
        rows = [
            [told, *_row(judge, trial.exposed, twice, one, bins)]
            for told, (one, bins) in judged_on(judge, case.settings).items()
        ]
    boxes = f"{len(twice.previewed)} boxes previewed, {len(twice.measured)} measured"
    title = (
        f"{case.real.annotated.name}, {case.real.category}: {images} scenes of a plan of "
        f"{case.settings.images} by method={case.methods[-1]}, {case.exposed} photos exposed, "
        f"split {number}; {boxes}"
    )
    return "\n" + table(title, HEAD, rows)


def _twice(job: Job, trial: Begun, folder: Path, images: int) -> Twice:
    found = searched(job, trial.stages)
    plan, foretold = found.route.method.plan(job.studio, found.selection, job.settings.images)
    some = Plan(scenes=plan.scenes[:images])  # in random order
    path = folder / "plan.jsonl"
    some.write(path)
    write_mesh_record(path, some, job.catalogue)
    work = RenderJob(
        plan=path, out=folder, images=images, blender=job.settings.blender,
        overrides=(*job.overrides, "quality=labels"),
    )  # fmt: skip
    render(work, lambda _: None)
    read = read_real(folder / "annotations.json", format="coco")
    wanted = {key for key, name in read.categories.items() if name in job.real.names}
    small = Previewer(job.catalogue, job.labels.policy, job.settings.preview_long_side_px)
    return Twice(
        previewed=foretold.of_images(range(1, images + 1)),
        measured=measure(read.of_categories(wanted), pixels=False),
        planned=foretold,
        searched=small.table([planned.scene for planned in plan.scenes]),
    )


def _row(
    judge: MetadataTable, exposed: MetadataTable, twice: Twice, one: Facet, bins: Bins
) -> list[str]:
    real, floor, previewed, measured, planned, searched = (
        one.sample(table).values
        for table in (
            judge,
            exposed,
            twice.previewed,
            twice.measured,
            twice.planned,
            twice.searched,
        )
    )
    least = bhattacharyya(real, floor, bins)
    pairs = ((real, floor), (previewed, measured), (searched, planned))
    between = [bhattacharyya(*pair, bins) / least for pair in pairs[1:]]
    to_real = [bhattacharyya(real, made, bins) / least for made in (previewed, measured)]
    return [
        f"{least:.3f}", *(f"{d:.3f}" for d in between), *(f"{d:.2f}" for d in to_real),
        *_moved(real, pairs),
    ]  # fmt: skip


def _moved(real: FloatArray, pairs: Sequence[tuple[FloatArray, FloatArray]]) -> list[str]:
    """Return the Wasserstein distances of one attribute, in real interquartile ranges."""
    scale = float(iqr(real[:, 0])) if real.shape[1] == 1 else 0.0
    if not scale:
        return [""] * len(pairs)
    return [f"{wasserstein_distance(a[:, 0], b[:, 0]) / scale:.4f}" for a, b in pairs]
