"""A job that is struck at random moments, whatever of it is alive then, and run again each time."""

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.workers.running import Running, alive, kill

LATEST_S = 0.5  # after a worker began an image; a tiny one takes half of that
LEADERS = 0.25  # of all kills
TERMINATED = 128 + signal.SIGTERM


@dataclass(kw_only=True)
class Struck:
    """What was hit: workers and leaders by SIGKILL, once a leader by SIGTERM. pids: of workers."""

    count: Counter[str] = field(default_factory=Counter)
    pids: set[int] = field(default_factory=set)
    left_with: int = 0  # exit code of the run that got SIGTERM

    @property
    def blows(self) -> int:
        """How many in all."""
        return self.count.total()


def struck_job(rng: np.random.Generator, out: Path, job: Sequence[str], blows: int) -> Struck:
    """Begin a job again and again until it was struck so often; it is left unfinished.

    The moment of each blow is up to LATEST_S after a worker began an image, so Blender is up, and
    up to 2 images after the first, so that a run leaves something behind. The middle one is SIGTERM
    to the leader, all others SIGKILL, to the leader or to a live worker.
    """
    struck = Struck()
    while struck.blows < blows:
        with Running(out, *job) as run:
            _strike(rng, run, struck, blows)
            if run.process.poll() == 0:
                sys.exit(
                    f"the job ended after {struck.blows} of {blows} blows; give it more images"
                )
    return struck


def _strike(rng: np.random.Generator, run: Running, struck: Struck, blows: int) -> None:
    """Strike workers until a leader was struck or the last blow fell."""
    for pids in _at_work(rng, run, struck, blows):
        time.sleep(float(rng.uniform(0, LATEST_S)))
        there = sorted(pid for pid in pids if alive(pid))
        leader = rng.random() < LEADERS or not there
        if struck.blows == blows // 2:
            run.process.send_signal(signal.SIGTERM)
            struck.left_with, _ = run.ended()
            struck.count["SIGTERM"] += 1
            return
        if leader:
            run.kill()
            struck.count["leader"] += 1
            return
        kill(int(rng.choice(there)))
        struck.count["worker"] += 1
        if struck.blows == blows:
            run.kill()  # not counted
            return


def _at_work(
    rng: np.random.Generator, run: Running, struck: Struck, blows: int
) -> Iterator[set[int]]:
    """Yield this run's workers when one begins an image: each time where few images are left."""
    pids: set[int] = set()
    passed = int(rng.integers(3))
    for event in run.events():
        if event["event"] != "began":
            continue
        pids.add(event["pid"])
        struck.pids.add(event["pid"])
        passed -= 1
        if passed < 0 or event["total"] - event["done"] < 2 * (blows - struck.blows):
            yield pids
            passed = int(rng.integers(3))
