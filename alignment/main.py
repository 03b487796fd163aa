"""`make align`, `make plan`: real boxes in; an aligned dataset or its plan, and a report, out."""

import os
import signal
import sys
from types import FrameType

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from alignment.entry import SET_ASIDE, STOPPED, USER_ERROR, lacking
from alignment.progress import Stages
from assets.errors import UserError


@hydra.main(version_base="1.3", config_path="../conf", config_name="align")
def _run(config: DictConfig) -> None:
    # Processes that preview import this file, and nothing of what follows.
    from alignment.job import align  # noqa: PLC0415  # for them it would be 130 MB each
    from alignment.settings import settings_from  # noqa: PLC0415  # as above

    try:
        settings = settings_from(config)
        with Stages() as stages:
            align(settings, stages)
        if stages.incomplete:
            _leave(lacking(), SET_ASIDE)
    except UserError as error:
        _leave(f"error: {error}", USER_ERROR)
    except OmegaConfBaseException as error:
        _leave(_in_a_line(error), USER_ERROR)


def main() -> None:
    """Run, leaving with one line: with 2 where the user's settings or files are at fault."""
    os.environ["HYDRA_FULL_ERROR"] = "1"  # its errors then reach the lines below
    signal.signal(signal.SIGTERM, _terminated)
    try:
        _run()
    except (HydraException, OmegaConfBaseException) as error:
        _leave(_in_a_line(error), USER_ERROR)
    except KeyboardInterrupt:
        _leave(STOPPED, 128 + signal.SIGINT)
    except _Terminated:
        _leave(STOPPED, 128 + signal.SIGTERM)


class _Terminated(BaseException):
    """SIGTERM, told as Ctrl-C is: the last line comes when the renderer has ended."""


def _terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's own shape
    raise _Terminated


def _in_a_line(error: Exception) -> str:
    return f"error: {' '.join(str(error).split())}"


def _leave(line: str, code: int) -> None:
    sys.stderr.write(f"{line}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
