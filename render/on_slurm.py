"""A plan shared out to jobs of a Slurm cluster: executor=slurm. OUT lies on a shared disk."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from render.extras import extra
from scenes.settings import BadSetting

LOOK_S = 1.0
log = logging.getLogger("twinset.render")


@dataclass(frozen=True, kw_only=True)
class SlurmSettings:
    """How jobs are asked for.

    cluster: slurm, or submitit's local for processes of this machine. parameters: as submitit's
    AutoExecutor.update_parameters takes them.
    """

    cluster: Literal["slurm", "local", "debug"]
    jobs: int
    parameters: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise BadSetting(f"slurm.jobs={self.jobs}; expected 1 or more")


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
    settings: SlurmSettings, folder: Path, shares: Sequence[Share], look: Callable[[], None]
) -> list[int]:
    """Submit the shares, wait for them, and return what had to be set aside.

    Leaving in any other way than by the end of all jobs cancels them. Raises what a job raised.
    """
    submitit = extra("submitit", "executor=slurm")
    executor = submitit.AutoExecutor(folder=folder, cluster=settings.cluster)
    executor.update_parameters(name="twinset", **settings.parameters)
    jobs = [executor.submit(_rendered, share) for share in shares]
    log.info("jobs %s; their logs are in %s", ", ".join(job.job_id for job in jobs), folder)
    try:
        while not all(job.done() for job in jobs):
            look()
            time.sleep(LOOK_S)
    except BaseException:
        for job in jobs:
            job.cancel(check=False)
        raise
    return [index for job in jobs for index in job.result()]


def _rendered(share: Share) -> list[int]:
    """Render a share on the node that this runs on."""
    from render.leading import Run  # noqa: PLC0415 - which imports this

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.pop("PYTHONPATH", None)
    return Run(share.told).lead_share(share)
