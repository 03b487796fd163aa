"""Render. BlenderProc runs a script only if its first line of code says `import blenderproc`.

blenderproc run render/main.py KEY=VALUE ... [--custom-blender-path .blender], or, with plain
Python, which leads worker processes that Blender lives in: python render/main.py KEY=VALUE ...
"""

import os

INSIDE_BLENDER = "INSIDE_OF_THE_INTERNAL_BLENDER_PYTHON_ENVIRONMENT" in os.environ
if INSIDE_BLENDER:
    import blenderproc as bproc  # noqa: F401  # it sets up this Blender's Python
import logging
import shlex
import sys
from pathlib import Path

# Blender, unlike Python, leaves a script's surroundings out
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assets.project import CONF, PROJECT

MISTAKE, SET_ASIDE = 2, 3
STOPPED = "stopped; finished images are kept: run the same command again to go on"


def leave(message: object, code: int = MISTAKE) -> None:
    """End with one line, by default with the exit code of a user's mistake."""
    sys.stderr.write(f"render: {' '.join(str(message).split())}\n")
    sys.exit(code)


try:
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from hydra.types import RunMode
    from omegaconf import DictConfig, OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    from assets.errors import UserError
    from render.workers.interrupts import Stopped
    from render.workers.leash import tie_to_parent
    from render.leader.run import Run, SetAside
    from render.asked.settings import told_of
    from render.leader.sweep import JobRecord, Summary
except ModuleNotFoundError as error:
    needs = (PROJECT / "requirements" / "blender.txt").read_text(encoding="utf-8").split("\n")
    packages = " ".join(line for line in needs if line and not line.startswith("#"))
    leave(f"Blender's Python lacks {error.name}; run: blenderproc pip install {packages}")


@hydra.main(config_path=str(CONF), config_name="render", version_base="1.3")
def run(config: DictConfig) -> None:
    """Render one job; under -m, each into its own folder, whatever becomes of the others."""
    _say_what_happens()
    hydra_config = HydraConfig.get()
    if hydra_config.mode != RunMode.MULTIRUN:
        code, told = _ended(config, 0)
        if code:
            leave(told, code)
        return
    OmegaConf.update(config, "out", hydra_config.runtime.output_dir)
    code, told = _ended(config, hydra_config.job.num)
    if code > SET_ASIDE:
        leave(told, code)  # a signal, which ends the sweep
    if code:
        sys.stderr.write(f"render: {told}\n")
    overrides = list(hydra_config.overrides.task)
    JobRecord(overrides=overrides, exit_code=code, told=told).write(Path(config.out))


def _ended(config: DictConfig, number: int) -> tuple[int, str]:
    """Render one job; return its exit code and what is to be said of it."""
    try:
        _render(Run(told_of(config), number))
    except SetAside as error:
        return SET_ASIDE, f"{error}. To retry only those: {_command()}"
    except Stopped as error:
        return 128 + int(error.args[0]), STOPPED
    except (UserError, OmegaConfBaseException) as error:
        return MISTAKE, " ".join(str(error).split())
    return 0, ""


def _render(job: Run) -> None:
    if not INSIDE_BLENDER:
        job.lead()
        return
    tie_to_parent()  # to blenderproc: killing that would otherwise leave this at work
    if job.needs_one_process:
        from render.alone.plan import render  # noqa: PLC0415 - has bpy

        render(job.settings)
        return
    _become_leader()


def _become_leader() -> None:
    """Put plain Python in this Blender's place, with the same command line."""
    import bpy  # noqa: PLC0415 - only there inside Blender

    # the bpy wheel has no binary; .blender/ stands in, with 4.2/python/bin/python3.11
    blender = Path(bpy.app.binary_path or Path(sys.executable).parents[2]).parent
    environment = {key: value for key, value in os.environ.items() if "BLENDER_PYTHON" not in key}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    environment["TWINSET_BLENDER"] = str(blender)
    sys.stdout.flush()
    sys.stderr.flush()
    words = [sys.executable, str(Path(__file__).resolve()), *sys.argv[1:]]
    os.execve(sys.executable, words, environment)


def _command() -> str:
    return shlex.join([sys.executable, *sys.argv])


def _say_what_happens() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)


def main() -> None:
    """Run what the command line asks for."""
    _say_what_happens()
    os.environ["HYDRA_FULL_ERROR"] = "1"  # its errors then reach the line below
    try:
        run()
    except (UserError, HydraException, OmegaConfBaseException) as error:
        leave(error)
    except OSError as error:
        if error.filename is None:
            raise
        leave(f"{error.filename}: {error.strerror}; expected a folder that can be made: choose out")
    sys.exit(Summary.exit_code)


if __name__ == "__main__":
    main()
