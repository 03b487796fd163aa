"""One Blender, set up once a process and emptied between scenes."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
from blenderproc.python.utility.GlobalStorage import GlobalStorage
from blenderproc.python.utility.Initializer import _Initializer
from blenderproc.python.utility.Utility import Utility

from assets.errors import UserError
from render.asked.quality import Device
from scenes.files.atomic import make_folder, writing

_READY = "bproc_init_complete"


class NoDevice(UserError):
    """A device to render on that this machine does not have."""


def start(device: Device, threads: int) -> None:
    """Set up Blender for rendering; again in the same process only device and threads change.

    threads: 0 takes all cores. Raises NoDevice.
    """
    if not (GlobalStorage.is_in_storage(_READY) and GlobalStorage.get(_READY)):
        _init()
    _select(device)
    bproc.renderer.set_cpu_threads(threads)
    bpy.context.scene.render.use_persistent_data = False  # it holds on to every scene rendered


def compute(*, labels: bool) -> None:
    """Have the next render on the device that was chosen, or, for labels, on the CPU.

    A GPU meets a surface elsewhere in the last bits, and labels are the same on every machine.
    """
    on_gpu = _preferences().compute_device_type != "NONE" and not labels
    bpy.context.scene.cycles.device = "GPU" if on_gpu else "CPU"
    bpy.context.scene.cycles.denoising_use_gpu = on_gpu


def reset() -> None:
    """Remove everything that was staged; render settings stay."""
    bproc.clean_up(clean_up_camera=True)
    bpy.context.scene.frame_end = bpy.context.scene.frame_start = 0


def tidy() -> None:
    """Remove what was staged and give its memory back to the system (where the C library is glibc).

    glibc keeps what is freed, in pieces that the next scene fits into or not: 60 MB after 20
    scenes, and more later. Giving it back costs 3 ms.
    """
    reset()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def temporary_folder() -> Path:
    """Return BlenderProc's folder for this run, in memory where there is such; it removes it."""
    return Path(Utility.get_temporary_directory())


@contextmanager
def chatter_to(log: Path) -> Iterator[None]:
    """Send what Blender and BlenderProc say on standard output into a file, meanwhile.

    Raises Unwritable.
    """
    make_folder(log.parent)
    sys.stdout.flush()
    with writing(log):
        handle = log.open("ab")
    kept = os.dup(1)
    with handle:
        os.dup2(handle.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def _init() -> None:
    languages = bpy.types.PreferencesView.bl_rna.properties["language"].enum_items
    if "en_US" in languages:
        bproc.init()
        return
    # the bpy wheel carries no translations, and bproc.init() fails where it asks for English
    bproc.clean_up(clean_up_camera=True)
    bpy.context.scene.render.engine = "CYCLES"
    _Initializer.set_default_parameters()
    GlobalStorage.add(_READY, True)


def _select(device: Device) -> None:
    if device == "cpu":
        bproc.renderer.set_render_devices(use_only_cpu=True)
        return
    if device == "auto":
        bproc.renderer.set_render_devices()
        _leave_the_cpu_out()
        return
    wanted = device.upper()
    known = _preferences().get_device_types(bpy.context)
    if wanted in {kind[0] for kind in known}:
        bproc.renderer.set_render_devices(desired_gpu_device_type=wanted)
        _leave_the_cpu_out()
        if bpy.context.scene.cycles.device == "GPU":
            return
    raise NoDevice(
        f"device={device}: Blender finds none on this machine; expected auto, cpu, or another of "
        f"{', '.join(kind[0].lower() for kind in known if kind[0] != 'NONE')} that is there"
    )


def _leave_the_cpu_out() -> None:
    """Render on the GPU alone: BlenderProc takes the CPU along, whose share differs each time."""
    chosen = _preferences()
    for device in chosen.devices:
        device.use = device.type == chosen.compute_device_type


def _preferences() -> Any:
    return bpy.context.preferences.addons["cycles"].preferences
