"""A process that ends with the one that started it: `leash.py PARENT_PID COMMAND ...`."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie_to_parent() -> None:
    """Have the kernel kill this process when its parent ends, however that ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Become the command, tied to the process that asked for it."""
    parent, *command = sys.argv[1:]
    tie_to_parent()
    if os.getppid() != int(parent):
        sys.exit("leash: the parent has ended already")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
