"""A blenderproc without Blender, whose workers die, hang or make blank images as they are told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from assets.project import PROJECT
from render.asked.settings import Settings
from scenes.config.from_mapping import from_mapping
from scenes.dataset.shard import write_shard
from scenes.labels.labels import Labels
from scenes.model.frame import FAR_M, Frame
from scenes.model.scene import Scene
from scenes.plan.digest import shot_of

LIVES = "lives.json"


def python_beside_stub(folder: Path, lives: Mapping[str, Sequence[str]]) -> Path:
    """Return a Python beside which stands such a blenderproc.

    lives: by seat (worker-0, worker) how each of its workers lives, the last for all that come.
    """
    python, program = folder / "python", folder / "blenderproc"
    python.symlink_to(sys.executable)
    called = f"'{sys.executable}' -m tests.render.workers.stub '{folder}'"
    program.write_text(f'#!/bin/sh\nexec {called} "$@"')
    program.chmod(0o755)
    (folder / LIVES).write_text(json.dumps(lives))
    return python


def lead_by(python: Path, out: Path, *words: str) -> subprocess.Popen[str]:
    """Begin a run of render/main.py whose workers are stubs."""
    packages = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    told = (f"out={out}", "images=3", "workers=1", "resolution_px=[64,48]", "threads=2", *words)
    return subprocess.Popen(
        [python, "render/main.py", *told], cwd=PROJECT, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": packages}, start_new_session=True,
    )  # fmt: skip


def pids(folder: Path) -> list[int]:
    """Return the workers that were started, in order."""
    files = sorted(folder.glob("*.born"), key=lambda path: path.stat().st_mtime_ns)
    return [int(path.read_text()) for path in files]


def _live(folder: Path, path: str) -> None:
    seat = Path(path).stem
    before = len(list(folder.glob(f"{seat}-*.born")))
    (folder / f"{seat}-{before}.born").write_text(str(os.getpid()))
    lives = json.loads((folder / LIVES).read_text())[seat]
    life = lives[min(before, len(lives) - 1)]
    _end(life, "unborn")
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        _end(life, "mute")
        lines = link.makefile("rwb")
        _say(lines, pid=os.getpid(), bpy="4.2", blenderproc="2.8")
        settings = from_mapping(Settings, json.loads(lines.readline())["settings"])
        _end(life, "unready")
        _say(lines, ready=True)
        for line in lines:
            _make_blank(json.loads(line), settings)
            _say(lines, memory_mb=1.0)


def _end(life: str, when: str) -> None:
    """Die or hang where this life does."""
    if life == f"{when}, hangs":
        time.sleep(60)
    elif life == f"{when}, killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif life == when:
        sys.exit("the licence server is on fire")


def _say(lines: BinaryIO, **told: Any) -> None:
    lines.write(f"{json.dumps(told)}\n".encode())
    lines.flush()


def _make_blank(task: Mapping[str, Any], settings: Settings) -> None:
    scene = Scene.from_json(task["scene"])
    width, height = scene.camera.resolution_px
    frame = Frame(
        shot=shot_of(scene), image=np.zeros((height, width, 3), np.uint8),
        instances=np.zeros((height, width), np.int32),
        depth_m=np.full((height, width), FAR_M, np.float32),
    )  # fmt: skip
    write_shard(settings.out, task["index"], frame, Labels(kept=(), dropped={}), settings.write)


if __name__ == "__main__":
    _live(Path(sys.argv[1]), sys.argv[4])  # FOLDER run worker.py SOCKET ...
