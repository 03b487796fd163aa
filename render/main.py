# Run by BlenderProc, which wants to be imported first of all:
#   blenderproc run render/main.py KEY=VALUE ... [--custom-blender-path .blender]
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import logging
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))  # Blender, unlike Python, leaves a script's surroundings out


def leave(message: object) -> None:
    """End with one line and the exit code of a user's mistake."""
    sys.stderr.write(f"render: {' '.join(str(message).split())}\n")
    sys.exit(2)


try:
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from hydra.types import RunMode
    from omegaconf import DictConfig, OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    from assets.errors import UserError
    from render.job import render
    from render.settings import settings_of
except ModuleNotFoundError as error:
    needs = (PROJECT / "requirements" / "blender.txt").read_text(encoding="utf-8").split("\n")
    packages = " ".join(line for line in needs if line and not line.startswith("#"))
    leave(f"Blender's Python lacks {error.name}; run: blenderproc pip install {packages}")


@hydra.main(config_path=str(PROJECT / "conf"), config_name="render", version_base="1.3")
def run(config: DictConfig) -> None:
    """Render one job; under -m, each into its own folder."""
    try:
        if HydraConfig.get().mode == RunMode.MULTIRUN:
            OmegaConf.update(config, "out", HydraConfig.get().runtime.output_dir)
        render(settings_of(config))
    except (UserError, OmegaConfBaseException) as error:
        leave(error)


def main() -> None:
    """Run what the command line asks for."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    os.environ["HYDRA_FULL_ERROR"] = "1"  # its errors then reach the line below
    try:
        run()
    except (HydraException, OmegaConfBaseException) as error:
        leave(error)


if __name__ == "__main__":
    main()
