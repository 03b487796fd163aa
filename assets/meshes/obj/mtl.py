"""The materials of an OBJ file (MTL): colour, roughness, metal, and a picture."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from assets.meshes.looks import Note, Surface, opened
from assets.meshes.obj.map_options import MapOptions
from assets.meshes.part import FloatArray
from assets.meshes.references import References
from assets.meshes.text import decoded

_LEFT_OUT = {
    "bump": "its bump map", "map_bump": "its bump map", "norm": "its normal map",
    "disp": "its displacement map", "map_d": "its transparency", "map_ke": "its emission",
    "map_pr": "its roughness map", "map_ns": "its roughness map", "map_pm": "its metal map",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Laid:
    """A surface, and how its picture lies on the texture coordinates: uv * scale + offset.

    told: whether it says anything at all.
    """

    surface: Surface
    scale: FloatArray
    offset: FloatArray
    told: bool


def read_mtl(data: bytes, references: References, note: Note) -> Mapping[str, Laid]:
    """Return the materials of an MTL file by name."""
    found: dict[str, dict[str, str]] = {}
    here: dict[str, str] = {}
    for key, rest in _lines(decoded(data)):
        if key == "newmtl":
            here = found.setdefault(rest, {})
        else:
            here[key] = rest
    return {name: _laid(told, references, note) for name, told in found.items()}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield a line's keyword, in lower case, and what follows it."""
    for line in text.replace("\r\n", "\n").replace("\\\n", " ").splitlines():
        words = line.split(maxsplit=1)
        if words and not words[0].startswith("#"):
            yield words[0].lower(), words[1].strip() if len(words) > 1 else ""


def _laid(told: Mapping[str, str], references: References, note: Note) -> Laid:
    """Return a material. Where it has a picture, that stands alone: Kd does not darken it.

    So Blender shows it, and so exporters mean it that write Kd 0 0 0, or a grey that they never
    used, beside a picture.
    """
    _note_left_out(told, note)
    kd, rough, metal = _color(told, note), _share(told, "pr"), _share(told, "pm")
    options = MapOptions.of(told.get("map_kd", ""), note)
    picture = _picture(options.name, references, note) if options.name else None
    if picture is not None and kd is not None and (kd < 0.999).any():
        note("has a colour (Kd) beside a picture (map_Kd): the picture alone is taken")
    white = np.ones(3)
    surface = Surface(
        color=white if kd is None or picture is not None else kd, roughness=rough, metallic=metal,
        picture=picture, wrap=("clamp", "clamp") if options.clamped else ("repeat", "repeat"),
    )  # fmt: skip
    lost = options.name and picture is None and (kd is None or np.ptp(kd) < 1e-3)
    silent = lost or (kd is None and picture is None and rough is None and metal is None)
    return Laid(surface=surface, scale=options.scale, offset=options.offset, told=not silent)


def _picture(name: str, references: References, note: Note) -> Image.Image | None:
    try:
        picture = opened(references.get(name))
    except FileNotFoundError:  # which the references tell
        return None
    if picture is None:
        note(f"its picture {name[:80]!r} cannot be read: left out; export it with PNG or JPEG")
    return picture


def _color(told: Mapping[str, str], note: Note) -> FloatArray | None:
    """Return Kd, which is linear; one number is a grey."""
    if "kd" not in told:
        return None
    values = [_number(word) for word in told["kd"].split()]
    numbers = [value for value in values if value is not None]
    if len(numbers) != len(values) or len(values) not in (1, 3, 4):
        note(f"leaves out the colour 'Kd {told['kd'][:40]}': expected red, green and blue")
        return None
    return np.clip(np.array(numbers[:3] if len(numbers) > 1 else numbers * 3), 0, 1)


def _note_left_out(told: Mapping[str, str], note: Note) -> None:
    left = [said for key, said in _LEFT_OUT.items() if key in told]
    if _first(told, "d", 1.0) < 1 or _first(told, "tr", 0.0) > 0:
        left.append("its transparency")
    if any((_number(word) or 0.0) > 0 for word in told.get("ke", "").split()):
        left.append("its emission")
    for said in dict.fromkeys(left):
        note(f"leaves out {said}")


def _first(told: Mapping[str, str], key: str, otherwise: float) -> float:
    words = told.get(key, "").split()
    value = _number(words[0]) if words else None
    return otherwise if value is None else value


def _share(told: Mapping[str, str], key: str) -> float | None:
    value = _first(told, key, math.nan)
    return None if math.isnan(value) else min(max(value, 0.0), 1.0)


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
