"""glTF blocks with what changes their colour: vertex colours, factors, a picture's wrap."""

from typing import Any

import numpy as np

from tests.assets.meshes.block import BASE, BLUE, ORDER, POINTS, UV, Saver, picture, saved
from tests.assets.meshes.gltf_files import Gltf

ROUGH = {"metallicFactor": 0, "roughnessFactor": 0.5}


def colored(colors: Any, material: dict[str, Any] | None = None, **more: Any) -> Gltf:
    """The block with COLOR_0, of the material that is told, or without one."""
    made = Gltf()
    named = {"POSITION": made.accessor(POINTS), "COLOR_0": made.accessor(colors, **more)}
    told = {} if material is None else {"material": made.material(**material)}
    made.primitive(attributes=named, indices=made.accessor(ORDER), **told)
    return made


def even(width: int, kind: type = np.float32) -> Any:
    color = np.tile([*BLUE, 1.0][:width], (24, 1))
    return color.astype(kind) if kind is np.float32 else np.round(
        color * np.iinfo(kind).max).astype(kind)  # fmt: skip


def over_picture() -> Gltf:
    made = colored(even(3), {BASE: {**ROUGH, "baseColorTexture": {"index": 0}}})
    made.picture(picture())
    uv = made.accessor(UV)
    made.told["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"] = uv
    return made


def wrapped(code: int, across: int | None = None) -> Gltf:
    """A picture whose coordinates run from -1 to 2."""
    made = Gltf()
    named = {"POSITION": made.accessor(POINTS), "TEXCOORD_0": made.accessor(UV * 3 - 1)}
    index = made.picture(picture(), wrapS=across or code, wrapT=code)
    told = {BASE: {**ROUGH, "baseColorTexture": {"index": index}}}
    made.primitive(attributes=named, indices=made.accessor(ORDER), material=made.material(**told))
    return made


def moving(color: tuple[float, float, float]) -> Any:
    """Colours that differ from corner to corner, by a factor of a place in space."""
    return (np.array(color) * (0.2 + 0.8 * POINTS[:, 1:2] / 0.9)).astype(np.float32)


WHITE = {"name": "Material"}
FACTOR = {BASE: {**ROUGH, "baseColorFactor": [0.5, 1.0, 0.25, 1.0]}}
BLUE_IN_GLTF: dict[str, Saver] = {
    "alone": saved(colored(even(4))),
    "of_three": saved(colored(even(3))),
    "of_8_bits": saved(colored(even(4, np.uint8), normalized=True)),
    "of_16_bits": saved(colored(even(3, np.uint16), normalized=True)),
    "under_a_material": saved(colored(even(4), {BASE: ROUGH})),
    "under_a_bare_material": saved(colored(even(4), WHITE)),
}
OTHERWISE_COLORED: dict[str, Saver] = {
    "vertex_colours_times_a_factor": saved(colored(even(3), FACTOR)),
    "vertex_colours_times_a_picture": saved(over_picture()),
    "vertex_colours_that_differ": saved(colored(moving((0.9, 0.7, 0.1)), {BASE: ROUGH})),
    "a_picture_that_repeats": saved(wrapped(10497)),
    "a_picture_that_is_clamped": saved(wrapped(33071)),
    "a_picture_that_is_mirrored": saved(wrapped(33648)),
}
