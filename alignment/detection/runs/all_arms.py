"""From what was brought to what was found: every run that is not done yet is trained."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.command.stages import Stages
from alignment.detection.runs.arms import Arm
from alignment.detection.runs.keys import run_of
from alignment.detection.runs.run import Outcome, Run, outcome_of
from alignment.detection.runs.side_by_side import Job, side_by_side, train_all
from alignment.detection.runs.worker import Make
from alignment.detection.settings import SideSettings
from alignment.detection.shown.pictures import Unseen
from assets.errors import UserError
from scenes.files.atomic import make_folder

RUNS = "runs"
_WHOLE = 1000  # what progress takes a run for


class NothingFound(UserError):
    """A run that left no readable result although it ended well."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """One arm's outcomes by seed, and the folder of each."""

    arm: Arm
    outcomes: Mapping[int, Outcome]
    keys: Mapping[int, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class How:
    """With what, where to, and how many side by side. identity: of what is made."""

    make: Make
    identity: str
    on_gpu: bool
    out: Path
    settings: SideSettings
    stages: Stages


def train_arms(
    arms: Sequence[Arm], unseen: Unseen, seeds: Sequence[int], how: How
) -> tuple[Trained, ...]:
    """Return the outcomes of every arm with every seed; none is trained twice.

    Raises RunFailed, RunsLost, Leak, Unwritable.
    """
    runs = {(n, seed): run_of(arm, seed, unseen, how.identity)
            for seed in seeds for n, arm in enumerate(arms)}  # fmt: skip
    _train(_jobs(arms, runs, how.out), how)
    kept = {run.key: _outcome(run, how.out) for run in runs.values()}
    return tuple(
        Trained(
            arm=arm, outcomes={seed: kept[runs[n, seed].key] for seed in seeds},
            keys={seed: runs[n, seed].key for seed in seeds},
        )
        for n, arm in enumerate(arms)
    )  # fmt: skip


def _jobs(arms: Sequence[Arm], runs: Mapping[tuple[int, int], Run], out: Path) -> tuple[Job, ...]:
    """Return one job a key that is not done."""
    found: dict[str, Job] = {}
    for (n, seed), run in runs.items():
        folder = out / RUNS / run.key
        if run.key not in found and outcome_of(run, folder) is None:
            found[run.key] = Job(run=run, folder=folder, title=f"{arms[n].name}, seed {seed}")
    return tuple(found.values())


def _train(jobs: Sequence[Job], how: How) -> None:
    if not jobs:
        how.stages.say("trained already: nothing is trained anew")
        return
    make_folder(how.out / RUNS)
    side = side_by_side(how.settings, on_gpu=how.on_gpu)
    how.stages.begin(f"training, {min(side.count, len(jobs))} side by side")
    train_all(jobs, how.make, side, _teller(how.stages, len(jobs)))


def _teller(stages: Stages, runs: int) -> Callable[[Mapping[str, float]], None]:
    def told(shares: Mapping[str, float]) -> None:
        done = sum(share >= 1 for share in shares.values())
        stages.at(round(_WHOLE * sum(shares.values())), _WHOLE * runs, f"{done}/{runs} runs")

    return told


def _outcome(run: Run, out: Path) -> Outcome:
    found = outcome_of(run, out / RUNS / run.key)
    if found is None:
        raise NothingFound(
            f"{out / RUNS / run.key} was written and cannot be read back; expected a disk that "
            "keeps what it is given; run again"
        )
    return found
