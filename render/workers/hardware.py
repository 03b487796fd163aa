"""What this machine renders with: its GPUs and cores, and how workers share them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from render.asked.quality import Device

IMAGES_TO_PAY_A_START = 8  # Blender's start takes as long as a few small frames
MB_A_WORKER = 2000
_VARIABLES = {"hip": "HIP_VISIBLE_DEVICES"}
_KFD = Path("/sys/class/kfd/kfd/topology/nodes")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def gpus(device: Device, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the GPUs that a run may use, as the variable of their maker names them.

    What the variable (CUDA_VISIBLE_DEVICES, HIP_VISIBLE_DEVICES) names already is taken from it.
    """
    if device in ("cpu", "metal"):
        return ()
    named = environment.get(variable(device))
    if named is not None:
        return tuple(name.strip() for name in named.split(",") if name.strip() not in ("", "-1"))
    count = _amd_gpus() if device == "hip" else _nvidia_gpus()
    return tuple(str(number) for number in range(count))


def variable(device: Device) -> str:
    """Return the environment variable that pins a process to a GPU."""
    return _VARIABLES.get(device, "CUDA_VISIBLE_DEVICES")


def worker_count(
    workers: int | Literal["auto"], device: Device, images: int, gpu_count: int
) -> int:
    """Return how many workers to start for so many images.

    auto: one a GPU, else one a core as far as memory goes: much of a small frame is not Cycles but
    Blender's own single thread, so workers of one thread each beat one of many (measured in
    docs/benchmarks.md). Never more than pay for their start.
    """
    if workers != "auto":
        return workers
    by_machine = gpu_count or (1 if device == "metal" else min(cores(), _fitting_memory()))
    return max(1, min(by_machine, images // IMAGES_TO_PAY_A_START))


def shared_threads(threads: int, workers: int) -> tuple[int, ...]:
    """Return how many CPU threads each worker gets of `threads` (0: all cores), 1 at least."""
    whole = threads or cores()
    return tuple(max(1, whole // workers + (n < whole % workers)) for n in range(workers))


def _nvidia_gpus() -> int:
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    told = subprocess.run([program, "-L"], capture_output=True, text=True, check=False)
    return sum(line.startswith("GPU ") for line in told.stdout.splitlines())


def _amd_gpus() -> int:
    return sum(
        "simd_count 0" not in path.read_text(encoding="ascii").splitlines()
        for path in _KFD.glob("*/properties")
    )


def _fitting_memory() -> int:
    """Return how many workers fit into the memory that is free now."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return cores()
    free_mb = next(int(line.split()[1]) / 1024 for line in lines if "MemAvailable" in line)
    return max(1, int(free_mb / MB_A_WORKER))
