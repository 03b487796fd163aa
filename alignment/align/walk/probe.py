"""Candidate configurations measured from small renders instead of previews: probe=render."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.align.methods.config import own_of, rank
from alignment.align.pool.previews import PooledConfig, Previewed, previewed_from
from alignment.align.population.target import Targets
from alignment.command.render_room import RenderJob, render
from scenes.files.atomic import make_folder
from scenes.measuring.table import MetadataTable
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.studio import PROBE_STREAM, Studio

Report = Callable[[int, int], None]  # images done, of how many


@dataclass(frozen=True, kw_only=True)
class Probes:
    """What is rendered to check the preview: per component its nearest configurations.

    folder: where each configuration's labels-only dataset goes, in a folder of its own.
    """

    candidates: int
    images: int
    folder: Path
    blender: Path | None
    overrides: tuple[str, ...]


def probed(
    studio: Studio, targets: Targets, pool: Sequence[PooledConfig], probes: Probes, report: Report
) -> tuple[Previewed, ...]:
    """Return the nearest configurations of every component, measured by BlenderProc.

    Preview shortlists them; what comes back was rendered (instances and depth, no colour) and read
    back from disk. Raises RenderFailed.
    """
    nearest = {
        pooled.number: pooled
        for category, target in targets.items()
        for component in range(len(target.weights))
        for _, pooled in rank(target, component, own_of(category, pool))[: probes.candidates]
    }
    plan, owner = _plan(studio, [nearest[n] for n in sorted(nearest)], probes.images)
    plan_path = probes.folder / "probes.jsonl"
    make_folder(probes.folder)
    plan.write(plan_path)
    write_mesh_record(plan_path, plan, studio.catalogue)
    job = RenderJob(
        plan=plan_path, out=probes.folder, images=len(plan), blender=probes.blender,
        overrides=(*probes.overrides, "quality=labels"),
    )  # fmt: skip
    render(job, lambda done: report(done, len(plan)))
    table = MetadataTable.read(probes.folder / "metadata.parquet")
    return tuple(
        previewed_from(
            number, nearest[number].point, probes.images,
            table.of_images(i + 1 for i, n in enumerate(owner) if n == number),
            next(iter(targets.values())).attributes,
        )
        for number in sorted(nearest)
    )  # fmt: skip


def _plan(
    studio: Studio, pooled: Sequence[PooledConfig], images: int
) -> tuple[Plan, tuple[int, ...]]:
    """Return a plan of `images` scenes of each configuration, and whose each scene is."""
    drawn = [
        (one.number, scene)
        for one in pooled
        for scene, _ in studio.draw(one.point.config, PROBE_STREAM + one.number, images)
    ]
    scenes = tuple(
        PlannedScene(
            index=index, scene=scene, component=-1, weight=1 / len(drawn),
            why=f"probe of configuration {scene.config_id}",
        )
        for index, (_, scene) in enumerate(drawn)
    )  # fmt: skip
    return Plan(scenes=scenes), tuple(number for number, _ in drawn)
