"""Seconds a frame through the render room. Imported inside Blender only."""

import blenderproc as bproc  # noqa: F401  # isort: skip  # BlenderProc wants to be the first import
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import bpy
import numpy as np

from bench.studio import SIZES_PX, Studio, composed, seconds
from render import session
from render.capture import capture
from render.settings import Settings
from render.stage import stage
from scenes.dataset import write_shard
from scenes.disk import make_folder
from scenes.labels import label_frame
from scenes.scene import Scene
from scenes.settings import from_mapping
from scenes.shard import FOLDERS

LABEL_FRAMES, COLOUR_FRAMES = 12, 6
PRESETS = ("draft", "standard")


def cycles_label_seconds(studio: Studio) -> list[float]:
    """Return the median seconds of instances and depth by Cycles, one entry a size of SIZES_PX.

    One sample a pixel: emptying, staging, rendering and reading back, without materials or lights.
    """
    labels = _settings("labels").quality

    def render(scene: Scene) -> None:
        session.reset()
        stage(scene, studio.catalogue, dressed=False)
        capture(scene, labels)

    found = []
    for size_px in SIZES_PX:
        first, *rest = studio.scenes(LABEL_FRAMES + 1, size_px)
        render(first)  # loads what is loaded once
        found.append(float(np.median([seconds(lambda s=s: render(s)) for s in rest])))  # type: ignore[misc]  # bound at once
    return found


def preset_seconds(studio: Studio, folder: Path) -> dict[str, Mapping[str, float]]:
    """Return per preset the mean seconds a frame at 320x240, and those in Blender's render call.

    Whole frames: emptying, staging, colour, labels, and writing to disk.
    """
    return {name: _preset(studio, folder / name, name) for name in PRESETS}


def _preset(studio: Studio, folder: Path, name: str) -> Mapping[str, float]:
    settings = _settings(name)
    for part in FOLDERS:
        make_folder(folder / part)
    first, *rest = studio.scenes(COLOUR_FRAMES + 1, SIZES_PX[1])

    def render(index: int, scene: Scene) -> None:
        session.reset()
        stage(scene, studio.catalogue, dressed=True)
        frame = capture(scene, settings.quality)
        labels = label_frame(frame, studio.catalogue, settings.labels)
        write_shard(folder, index, frame, labels, settings.write)

    render(0, first)
    clock = _RenderClock()
    total_s = seconds(lambda: list(map(render, count(1), rest)))
    clock.stop()
    return {
        "samples": settings.quality.samples, "frame_s": total_s / COLOUR_FRAMES,
        "rendering_s": clock.total_s / COLOUR_FRAMES,
    }  # fmt: skip


class _RenderClock:
    """Adds up the time between Blender's own signals that a render begins and is complete."""

    def __init__(self) -> None:
        self.total_s = 0.0
        self._began = 0.0
        bpy.app.handlers.render_init.append(self._begin)
        bpy.app.handlers.render_complete.append(self._end)

    def stop(self) -> None:
        """Listen no more."""
        bpy.app.handlers.render_init.remove(self._begin)
        bpy.app.handlers.render_complete.remove(self._end)

    def _begin(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _end(self, *_: object) -> None:
        self.total_s += time.perf_counter() - self._began


def _settings(quality: str) -> Settings:
    return from_mapping(Settings, composed("render", f"quality={quality}"))
