"""Seats on the nodes of a Ray cluster: executor=ray. OUT and the project lie on a shared disk."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event
from typing import Any

from assets.project import PROJECT
from render.asked.limits import WorkerLimits
from render.workers.extras import extra
from render.workers.hardware import IMAGES_TO_PAY_A_START
from render.workers.local_seat import LocalSeat, Seat
from render.workers.messages import Answer, Task
from render.workers.process import Launch
from scenes.files.atomic import writing

LOOK_S = 0.5


class NodeSeat:
    """A seat that lives in a Ray actor, on whichever node has room."""

    def __init__(self, launch: Launch, limits: WorkerLimits) -> None:
        here = launch.folder.with_name(f"{launch.folder.name}-{launch.log.stem}")
        shutil.rmtree(here, ignore_errors=True)  # what a killed one left
        with writing(here):
            here.mkdir(mode=0o700, parents=True)
        self._folder = here
        self._seat = LocalSeat(replace(launch, folder=here), limits, Event())
        self._never = Event()

    def hello(self) -> dict[str, Any] | None:
        """Bring a Blender up."""
        return self._seat.hello(self._never)

    def do(self, task: Task) -> Answer:
        """Do one task on this node."""
        return self._seat.do(task)

    def close(self) -> None:
        """Let the Blender go."""
        self._seat.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class RaySeat:
    """What a run's leader has of a NodeSeat. When its node is lost, another one is asked for."""

    def __init__(self, launch: Launch, limits: WorkerLimits, gpus: int) -> None:
        self._ray = extra("ray", "executor=ray")
        self._launch, self._limits, self._gpus = launch, limits, gpus
        self._actor: Any = None
        self._asked: Any = None
        self._hello: dict[str, Any] | None = None

    def hello(self, over: Event) -> dict[str, Any] | None:
        """Wait for a place in the cluster and for the Blender there."""
        while self._hello is None and not over.is_set():
            if self._actor is None:
                self._ask_for_a_place()
            if not self._ray.wait([self._asked], timeout=LOOK_S)[0]:
                continue
            try:
                self._hello = self._ray.get(self._asked)
            except self._ray.exceptions.RayTaskError as error:
                self.close()  # what comes next may find a better node
                raise error.cause from None  # a WorkerLost or RefusedSettings of that node
            except self._ray.exceptions.RayError:
                self._lose()
        return self._hello

    def pid(self) -> int:
        """Return the worker's process id on its node."""
        return int(self._hello["pid"]) if self._hello else 0

    def do(self, task: Task) -> Answer:
        """Do one task there; a node that goes away is not the scene's fault."""
        try:
            answer: Answer = self._ray.get(self._actor.do.remote(task))
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as error:
            self._lose()
            return Answer(error=f"its node was lost ({type(error).__name__})", lost=True)
        if answer.lost:
            self.close()
        return answer

    def _ask_for_a_place(self) -> None:
        place = {"num_cpus": self._launch.threads, "num_gpus": self._gpus}
        maker = self._ray.remote(NodeSeat).options(**place, max_restarts=0)
        self._actor = maker.remote(self._launch, self._limits)
        self._asked = self._actor.hello.remote()

    def close(self) -> None:
        """Give the place back."""
        if self._actor is not None:
            with suppress(self._ray.exceptions.RayError):
                self._ray.get(self._actor.close.remote(), timeout=10)
            self._lose()

    def _lose(self) -> None:
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(self._actor)
        self._actor = self._hello = None


@contextmanager
def ray_seats(
    launch: Launch, limits: WorkerLimits, workers: int | str, images: int
) -> Iterator[tuple[Seat, ...]]:
    """Yield seats in the cluster that RAY_ADDRESS names, or in one that is started here.

    auto: one a GPU of the cluster, else one a core.
    """
    ray = extra("ray", "executor=ray")
    ray.init(
        ignore_reinit_error=True, log_to_driver=False, logging_level="ERROR",
        runtime_env={"env_vars": {"PYTHONPATH": str(PROJECT), **_passed_on()}},
    )  # fmt: skip
    try:
        has = ray.cluster_resources()
        gpus, cpus = int(has.get("GPU", 0)), int(has.get("CPU", 1))
        most = max(1, images // IMAGES_TO_PAY_A_START)
        count = int(workers) if workers != "auto" else min(gpus or cpus, most)
        share = replace(launch, threads=max(1, cpus // count), environment={})
        yield tuple(
            RaySeat(_logging_to(share, number), limits, 1 if gpus else 0)
            for number in range(count)
        )  # fmt: skip
    finally:
        ray.shutdown()


def _logging_to(launch: Launch, number: int) -> Launch:
    return replace(launch, log=launch.log.with_name(f"worker-{number}.log"))


def _passed_on() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key.startswith("TWINSET_")}
