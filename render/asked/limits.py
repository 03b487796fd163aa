"""How much a run may ask for: of a cluster, and of each worker."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from scenes.config.from_mapping import BadSetting


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


@dataclass(frozen=True, kw_only=True)
class WorkerLimits:
    """When a worker is replaced, and how often a scene is tried.

    most_images: rendered by one process. most_memory_mb: resident, looked at after every image.
    timeout_s: for one scene. attempts: before a scene is set aside.
    """

    most_images: int
    most_memory_mb: float
    timeout_s: float
    attempts: int

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise BadSetting(f"worker.{field.name}={getattr(self, field.name)}; expected more "
                                 "than 0")  # fmt: skip
