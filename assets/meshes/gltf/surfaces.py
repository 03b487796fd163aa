"""The materials of a glTF document as surfaces: colour, roughness, metal, picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from assets.mesh import Wrap
from assets.meshes.gltf.document import Document
from assets.meshes.looks import Surface, opened
from assets.meshes.part import FloatArray

_WRAPS: dict[Any, Wrap] = {10497: "repeat", 33071: "clamp", 33648: "mirror"}
_SPEC_GLOSS = "KHR_materials_pbrSpecularGlossiness"
_DIELECTRIC = 0.04  # reflectance of what is no metal
_PICTURES = (None, "EXT_texture_webp", "EXT_texture_avif")
_LEFT_OUT = {
    "clearcoat": "its clear coat", "diffuse_transmission": "its transmission",
    "emissive_strength": "", "ior": "", "transmission": "its transmission", "unlit": "that it is "
    "unlit (it is lit as all else)", "variants": "its variants", "volume": "its transmission",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Laid:
    """A surface, and which texture coordinates its picture lies on, moved by `to_picture` (2, 3).

    Coordinates here are glTF's, from the upper left. surface: None where its picture is lost and
    nothing else says a colour.
    """

    surface: Surface | None
    uv_set: int
    to_picture: FloatArray


def laid_surface(document: Document, index: Any) -> Laid:
    """Return a material; what of it is not shown is noted. Raises BrokenMesh."""
    told = document.row("materials", index)
    if index not in document.surfaces:
        document.surfaces[index] = _laid(document, told)
    laid: Laid = document.surfaces[index]
    return laid


def _laid(document: Document, told: Mapping[str, Any]) -> Laid:
    _note_left_out(document, told)
    gloss = told.get("extensions", {}).get(_SPEC_GLOSS)
    if gloss is not None:
        return _with_picture(document, _of_spec_gloss(document, gloss), gloss.get("diffuseTexture"))
    metal = told.get("pbrMetallicRoughness", {})
    surface = _of_metallic(document, metal)
    return _with_picture(document, surface, metal.get("baseColorTexture"))


def _of_metallic(document: Document, told: Mapping[str, Any]) -> Surface:
    color = _numbers(told.get("baseColorFactor"), (1.0, 1.0, 1.0, 1.0))[:3]
    if "metallicRoughnessTexture" in told:  # the factors only scale a map that is left out
        document.note("leaves out its roughness and metal map")
        return Surface(color=color, roughness=None, metallic=None)
    if "metallicFactor" not in told:
        document.note("says nothing of metal: taken as none, not as glTF's default of all metal")
    return Surface(
        color=color, roughness=_share(told.get("roughnessFactor")),
        metallic=_share(told.get("metallicFactor")),
    )  # fmt: skip


def _of_spec_gloss(document: Document, told: Mapping[str, Any]) -> Surface:
    """Return specular-glossiness as metallic-roughness.

    Source: Khronos, KHR_materials_pbrSpecularGlossiness, examples/convert-between-workflows.
    """
    diffuse = _numbers(told.get("diffuseFactor"), (1.0, 1.0, 1.0, 1.0))[:3]
    specular = _numbers(told.get("specularFactor"), (1.0, 1.0, 1.0))
    if "specularGlossinessTexture" in told:
        document.note("leaves out its specular and gloss map")
        return Surface(color=diffuse, roughness=None, metallic=None)
    roughness = 1 - _share(told.get("glossinessFactor", 1.0))
    if "diffuseTexture" in told:
        return Surface(color=diffuse, roughness=roughness, metallic=None)
    left = 1 - specular.max()
    metallic = _metallic(_perceived(diffuse), _perceived(specular), left)
    base = diffuse * left / ((1 - _DIELECTRIC) * max(1 - metallic, 1e-6))
    mirror = (specular - _DIELECTRIC * (1 - metallic)) / max(metallic, 1e-6)
    color = base + (mirror - base) * metallic**2
    return Surface(color=np.clip(color, 0, 1), roughness=roughness, metallic=float(metallic))


def _metallic(diffuse: float, specular: float, left: float) -> float:
    if specular < _DIELECTRIC:
        return 0.0
    b = diffuse * left / (1 - _DIELECTRIC) + specular - 2 * _DIELECTRIC
    square = b * b - 4 * _DIELECTRIC * (_DIELECTRIC - specular)
    return min(max((-b + math.sqrt(max(square, 0.0))) / (2 * _DIELECTRIC), 0.0), 1.0)


def _perceived(color: FloatArray) -> float:
    return math.sqrt(float((np.array([0.299, 0.587, 0.114]) * color**2).sum()))


def _with_picture(document: Document, surface: Surface, told: Mapping[str, Any] | None) -> Laid:
    moved = np.eye(2, 3)
    if told is None:
        return Laid(surface=surface, uv_set=0, to_picture=moved)
    uv_set, transform = told.get("texCoord", 0), told.get("extensions", {})
    if "KHR_texture_transform" in transform:
        uv_set = transform["KHR_texture_transform"].get("texCoord", uv_set)
        moved = _moved(transform["KHR_texture_transform"])
    texture = document.row("textures", told["index"])
    picture = _picture(document, texture)
    lost = picture is None and (surface.color > 0.999).all()
    shown = None if lost else surface.showing(picture, _wrap(document, texture))
    return Laid(surface=shown, uv_set=int(uv_set), to_picture=moved)


def _moved(told: Mapping[str, Any]) -> FloatArray:
    """Return (2, 3): coordinates scaled, turned, then shifted. Source: KHR_texture_transform."""
    offset, scale = _numbers(told.get("offset"), (0, 0)), _numbers(told.get("scale"), (1, 1))
    turn = float(told.get("rotation", 0.0))
    turned = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.column_stack([turned * scale, offset])


def _picture(document: Document, texture: Mapping[str, Any]) -> Image.Image | None:
    """Return the first of a texture's pictures that can be decoded, else None and a note."""
    extensions = texture.get("extensions", {})
    sources = [texture if name is None else extensions.get(name, {}) for name in _PICTURES]
    named = [source["source"] for source in sources if "source" in source]
    missing = False
    for index in named:
        try:
            picture = _opened(document, document.row("images", index))
        except FileNotFoundError:  # which the references tell
            missing = True
            continue
        if picture is not None:
            return picture
    if missing:
        return None
    kinds = ", ".join(sorted(map(str, extensions)))[:80]
    why = f"is of a kind that is not read ({kinds})" if kinds else "cannot be read"
    document.note(f"its picture {why}: left out; export it with PNG or JPEG")
    return None


