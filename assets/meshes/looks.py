"""What a user's file says of its surfaces: colour, roughness, metal, and a base colour texture."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.mesh import Color, Finish

MOST_TEXTURE_PX = 8192 * 8192  # larger ones are not decoded
TEXTURE_SIDE_PX = 2048  # what is kept of a texture
_PICTURE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError)


def finish_of(visual: Any) -> Finish | None:
    """Return what trimesh's `visual` of a mesh says, or None where it says nothing of use."""
    kind = getattr(visual, "kind", None)
    if kind in ("vertex", "face"):
        colors = visual.vertex_colors if kind == "vertex" else visual.face_colors
        return _plain(_linear(np.asarray(colors, np.float64)[:, :3] / 255).mean(axis=0))
    material = getattr(visual, "material", None)
    if material is None:
        return None
    factor, roughness, metallic = _told(material)
    picture = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    texture = _baked(picture, factor) if picture is not None else None
    if texture is not None:
        return Finish(color=_mean(texture), roughness=roughness, metallic=metallic, texture=texture)
    if factor is None:
        return None
    return Finish(color=_color(factor), roughness=roughness, metallic=metallic, texture=None)


def _told(material: Any) -> tuple[npt.NDArray[np.float64] | None, float | None, float | None]:
    """Return linear base colour, roughness and metallic of a glTF or OBJ material."""
    kd = getattr(material, "kwargs", {}).get("kd") if hasattr(material, "kwargs") else None
    if kd is not None:  # Blender reads Kd as linear, too
        return _three(kd), None, None
    factor = getattr(material, "baseColorFactor", None)
    factor = None if factor is None else np.asarray(factor, np.float64).ravel()[:3] / 255
    if getattr(material, "metallicRoughnessTexture", None) is not None:
        return factor, None, None  # the factors only scale a texture that we leave out
    rough, metal = (getattr(material, n, None) for n in ("roughnessFactor", "metallicFactor"))
    return factor, _share(rough), _share(metal)


def _three(told: Any) -> npt.NDArray[np.float64] | None:
    values = np.ravel(np.asarray(told, np.float64))
    return values[:3] if len(values) >= 3 and np.isfinite(values).all() else None


def _share(told: Any) -> float | None:
    if not isinstance(told, int | float) or not np.isfinite(told):
        return None
    return float(min(max(told, 0.0), 1.0))


def _baked(picture: Image.Image, factor: npt.NDArray[np.float64] | None) -> bytes | None:
    """Return a texture times its factor as a PNG; None where it cannot be decoded."""
    if picture.width * picture.height > MOST_TEXTURE_PX:
        return None
    try:
        small = picture.convert("RGB")
        small.thumbnail((TEXTURE_SIDE_PX, TEXTURE_SIDE_PX))
    except _PICTURE_ERRORS:
        return None
    if factor is not None and (factor < 0.999).any():
        ramp = _linear(np.arange(256) / 255)
        tables = [_srgb(np.clip(ramp * share, 0, 1)) for share in factor]
        small = small.point(np.concatenate(tables).astype(np.uint8).tolist())
    out = io.BytesIO()
    small.save(out, "PNG", optimize=False)
    return out.getvalue()


def _mean(texture: bytes) -> Color:
    with Image.open(io.BytesIO(texture)) as opened:
        tiny = opened.resize((32, 32), Image.Resampling.BOX)
    return _color(_linear(np.asarray(tiny, np.float64) / 255).reshape(-1, 3).mean(axis=0))


def _plain(color: npt.NDArray[np.float64]) -> Finish:
    return Finish(color=_color(color), roughness=None, metallic=None, texture=None)


def _color(values: npt.NDArray[np.float64]) -> Color:
    red, green, blue = np.clip(values, 0.0, 1.0).tolist()
    return red, green, blue


def _linear(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """IEC 61966-2-1, decoding."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _srgb(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """IEC 61966-2-1, encoding, to 0..255."""
    low, high = 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    return np.round(255 * np.where(linear <= 0.0031308, low, high))
