"""What a draft frame's colour render pays for. Imported inside Blender only.

Every row renders the same staged scenes with one thing changed: what it costs less is what that
thing costs. Costs are processor seconds of this process.
"""

import blenderproc as bproc  # noqa: F401  # isort: skip  # BlenderProc wants to be the first import
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from bench.blender.frame import preset_settings
from bench.scenes import SIZES_PX, Studio
from render.asked.quality import Quality
from render.blender import session
from render.capturing.capture import rendered_light, set_colour
from render.staging.stage import stage
from scenes.model.scene import Scene

SCENES = {"room": 3, "hdri": 2}
TINY_PERCENT = 5  # of the sides: what is left is handing over, BVH and shaders


@dataclass(frozen=True, kw_only=True)
class Change:
    """Settings of conf/quality/draft, then Blender's own. plain: all of one grey material.

    seen_alone: what stands outside the view is left out. triangles: the share of them that is kept.
    """

    quality: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    plain: bool = False
    surroundings: bool = True
    seen_alone: bool = False
    triangles: float = 1.0

    def cost_s(self, scene: Scene, draft: Quality) -> float:
        """Return processor seconds of the render."""
        set_colour(scene, replace(draft, **self.quality))
        world = bpy.context.scene.world
        if not self.surroundings:
            bpy.context.scene.world = None
        if self.plain:
            grey = bpy.data.materials.get("grey") or bpy.data.materials.new("grey")
            bpy.context.view_layer.material_override = grey
        kept = {path: bpy.context.scene.path_resolve(path) for path in self.own}
        _assign(self.own)
        for thing in _things():
            thing.hide_render = self.seen_alone and not _is_seen(thing)
            if self.triangles < 1:
                thing.modifiers.new("fewer", "DECIMATE").ratio = self.triangles
        began = time.process_time()
        rendered_light(cut_out=False)
        cost_s = time.process_time() - began
        for thing in _things():
            thing.modifiers.clear()
            thing.hide_render = False
        _assign(kept)
        bpy.context.scene.world = world
        return cost_s


def _things() -> list[bpy.types.Object]:
    return [one for one in bpy.data.objects if one.name.startswith(("object.", "furniture."))]


def _is_seen(thing: bpy.types.Object) -> bool:
    """Return whether a thing's bounding box may reach into the picture."""
    scene, graph = bpy.context.scene, bpy.context.evaluated_depsgraph_get()
    camera, size = scene.camera, scene.render
    onto = camera.calc_matrix_camera(graph, x=size.resolution_x, y=size.resolution_y)
    seen = onto @ camera.matrix_world.inverted() @ thing.matrix_world
    x, y, _, w = np.array([seen @ Vector((*corner, 1.0)) for corner in thing.bound_box]).T
    beyond = (w <= 0, x < -w, x > w, y < -w, y > w)
    return not any(one.all() for one in beyond)


def _bounces(most: int) -> Mapping[str, int]:
    kinds = ("max_bounces", "diffuse_bounces", "glossy_bounces", "transmission_bounces")
    return dict.fromkeys(kinds, most)


NOISY = {"denoiser": "none"}
CHANGES = {
    "draft": Change(),
    "guides prefiltered fast": Change(quality={"guides": "fast"}),
    "guides as they are": Change(quality={"guides": "raw"}),
    "denoiser balanced": Change(own={"cycles.denoising_quality": "BALANCED"}),
    "without denoiser": Change(quality=NOISY),
    "so, 1 sample": Change(quality={**NOISY, "samples": 1}),
    "so, 1 sample of 16x12 pixels": Change(
        quality={**NOISY, "samples": 1}, own={"render.resolution_percentage": TINY_PERCENT}),
    "without denoiser, bounces 0": Change(quality={**NOISY, **_bounces(0)}),
    "without denoiser, bounces 1": Change(quality={**NOISY, **_bounces(1)}),
    "without denoiser, bounces 2": Change(quality={**NOISY, **_bounces(2)}),
    "without denoiser, bounces 4": Change(quality={**NOISY, **_bounces(4)}),
    "without denoiser, ambient after 1": Change(quality={**NOISY, "ambient_after": 1}),
    "without denoiser, ambient after 2": Change(quality={**NOISY, "ambient_after": 2}),
    "without denoiser, one grey material": Change(quality=NOISY, plain=True),
    "without denoiser, surroundings": Change(quality=NOISY, surroundings=False),
    "without denoiser, caustics": Change(
        quality=NOISY,
        own={"cycles.caustics_reflective": False, "cycles.caustics_refractive": False}),
    "without denoiser, spatial splits": Change(
        quality=NOISY, own={"cycles.debug_use_spatial_splits": False}),
    "without denoiser, with a light tree": Change(
        quality=NOISY, own={"cycles.use_light_tree": True}),
    "without denoiser, faint light left out": Change(
        quality=NOISY, own={"cycles.light_sampling_threshold": 0.05}),
    "without denoiser, nothing outside the view": Change(quality=NOISY, seen_alone=True),
    "without denoiser, a tenth of the triangles": Change(quality=NOISY, triangles=0.1),
    "without denoiser, tiles of 64 px": Change(
        quality=NOISY, own={"cycles.use_auto_tile": True, "cycles.tile_size": 64}),
    "without denoiser, one thread": Change(
        quality=NOISY, own={"render.threads_mode": "FIXED", "render.threads": 1}),
}  # fmt: skip


def measured_parts(_: Path, __: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
    """Return mean processor seconds of each change, by background."""
    draft = preset_settings("draft").quality
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for background, number in SCENES.items():
        studio = Studio.of_conf(f"background={background}")
        for scene in studio.scenes(number, SIZES_PX[1]):
            session.reset()
            stage(scene, studio.catalogue, dressed=True)
            CHANGES["draft"].cost_s(scene, draft)  # loads what is loaded once
            for name, change in CHANGES.items():
                found[name][background].append(change.cost_s(scene, draft))
    return {
        name: {background: float(np.mean(costs)) for background, costs in one.items()}
        for name, one in found.items()
    }


def _assign(told: Mapping[str, Any]) -> None:
    for path, value in told.items():
        owner, name = path.rsplit(".", 1)
        setattr(bpy.context.scene.path_resolve(owner), name, value)
