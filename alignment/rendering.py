"""The render room, called as a user would call it: a plan file in, a dataset folder out."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.errors import UserError
from assets.meshes.converted import unconverted
from assets.project import PROJECT
from scenes.disk import make_folder, writing

POLL_S = 0.2
TAIL_LINES = 15
SET_ASIDE = 3  # what render/main.py exits with where scenes failed again and again
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|0|[1-9][0-9]*")
_SAYABLE_KEY = re.compile(r"[A-Za-z0-9_\-./ ,:=+@%*?|()\[\]{}]+")  # in Hydra's OverrideLexer


class Unsayable(UserError):
    """A key that Hydra's override grammar has no words for."""


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
        sys.executable, str(room / "leash.py"), str(os.getpid()), sys.executable,
        str(room / "main.py"), *job.overrides,
        *(f"{key}={quoted(path.resolve())}" for key, path in paths.items() if path),
    ]  # fmt: skip


def _run_by_blender(script: str, words: Iterable[str], blender: Path | None) -> Sequence[str]:
    blenderproc = shutil.which("blenderproc", path=str(Path(sys.executable).parent))
    if blenderproc is None:
        raise RenderFailed("blenderproc is not beside this Python; run `make setup`")
    own = ["--custom-blender-path", str(blender.resolve())] if blender else []
    return [blenderproc, "run", str(PROJECT / "render" / script), *words, *own]


def words(key: str, value: object) -> tuple[str, ...]:
    """Return the overrides that set a key, those below it where the value is a mapping.

    A mapping with a key that no dotted path can hold goes as a whole. Raises Unsayable.
    """
    if isinstance(value, Mapping) and all(_PLAIN_KEY.fullmatch(str(name)) for name in value):
        return tuple(word for name, item in value.items() for word in words(f"{key}.{name}", item))
    return (f"++{key}={quoted(value)}",)  # ++ also sets what stands in no default


def quoted(value: object) -> str:
    """Return a value as Hydra's override grammar reads it: text in quotes, numbers bare.

    Lists and mappings are followed. Raises Unsayable.
    """
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(map(quoted, value))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_key(name)}:{quoted(item)}' for name, item in value.items())}}}"
    told = re.sub(r"(\\*)\$\{", r"\1\1\\${", str(value))  # else it would be looked up
    told = re.sub(r"(\\*)('|\Z)", lambda end: end[1] * 2 + end[2].replace("'", "\\'"), told)
    return f"'{told}'"


def _key(name: object) -> str:
    """Return a key of a mapping inside a value, where the grammar knows no quotes."""
    if not _SAYABLE_KEY.fullmatch(str(name)):
        raise Unsayable(
            f"the key {str(name)!r} cannot be passed on to the renderer; expected ASCII letters, "
            "digits, spaces and any of _ - . / , : = + @ % * ? | ( ) [ ] { }; rename it"
        )
    return re.sub(r"([\s,:=()\[\]{}])", r"\\\1", str(name))


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
