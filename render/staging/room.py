"""A Room's walls, ceiling, windows and what hangs on the walls, as Blender's own."""

import bpy
from mathutils import Matrix

from render.blender.boxes import Box, blocks
from render.staging.materials import Palette
from scenes.model.background import WALLS, Background, Material, Opening, Panel, Room

THICK_M = 0.24  # of walls and ceiling; what shows at the windows
SKIRTING_OUT_M = 0.014
FRAME_M = 0.055
FRAME_BACK_M = 0.13  # from the wall's inner face
MULLION_FROM_M = 1.0  # windows as wide as this have one
SILL_OUT_M = 0.03


def build_room(background: Background, room: Room, palette: Palette | None) -> None:
    """Build everything but the furniture; without a palette, bare.

    No part reaches into the room by more than a skirting or a sill does; all have pass index 0.
    """
    half_x, half_y, height = room.size_m[0] / 2 + THICK_M, room.size_m[1] / 2 + THICK_M, 0.0
    around = ((-half_x, half_x), (-half_y, half_y))
    floor = blocks("floor", [(*around, (-THICK_M, height))])
    ceiling = blocks("ceiling", [(*around, (room.size_m[2], room.size_m[2] + THICK_M))])
    for made, material in ((floor, background.floor), (ceiling, room.ceiling)):
        made.matrix_world = Matrix(room.to_world().tolist())
        _finish(made, material, palette)
    for wall in range(WALLS):
        _build_wall(room, wall, palette)
    for number, window in enumerate(room.windows):
        _glaze(room, window, number, palette)
    for number, panel in enumerate(room.panels):
        _stand(room, panel.wall, (f"panel.{number}", [_panel(panel)], panel.material), palette)


def wall_boxes(room: Room, wall: int) -> list[Box]:
    """Return a wall less its windows, in the wall's own axes, metres."""
    length, top = room.wall_length_m(wall), room.size_m[2]
    deep = (-THICK_M, 0.0)
    holes = sorted((o for o in room.windows if o.wall == wall), key=lambda o: o.along_m)
    boxes: list[Box] = []
    left = -THICK_M
    for hole in holes:
        boxes += [((left, hole.along_m[0]), (0.0, top), deep),
                  (hole.along_m, (0.0, hole.up_m[0]), deep),
                  (hole.along_m, (hole.up_m[1], top), deep)]  # fmt: skip
        left = hole.along_m[1]
    return [*boxes, ((left, length + THICK_M), (0.0, top), deep)]


def _build_wall(room: Room, wall: int, palette: Palette | None) -> None:
    _stand(room, wall, (f"wall.{wall}", wall_boxes(room, wall), room.wall), palette)
    length = room.wall_length_m(wall)
    skirting: Box = ((0.0, length), (0.0, room.skirting_m), (0.0, SKIRTING_OUT_M))
    _stand(room, wall, (f"skirting.{wall}", [skirting], room.trim), palette)


def _glaze(room: Room, window: Opening, number: int, palette: Palette | None) -> None:
    """A frame, mullions, a sill, and a portal that tells Cycles where the light comes in."""
    (left, right), (low, high) = window.along_m, window.up_m
    deep = (-FRAME_BACK_M - FRAME_M, -FRAME_BACK_M)
    bars: list[Box] = [
        ((left, left + FRAME_M), (low, high), deep), ((right - FRAME_M, right), (low, high), deep),
        ((left, right), (low, low + FRAME_M), deep), ((left, right), (high - FRAME_M, high), deep),
        ((left - 0.04, right + 0.04), (low - 0.03, low), (-FRAME_BACK_M, SILL_OUT_M)),
    ]  # fmt: skip
    if right - left >= MULLION_FROM_M:
        middle = (left + right) / 2
        bars.append(((middle - FRAME_M / 2, middle + FRAME_M / 2), (low, high), deep))
    _stand(room, window.wall, (f"window.{number}", bars, room.trim), palette)
    if palette is not None:
        _portal(room, window)


def _portal(room: Room, window: Opening) -> None:
    lamp = bpy.data.lights.new("portal", "AREA")
    lamp.shape = "RECTANGLE"
    (left, right), (low, high) = window.along_m, window.up_m
    lamp.size, lamp.size_y = right - left, high - low
    lamp.cycles.is_portal = True
    hung = bpy.data.objects.new("portal", lamp)
    bpy.context.scene.collection.objects.link(hung)
    inward = Matrix.Rotation(3.141592653589793, 4, "Y")  # an area light shines along its -z
    at = Matrix.Translation(((left + right) / 2, (low + high) / 2, -THICK_M))
    hung.matrix_world = Matrix(room.wall_to_world(window.wall).tolist()) @ at @ inward


def _panel(panel: Panel) -> Box:
    return panel.along_m, panel.up_m, (0.0, panel.out_m)


def _stand(
    room: Room, wall: int, part: tuple[str, list[Box], Material], palette: Palette | None
) -> None:
    name, boxes, material = part
    made = blocks(name, boxes)
    made.matrix_world = Matrix(room.wall_to_world(wall).tolist())
    _finish(made, material, palette)


def _finish(made: bpy.types.Object, material: Material, palette: Palette | None) -> None:
    if palette is not None:
        made.data.materials.append(palette.material(material))
