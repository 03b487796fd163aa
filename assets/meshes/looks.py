"""What a user's file says of its surfaces, as finishes: even colours, pictures, vertex colours."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from PIL import Image

from assets.mesh import Color, Finish, Wrap
from assets.meshes.light import linear, srgb_bytes
from assets.meshes.painting import painted
from assets.meshes.part import Bare, FloatArray, Part

MOST_TEXTURE_PX = 8192 * 8192  # larger ones are not decoded
TEXTURE_SIDE_PX = 2048  # what is kept of a texture
_PICTURE_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError,
    Image.DecompressionBombError,
)  # fmt: skip
_EVEN = 1 / 255  # vertex colours that differ less are one colour
_OUTSIDE = 1e-3  # how far texture coordinates may leave [0, 1] and still be inside

Note = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """A material as a file tells it.

    color: linear RGB (3,), times the picture where there is one. roughness, metallic: in [0, 1], or
    None where the file is silent. picture: sRGB, decoded. wrap: beyond its edges, along u and v.
    """

    color: FloatArray
    roughness: float | None
    metallic: float | None
    picture: Image.Image | None = None
    wrap: tuple[Wrap, Wrap] = ("repeat", "repeat")

    def showing(self, picture: Image.Image | None, wrap: tuple[Wrap, Wrap]) -> "Surface":
        """Return the same with a picture."""
        return replace(self, picture=picture, wrap=wrap)

    @cached_property
    def baked(self) -> bytes | None:
        """The picture times the colour, as a PNG; None where there is none."""
        return None if self.picture is None else _png(self.picture, self.color)

    def finish(self, wrap: Wrap) -> Finish:
        """Return the finish of triangles that lie on the picture, or that have none."""
        if self.baked is None:
            return _plain(self.color, self)
        return replace(_plain(_mean(self.baked), self), texture=self.baked, wrap=wrap)


NOTHING_SAID = Surface(color=np.ones(3), roughness=None, metallic=None)


def opened(data: bytes) -> Image.Image | None:
    """Return a picture as RGB, at most TEXTURE_SIDE_PX a side, or None where it is not readable."""
    try:
        picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > MOST_TEXTURE_PX:
            return None
        small = _rgb(picture)
        small.thumbnail((TEXTURE_SIDE_PX, TEXTURE_SIDE_PX))
    except _PICTURE_ERRORS:
        return None
    return small


def dressed(bare: Bare, surface: Surface | None, note: Note) -> Part:
    """Return triangles with the finish that a surface and vertex colours give them together.

    Vertex colours are factors of the surface's colour (glTF 2.0, 3.9.2). Where they differ they
    are painted into a picture; over a picture they count by their mean, which is noted.
    """
    if bare.colors is None:
        return _unpainted(bare, surface, note)
    mean = _mean_color(bare.corners, bare.colors)
    base = surface or NOTHING_SAID
    even = np.abs(bare.colors - mean).max(initial=0.0) < _EVEN
    if even or base.picture is not None:
        if not even:
            note("has vertex colours over a picture: taken by their mean")
        return _unpainted(bare, replace(base, color=base.color * mean), note)
    picture, uv = painted(np.clip(bare.colors * base.color, 0, 1))
    finish = replace(_plain(mean * base.color, base), texture=_saved(picture))
    return Part(corners=bare.corners, corner_uv=uv, finish=finish)


def _unpainted(bare: Bare, surface: Surface | None, note: Note) -> Part:
    if surface is None:
        return Part(corners=bare.corners, corner_uv=None, finish=None)
    if surface.picture is not None and bare.uv is None:
        note("has a picture and no usable texture coordinates: its mean colour is taken")
        flat = replace(surface, picture=None, color=_color_of(surface))
        return Part(corners=bare.corners, corner_uv=None, finish=flat.finish("repeat"))
    finish = surface.finish(_wrap(surface, bare.uv, note))
    uv = None if finish.texture is None else bare.uv
    return Part(corners=bare.corners, corner_uv=uv, finish=finish)


def _wrap(surface: Surface, uv: FloatArray | None, note: Note) -> Wrap:
    """Return how the picture goes on beyond the edges that are crossed."""
    if uv is None or surface.picture is None:
        return "repeat"
    crossed = ((uv < -_OUTSIDE) | (uv > 1 + _OUTSIDE)).any(axis=(0, 1))
    wanted = dict.fromkeys(w for w, over in zip(surface.wrap, crossed, strict=True) if over)
    if len(wanted) > 1:
        note(f"goes on beyond its picture by {' and '.join(wanted)}: taken by {next(iter(wanted))}")
    return next(iter(wanted), "repeat")


def _mean_color(corners: FloatArray, colors: FloatArray) -> FloatArray:
    """Return the mean of corner colours over the surface."""
    sides = corners[:, 1:] - corners[:, :1]
    area = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    weights = area if 0 < area.sum() < np.inf else np.ones(len(corners))
    mean: FloatArray = np.average(colors.mean(axis=1), axis=0, weights=weights)
    return mean


def _color_of(surface: Surface) -> FloatArray:
    return surface.color if surface.baked is None else _mean(surface.baked)


def _rgb(picture: Image.Image) -> Image.Image:
    """Return 8-bit RGB; 16 bits are scaled, which Pillow would cut to white."""
    if not picture.mode.startswith(("I", "F")):
        return picture.convert("RGB")
    grey = np.asarray(picture, np.float64)
    most = 65535.0 if picture.mode.startswith("I") else 1.0
    scaled = np.clip(np.nan_to_num(grey) / most * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(scaled).convert("RGB")


def _png(picture: Image.Image, factor: FloatArray) -> bytes:
    """Return a picture times a linear factor."""
    if (factor < 0.999).any():
        ramp = linear(np.arange(256) / 255)
        tables = [srgb_bytes(np.clip(ramp * share, 0, 1)) for share in factor]
        picture = picture.point(np.concatenate(tables).tolist())
    return _saved(picture)


def _saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def _mean(texture: bytes) -> FloatArray:
    """Return the mean of a picture in linear light."""
    with Image.open(io.BytesIO(texture)) as opened_again:
        pixels = np.asarray(opened_again.convert("RGB"))
    ramp = linear(np.arange(256) / 255)
    counts = [np.bincount(pixels[..., c].ravel(), minlength=256) for c in range(3)]
    return np.array([(ramp * count).sum() / count.sum() for count in counts])


def _plain(color: FloatArray, surface: Surface) -> Finish:
    return Finish(
        color=_color(color), roughness=surface.roughness, metallic=surface.metallic, texture=None
    )


def _color(values: FloatArray) -> Color:
    red, green, blue = np.clip(values, 0.0, 1.0).tolist()
    return red, green, blue
