"""Lay down `.blender/`, which BlenderProc takes for a Blender: `--custom-blender-path .blender`."""

import json
import os
import shutil
import sys
from pathlib import Path

# BlenderProc looks for a folder named by a version, and knows 4.2; the wheel itself may be newer
VERSION = "4.2"
LAUNCH = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/{up}.venv/bin/python" {arguments}"$@"
"""


def lay(root: Path) -> None:
    """Write the launcher, the interpreter BlenderProc asks for, and its list of packages."""
    target = root / ".blender"
    shutil.rmtree(target, ignore_errors=True)
    interpreter = target / VERSION / "python" / "bin"
    interpreter.mkdir(parents=True)
    packages = target / "custom-python-packages"
    packages.mkdir()
    shutil.copy(Path(__file__).with_name("embedded_blender.py"), target)
    _executable(interpreter / "python3.11", LAUNCH.format(up="../../../../", arguments=""))
    cache = packages / "installed_packages_cache_v2.json"
    cache.write_text(json.dumps(_pinned(), indent=1, sort_keys=True) + "\n")
    _executable(
        target / "blender", LAUNCH.format(up="../", arguments='"$here/embedded_blender.py" ')
    )


def _pinned() -> dict[str, str]:
    """Return the packages BlenderProc would pip-install, told as satisfied: .venv holds ours."""
    os.environ["OUTSIDE_OF_THE_INTERNAL_BLENDER_PYTHON_ENVIRONMENT_BUT_IN_RUN_SCRIPT"] = "1"
    from blenderproc.python.utility.DefaultConfig import DefaultConfig  # noqa: PLC0415 - see above

    pins = (pin.lower().partition("==") for pin in DefaultConfig.default_pip_packages)
    return {name: version for name, _, version in pins}


def _executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


if __name__ == "__main__":
    lay(Path(sys.argv[1]).resolve())
