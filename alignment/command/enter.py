"""What every main does around its work: settings in, one line and exit code 2 for a mistake."""

import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from types import FrameType
from typing import Any, TypeVar

import hydra
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from alignment.command.stages import Stages
from assets.errors import UserError
from assets.project import CONF
from scenes.config.from_mapping import BadSetting, from_mapping

T = TypeVar("T")
USER_ERROR, SET_ASIDE = 2, 3
PASSED_ON = tuple(
    f"TWINSET_{name}"
    for name in (
        "REAL", "CATEGORY", "OUT", "FORMAT", "MESHES", "FRAGMENTS", "SET", "SETS", "TEST", "TO",
        "PREDICTIONS", "EXPORT", "WEIGHTS", "BACKGROUNDS", "BLENDER", "ALIGN",
    )
)  # fmt: skip
STOPPED = "stopped; what is done is kept: run the same command again to go on"


def enter(config_name: str, settings: type[T], work: Callable[[T, Stages], object]) -> None:
    """Run `work` with the settings of conf/`config_name`.yaml and the command line's words.

    Leaves as `enter_by` does.
    """
    enter_by(config_name, lambda config: partial(work, settings_of(config, settings)))


def enter_by(config_name: str, ready: Callable[[DictConfig], Callable[[Stages], object]]) -> None:
    """Run what `ready` returns for conf/`config_name`.yaml and the command line's words.

    Leaves with one line: with 2 where the user's settings or files are at fault, with 3 where
    scenes were set aside. `ready` is called by the process that works, so what it imports does not
    burden those that import the main alone.
    """

    @hydra.main(version_base="1.3", config_path=str(CONF), config_name=config_name)
    def run(config: DictConfig) -> None:
        try:
            work = ready(config)
            with Stages() as stages:
                work(stages)
            if stages.incomplete:
                _leave(lacking(), SET_ASIDE)
        except UserError as error:
            _leave(f"error: {error}", USER_ERROR)
        except OmegaConfBaseException as error:
            _leave(_in_a_line(error), USER_ERROR)

    os.environ["HYDRA_FULL_ERROR"] = "1"  # its errors then reach the lines below
    signal.signal(signal.SIGTERM, _terminated)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # ignored in the background
        signal.signal(signal.SIGINT, _interrupted)
    try:
        run()
    except (HydraException, OmegaConfBaseException) as error:
        _leave(_in_a_line(error), USER_ERROR)
    except KeyboardInterrupt:
        _leave(STOPPED, 128 + signal.SIGINT)
    except _Terminated:
        _leave(STOPPED, 128 + signal.SIGTERM)


class _Interrupted(KeyboardInterrupt):
    """Ctrl-C, with the exit code it is given.

    Python ends by the signal after a plain KeyboardInterrupt, also one that was caught, where it
    came while text was executed, as every dataclass does in its import.
    """


class _Terminated(SystemExit):
    """SIGTERM, told as Ctrl-C is: the last line comes when what runs has ended."""


def lacking() -> str:
    """Return the line of a run that had to set scenes aside, with the command that retries them.

    It has what make passed on through the environment.
    """
    named = [f"{key}={told}" for key, told in sorted(os.environ.items()) if key in PASSED_ON]
    words = [*(("env", *named) if named else ()), sys.executable, *sys.orig_argv[1:]]
    return f"some scenes were set aside. To retry only those: {shlex.join(words)}"


def settings_of(config: DictConfig, settings: type[T]) -> T:
    """Return a composed configuration as a settings dataclass. Raises BadSetting."""
    told: Any = OmegaConf.to_container(config, resolve=True, throw_on_missing=False)
    if not isinstance(told, dict):
        raise BadSetting(f"settings: found {type(told).__name__}; expected a mapping")
    return from_mapping(settings, told)


def composed(config_name: str, overrides: Sequence[str]) -> DictConfig:
    """Return conf/`config_name`.yaml with some words, also while a main has composed its own."""
    there = GlobalHydra.instance().is_initialized()
    with nullcontext() if there else initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(config_name, overrides=list(overrides))


def _interrupted(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as below
    raise _Interrupted


def _terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's own shape
    raise _Terminated


def _in_a_line(error: Exception) -> str:
    return f"error: {' '.join(str(error).split())}"


def _leave(line: str, code: int) -> None:
    sys.stderr.write(f"{line}\n")
    sys.exit(code)
