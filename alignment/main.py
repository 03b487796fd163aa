"""`make align`, `make plan`: real boxes in; an aligned dataset or its plan, and a report, out."""

import sys

import hydra
from omegaconf import DictConfig

from alignment.job import align
from alignment.progress import Stages
from alignment.settings import settings_from
from assets.errors import UserError

USER_ERROR = 2
_begun: list[bool] = []


@hydra.main(version_base="1.3", config_path="../conf", config_name="align")
def _run(config: DictConfig) -> None:
    _begun.append(True)
    try:
        with Stages() as stages:
            align(settings_from(config), stages)
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; what is done is kept: run the same command again to go on\n")
        sys.exit(130)


def main() -> None:
    """Run, leaving with 2 where the user's settings or files are at fault."""
    try:
        _run()
    except SystemExit as left:
        if left.code == 1 and not _begun:  # Hydra has told what is wrong with an override
            sys.exit(USER_ERROR)
        raise


if __name__ == "__main__":
    main()
