"""New scenes towards a target: `make align` in a process of its own, done once and found again."""

import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.command.words import quoted
from alignment.improvement.failing.tilt import Tilt
from assets.errors import UserError
from assets.project import PROJECT
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.canonical_json import json_bytes
from scenes.files.placing import put

FOLDER, DONE, WEIGHTS = "scenes", "done.json", "weights.json"
POLL_S = 0.5
TAIL_LINES = 15
MISTAKE, SET_ASIDE = (
    2,
    3,
)  # make align exits: the user's, told in a line; scenes failed again and again
SCENE_STREAM = 61


class ScenesFailed(UserError):
    """`make align` left with an error; the end of what it said is told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Wanted:
    """What every round's scenes are made with, beside its tilt.

    real: the exposed set, and a hash of what it tells. judging: SHA-256 of photos that nothing may
    be taken of. beside: further files and folders, by make align's own words. words: its others.
    """

    real: Path
    digest: str
    categories: tuple[str, ...]
    images: int
    preset: str
    seed: int
    judging: tuple[str, ...]
    beside: Mapping[str, Path | None]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Bare:
    """That scenes are those of another order's folder without what is labelled in them.

    in_place: categories, and in which share of them each stands, unlabelled, where targets stood.
    like: numbers of scenes that are taken first.
    """

    of: Path
    in_place: tuple[tuple[str, float], ...]
    like: tuple[int, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of make align, but for where the other order lies."""
        return (
            f"target_free.in_place={quoted(self.in_place)}",
            f"target_free.like={quoted(self.like)}",
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """Scenes of one round. tilt: None for the population's own. bare: without targets."""

    wanted: Wanted
    number: int
    tilt: Tilt | None
    bare: Bare | None = None

    @property
    def seed(self) -> int:
        """The seed of the search: another one each round, the same with a tilt and without."""
        state = np.random.SeedSequence([self.wanted.seed, SCENE_STREAM, self.number])
        return int(state.generate_state(1)[0])

    @property
    def words(self) -> tuple[str, ...]:
        """The words of make align, but for where things lie."""
        wanted = self.wanted
        return (
            "format=coco", f"category={quoted(','.join(wanted.categories))}",
            f"images={wanted.images}", f"seed={self.seed}", f"quality={wanted.preset}",
            f"fragments.without={quoted(wanted.judging)}", *wanted.words,
            *([] if self.bare is None else self.bare.words),
        )  # fmt: skip

    @property
    def name(self) -> str:
        """The folder's name: the round, and a hash of all that its scenes depend on."""
        told = {
            "words": self.words, "real": self.wanted.digest,
            "beside": {key: str(path) for key, path in self.wanted.beside.items()},
            "weights": None if self.tilt is None else self.tilt.by_key,
            **({} if self.bare is None else {"bare": self.bare.of.name}),
        }  # fmt: skip
        return f"{self.number}-{hashlib.sha256(json_bytes(told)).hexdigest()[:16]}"


Make = Callable[[Order, Path, Stages], bool]


def scenes_of(
    order: Order, out: Path, stages: Stages, make: Make, like: Path | None = None
) -> Path:
    """Return the folder of an order's scenes, made unless it is there already.

    like: a folder of the same round, whose previews are the same as far as its search is. Raises
    ScenesFailed, Unwritable.
    """
    folder = out / FOLDER / order.name
    if (folder / DONE).is_file():
        return folder
    make_folder(folder)
    if order.tilt is not None:
        order.tilt.write(folder / WEIGHTS)
    if like is not None:
        _share_previews(like / "pool", folder / "pool")
    if make(order, folder, stages):
        write_bytes(folder / DONE, json_bytes({"words": order.words}))
    else:
        stages.incomplete = True
    return folder


def align(order: Order, folder: Path, stages: Stages) -> bool:
    """Plan and render into a folder; return whether no scene was set aside. Raises ScenesFailed."""
    make_folder(folder / "log")
    log, total = folder / "log" / "align.log", order.wanted.images
    with writing(log):
        said = log.open("w", encoding="utf-8")
    with said as out:
        process = subprocess.Popen(
            _command(order, folder), cwd=PROJECT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            while _runs(process):
                done = len(list((folder / "shards").glob("[0-9]*.json")))
                stages.at(done, total, f"{done}/{total} images; {_last(log)}")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode not in (0, SET_ASIDE):
        raise ScenesFailed(_told(folder, log, process.returncode))
    return process.returncode == 0


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return True
    return False


def _command(order: Order, folder: Path) -> Sequence[str]:
    leash = PROJECT / "render" / "workers" / "leash.py"
    told = {"real": order.wanted.real, "out": folder, **order.wanted.beside}
    if order.tilt is not None:
        told["target.weights"] = folder / WEIGHTS
    if order.bare is not None:
        told["target_free.of"] = order.bare.of
    return [
        sys.executable, str(leash), str(os.getpid()), sys.executable, "-m", "alignment.align.main",
        *order.words, *(["target.oversample=weights"] if order.tilt is not None else []),
        *(f"{key}={quoted(path.absolute())}" for key, path in told.items() if path),
    ]  # fmt: skip


def _share_previews(source: Path, target: Path) -> None:
    make_folder(target)
    for path in sorted(source.glob("*.parquet")):
        put(path, target / path.name)


def _last(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1].strip() if lines else "beginning"


def _told(folder: Path, log: Path, code: int) -> str:
    if code == MISTAKE:
        return f"make align: {_last(log).removeprefix('error: ')}"
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return (
        f"make align into {folder} stopped with exit code {code}; what is done is kept: run the "
        f"same command again to go on. The end of {log}:\n" + "\n".join(tail)
    )


def parted(words: str) -> tuple[str, ...]:
    """Return the words of make align, as a shell parts them."""
    return tuple(shlex.split(words))
