"""Memory that torch frees is kept for its next step, which asks for the same again."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of mallopt(3)
_NEVER = 2**31 - 1


def keep_freed_memory() -> None:
    """Have the C library keep what is freed, for as long as the process lives.

    It hands large pieces back at once else, and the system fills them with zeros every step: a
    tenth of the time on a CPU. Nothing is done where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, _NEVER)
