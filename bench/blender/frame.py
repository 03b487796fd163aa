"""Seconds a frame through the render room. Imported inside Blender only."""

import blenderproc as bproc  # noqa: F401  # isort: skip  # BlenderProc wants to be the first import
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import bpy
import numpy as np
from omegaconf import OmegaConf

from bench.scenes import SIZES_PX, Studio, composed, seconds
from render.asked.settings import Settings, settings_of
from render.blender import session
from render.capturing.capture import capture
from render.staging.stage import stage
from scenes.dataset.dataset import write_shard
from scenes.dataset.shard import FOLDERS
from scenes.effects.develop import developed
from scenes.files.atomic import make_folder
from scenes.labels.labels import label_frame
from scenes.model.scene import Scene

LABEL_FRAMES = 12
FRAMES = {"draft": 3, "standard": 3, "final": 1}  # of every background
Times = Mapping[str, float]


def cycles_label_seconds(studio: Studio) -> list[float]:
    """Return the median seconds of instances and depth by Cycles, one entry a size of SIZES_PX.

    One sample a pixel: emptying, staging, rendering and reading back, without materials or lights.
    """
    labels = preset_settings("labels").quality

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


def frame_seconds(
    studios: Mapping[str, Studio], folder: Path, presets: Sequence[str]
) -> Mapping[str, Mapping[str, Times]]:
    """Return mean seconds a frame at 320x240, by preset and background, and what they go into.

    "frame": all of it, from an emptied Blender to files on disk. "colour" and "labels": in
    Blender's two render calls. "staging": emptying and building. "writing": labels and files.
    """
    for studio in studios.values():  # loads what is loaded once
        _frames(studio, folder / "first", preset_settings("draft"), 1)
    return {
        preset: {
            name: _frames(
                studio, folder / f"{preset}-{name}", preset_settings(preset), FRAMES[preset]
            )
            for name, studio in studios.items()
        }
        for preset in presets
    }


def _frames(studio: Studio, folder: Path, settings: Settings, frames: int) -> Times:
    for part in FOLDERS:
        make_folder(folder / part)
    scenes = studio.scenes(frames, SIZES_PX[1])
    taken = [_timed(scene, studio, folder, settings) for scene in scenes]
    return {name: float(np.mean([one[name] for one in taken])) for name in taken[0]}


def _timed(scene: Scene, studio: Studio, folder: Path, settings: Settings) -> Times:
    marks = [time.perf_counter()]
    session.reset()
    stage(scene, studio.catalogue, dressed=True)
    marks.append(time.perf_counter())
    clock = _RenderClock()
    frame = developed(capture(scene, settings.quality), scene.post, settings.references)
    colour_s, labels_s = clock.stopped()
    marks.append(time.perf_counter())
    labels = label_frame(frame, scene, studio.catalogue, settings.labels)
    write_shard(folder, 0, frame, labels, settings.write)
    marks.append(time.perf_counter())
    return {
        "frame": marks[3] - marks[0], "colour": colour_s, "labels": labels_s,
        "staging": marks[1] - marks[0], "writing": marks[3] - marks[2],
        "samples": settings.quality.samples,
    }  # fmt: skip


class _RenderClock:
    """How long each render takes, between Blender's signals that it begins and is complete."""

    def __init__(self) -> None:
        self._taken_s: list[float] = []
        bpy.app.handlers.render_init.append(self._begin)
        bpy.app.handlers.render_complete.append(self._end)

    def stopped(self) -> Sequence[float]:
        """Listen no more, and return the seconds of every render since the beginning."""
        bpy.app.handlers.render_init.remove(self._begin)
        bpy.app.handlers.render_complete.remove(self._end)
        return self._taken_s

    def _begin(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _end(self, *_: object) -> None:
        self._taken_s.append(time.perf_counter() - self._began)


def preset_settings(quality: str) -> Settings:
    """Return the settings of conf/render.yaml in a quality."""
    return settings_of(OmegaConf.create(dict(composed("render", f"quality={quality}"))))
