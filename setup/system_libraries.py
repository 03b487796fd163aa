"""Check that the system has the shared libraries that the bpy wheel does not carry."""

import ctypes
import sys
from collections.abc import Mapping

DEBIAN_PACKAGES = {
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libXrender.so.1": "libxrender1",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libgomp.so.1": "libgomp1",
}


def missing(packages: Mapping[str, str]) -> tuple[str, ...]:
    """Return the Debian packages whose library (by soname) the system's loader cannot load."""
    return tuple(package for soname, package in packages.items() if not _loads(soname))


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def main() -> int:
    """Return 0, or 2 after one line with the command to run."""
    lacking = missing(DEBIAN_PACKAGES) if sys.platform == "linux" else ()
    if lacking:
        sys.stderr.write(
            "setup: Blender needs shared libraries that are not here; run: "
            f"sudo apt-get install -y {' '.join(lacking)}\n"
        )
    return 2 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