def _opened(document: Document, image: Mapping[str, Any]) -> Image.Image | None:
    inside = "uri" not in image
    return opened(document.view(image["bufferView"]) if inside else document.uri(image["uri"]))


def _wrap(document: Document, texture: Mapping[str, Any]) -> tuple[Wrap, Wrap]:
    if "sampler" not in texture:
        return "repeat", "repeat"
    told = document.row("samplers", texture["sampler"])
    across, along = (_WRAPS.get(told.get(name), "repeat") for name in ("wrapS", "wrapT"))
    return across, along


def _note_left_out(document: Document, told: Mapping[str, Any]) -> None:
    """Name what a material says that no surface here shows."""
    left = ["its normal map"] if "normalTexture" in told else []
    if any(_numbers(told.get("emissiveFactor"), (0, 0, 0))):
        left.append("its emission")
    if told.get("alphaMode", "OPAQUE") != "OPAQUE":
        left.append("its transparency")
    for name in told.get("extensions", {}):
        if name != _SPEC_GLOSS:
            short = name.partition("_materials_")[2]
            left.append(_LEFT_OUT.get(short, f"its {name[:60]}"))
    for words in filter(None, left):
        document.note(f"leaves out {words}")


def _numbers(told: Any, otherwise: tuple[float, ...]) -> FloatArray:
    values = np.ravel(np.asarray(otherwise if told is None else told, np.float64))
    usable = len(values) >= min(3, len(otherwise)) and np.isfinite(values).all()
    return values if usable else np.array(otherwise, np.float64)


def _share(told: Any) -> Any:
    """Return a number cut to [0, 1], or None where there is none."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        return None
    return float(min(max(told, 0.0), 1.0))
