"""What lies behind, under and round the objects: environment, floor, room, or nothing."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import math
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from assets.errors import UserError
from render.blender.boxes import disc, polygons
from render.staging.materials import Palette, faded
from render.staging.room import build_room
from scenes.model.background import Background

DISC_SIDES = 96


class UnknownEnvironment(UserError):
    """An environment that is neither one of Blender's nor a file."""


def surround(background: Background, palette: Palette | None) -> None:
    """Build the surroundings; without a palette their geometry alone. Raises UnknownEnvironment."""
    if background.room is not None:
        build_room(background, background.room, palette)
    elif background.kind != "white":
        _lay_floor(background, palette)
    if palette is None:
        return
    if background.kind == "white":
        bproc.renderer.set_world_background([1.0, 1.0, 1.0], strength=background.strength)
    else:
        _light_by(background)


def environment_path(name: str) -> Path:
    """Return the file of an environment: one of Blender's by file name, or any path."""
    shipped = Path(bpy.utils.system_resource("DATAFILES")) / "studiolights" / "world"
    for path in (shipped / name, Path(name).expanduser()):
        if path.is_file():
            return path
    raise UnknownEnvironment(
        f"environment {name!r} is not a file; expected a path to an .exr or .hdr, or one of "
        f"Blender's: {', '.join(sorted(p.name for p in shipped.glob('*.exr')))}"
    )


def _lay_floor(background: Background, palette: Palette | None) -> None:
    size_m, fade_m = background.floor_size_m, background.floor_fade_m
    floor = disc("floor", size_m, DISC_SIDES) if fade_m > 0 else _square(size_m)
    if fade_m > 0:  # a round floor may lie any way, and then its pattern does
        floor.matrix_world = Matrix.Rotation(math.radians(background.rotation_deg), 4, "Z")
    if background.kind == "photo":
        floor.is_shadow_catcher = True
    elif palette is not None:
        material = palette.material(background.floor)
        if fade_m > 0:
            faded(material, size_m / 2, fade_m)
        floor.data.materials.append(material)


def _square(size_m: float) -> bpy.types.Object:
    half = size_m / 2
    corners = np.array([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)])
    return polygons("floor", corners, [(0, 1, 2, 3)], [(0, 1)])


def _light_by(background: Background) -> None:
    bproc.renderer.set_world_background([0.0, 0.0, 0.0])  # makes the nodes that the next call needs
    bproc.world.set_world_background_hdr_img(
        str(environment_path(background.environment)),
        strength=background.strength,
        rotation_euler=[0.0, 0.0, math.radians(background.rotation_deg)],
    )
    # left to itself Cycles takes 1.7 s a scene to weigh where the light comes from
    sampling = bpy.context.scene.world.cycles
    sampling.sampling_method, sampling.sample_map_resolution = "MANUAL", 512
