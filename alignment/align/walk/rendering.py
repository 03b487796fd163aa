"""A plan handed to the render room, and what came of it said."""

from pathlib import Path

from alignment.align.brief.brief import Job
from alignment.command.render_room import RenderJob, render
from alignment.command.stages import Stages


def rendered(job: Job, plan_path: Path, total: int, stages: Stages) -> None:
    """Render a plan into the job's folder. Raises RenderFailed, Unwritable."""
    stages.begin("rendering")
    work = RenderJob(
        plan=plan_path, out=job.out, images=total, blender=job.settings.blender,
        overrides=(*job.overrides, *job.quality),
    )  # fmt: skip
    lacking = render(work, lambda done: stages.at(done, total, f"{done}/{total} images"))
    stages.say(lacking or f"rendered {total} images")
    stages.incomplete = bool(lacking)
