"""A plan shared out to jobs of a Slurm cluster: executor=slurm. OUT lies on a shared disk."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError
from render.asked.limits import SlurmSettings
from render.workers.extras import extra

LOOK_S = 1.0
log = logging.getLogger("twinset.render")


class JobLost(UserError):
    """A job that was ended, or that no mistake of the user's ended."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Share:
    """What one job renders. look: what the dataset was begun with. indices: into its plan."""

    told: Mapping[str, Any]
    number: int
    look: Mapping[str, Any]
    indices: Sequence[int]


def shared_out(indices: Sequence[int], jobs: int) -> tuple[Sequence[int], ...]:
    """Return the images of each job: every jobs-th, so that all shares are alike."""
    return tuple(indices[number::jobs] for number in range(min(jobs, len(indices))))


def run_jobs(
    settings: SlurmSettings, folder: Path, shares: Sequence[Share], look: Callable[[], None],
    work: Callable[[Share], list[int] | UserError],
) -> list[int]:  # fmt: skip
    """Submit the shares, wait for them, and return what had to be set aside.

    work: renders a share on the node that it is called on; a function of a module, as it is sent
    there by name. Leaving in any other way than by the end of all jobs cancels them. Raises the
    UserError that a job returned; JobLost where it ended otherwise.
    """
    submitit = extra("submitit", "executor=slurm")
    executor = submitit.AutoExecutor(folder=folder, cluster=settings.cluster)
    executor.update_parameters(name="twinset", **settings.parameters)
    jobs = [executor.submit(work, share) for share in shares]
    log.info("jobs %s; their logs are in %s", ", ".join(job.job_id for job in jobs), folder)
    try:
        while not all(job.done() for job in jobs):
            look()
            time.sleep(LOOK_S)
    except BaseException:
        for job in jobs:
            job.cancel(check=False)
        raise
    return [index for job in jobs for index in _aside(job, folder)]


def _aside(job: Any, folder: Path) -> list[int]:
    if job.exception() is not None:
        raise JobLost(
            f"job {job.job_id} did not end by itself; its logs are in {folder}; finished images "
            "are kept: run the same command again to go on"
        )
    told: list[int] | UserError = job.result()
    if isinstance(told, UserError):
        raise told
    return told
