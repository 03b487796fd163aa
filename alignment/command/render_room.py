"""The render room, called as a user would call it: a plan file in, a dataset folder out."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.command.words import quoted
from assets.errors import UserError
from assets.meshes.converted import unconverted
from assets.project import PROJECT
from scenes.files.atomic import make_folder, writing

POLL_S = 0.2
TAIL_LINES = 15
SET_ASIDE = 3  # what render/main.py exits with where scenes failed again and again


class RenderFailed(UserError):
    """BlenderProc left with an error; the end of its log is told."""


@dataclass(frozen=True, kw_only=True)
class RenderJob:
    """One call of render/main.py, which leads the Blenders. overrides: further Hydra words.

    blender: folder for --custom-blender-path, or None for BlenderProc's own Blender.
    """

    plan: Path
    out: Path
    images: int
    blender: Path | None
    overrides: tuple[str, ...]


def render(job: RenderJob, report: Callable[[int], None]) -> str:
    """Render a plan, telling `report` how many images are done. Raises RenderFailed, Unwritable.

    Return what was said of scenes that had to be set aside, "" where all are there. Interrupting
    this process interrupts the renderer, which shares its process group; it ends with this one.
    """
    log = job.out / "log" / "render.log"
    make_folder(log.parent)
    with writing(log):
        said = log.open("w", encoding="utf-8")
    with said as out:
        process = subprocess.Popen(_command(job), cwd=PROJECT, stdout=out, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                report(_done(job))
                time.sleep(POLL_S)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode not in (0, SET_ASIDE):
        raise RenderFailed(_told(job, log, process.returncode))
    report(_done(job))
    return _last_line(log) if process.returncode == SET_ASIDE else ""


def convert_meshes(folder: Path, blender: Path | None) -> None:
    """Have Blender convert the fbx files of a folder that no earlier run converted, if any.

    Those it cannot read are noted beside the conversions. Raises RenderFailed.
    """
    left = unconverted(folder) if folder.is_dir() else ()
    while left:
        done = subprocess.run(
            _run_by_blender("convert.py", map(str, left), blender),
            cwd=PROJECT, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        before, left = left, unconverted(folder)
        if len(left) >= len(before):  # not even the first was noted
            tail = "\n".join(done.stderr.splitlines()[-TAIL_LINES:])
            raise RenderFailed(f"converting the fbx files of {folder} stopped:\n{tail}")


def _command(job: RenderJob) -> Sequence[str]:
    room = PROJECT / "render"
    paths = {"plan": job.plan, "out": job.out, "blender": job.blender}
    return [
        sys.executable, str(room / "workers" / "leash.py"), str(os.getpid()), sys.executable,
        str(room / "main.py"), *job.overrides,
        *(f"{key}={quoted(path.resolve())}" for key, path in paths.items() if path),
    ]  # fmt: skip


def _run_by_blender(script: str, words: Iterable[str], blender: Path | None) -> Sequence[str]:
    blenderproc = shutil.which("blenderproc", path=str(Path(sys.executable).parent))
    if blenderproc is None:
        raise RenderFailed("blenderproc is not beside this Python; run `make setup`")
    own = ["--custom-blender-path", str(blender.resolve())] if blender else []
    return [blenderproc, "run", str(PROJECT / "render" / script), *words, *own]


def _done(job: RenderJob) -> int:
    return min(job.images, len(list((job.out / "shards").glob("[0-9]*.json"))))


def _last_line(log: Path) -> str:
    told = log.read_text(errors="replace").splitlines()[-1]
    return told.partition(" To retry only those: ")[0]  # its command makes no report


def _told(job: RenderJob, log: Path, code: int) -> str:
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
    return (
        f"rendering into {job.out} stopped with exit code {code} after {_done(job)} of "
        f"{job.images} images; what is done is kept: run the same command again to go on. "
        f"The end of {log}:\n{tail}"
    )
