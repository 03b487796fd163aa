"""A block of L-shaped profile, whose concave faces OBJ and PLY tell as single polygons."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.assets.meshes.block import BLUE, Saver, picture

# from a corner that sees not all of it, so that a fan would cover what lies outside
PROFILE = np.array([[0.3, 0.9], [0, 0.9], [0, 0], [0.6, 0], [0.6, 0.3], [0.3, 0.3]])
DEPTH = 0.4
VOLUME = 0.36 * DEPTH
AREA = 2 * 0.36 + 3.0 * DEPTH
POINTS = np.array([[x, y, z] for z in (DEPTH, 0) for x, y in PROFILE])
SIDES = [[i + 6, (i + 1) % 6 + 6, (i + 1) % 6, i] for i in range(6)]
FACES = [list(range(6)), list(range(11, 5, -1)), *SIDES]
SRGB_BLUE = tuple(round(255 * (1.055 * c ** (1 / 2.4) - 0.055)) for c in BLUE)
UV = ((0, 0), (1, 0), (1, 1), (0, 1))


def obj(head: str = "", point_more: str = "", faces: str | None = None) -> str:
    lines = [f"v {x:g} {y:g} {z:g}{point_more}" for x, y, z in POINTS]
    told = "\n".join(f"f {' '.join(str(i + 1) for i in face)}" for face in FACES)
    return "\n".join([*lines, head, told if faces is None else faces, ""])


def backwards() -> str:
    """Each face with points of its own just before it, counted back from where it stands."""
    told = []
    for face in FACES:
        told += [f"v {x:g} {y:g} {z:g}" for x, y, z in POINTS[face]]
        told.append(f"f {' '.join(str(i - len(face)) for i in range(len(face)))}")
    return "\n".join([*told, ""])


def continued() -> str:
    return obj().replace(" 3 4 5", " 3 \\\n4 5").replace("\n", "\r\n")


def pictured(mtl: str, scale: float = 1.0, shift: float = 0.0) -> Saver:
    """The block's sides with the picture, by the lines of a material."""
    uv = "\n".join(f"vt {(u - shift) / scale:g} {(v - shift) / scale:g}" for u, v in UV)
    plain = "\n".join(f"f {' '.join(f'{i + 1}/{1 + n % 4}' for n, i in enumerate(face))}"
                      for face in FACES)  # fmt: skip

    def save(folder: Path) -> None:
        text(obj(f"mtllib it.mtl\n{uv}\nusemtl a b/c", faces=plain))(folder)
        (folder / "it.mtl").write_bytes(f"newmtl a b/c\n{mtl}\n".encode())
        picture().save(folder / "my pic.png")

    return save


def two_libraries(folder: Path) -> None:
    """The material that counts is in the second library of a line, behind a byte order mark."""
    (folder / "one.mtl").write_text("newmtl other\nKd 1 0 0\n")
    told = f"newmtl blue\nKd {BLUE[0]} {BLUE[1]} {BLUE[2]}\n"
    (folder / "two.mtl").write_text(told, encoding="utf-8-sig")
    text(obj("mtllib one.mtl two.mtl\nusemtl blue"))(folder)


def text(told: str, encoding: str = "utf-8") -> Saver:
    return lambda folder: (folder / "it.obj").write_bytes(told.encode(encoding)) and None


def ply(order: str, faces: Sequence[Sequence[int]] = FACES, name: str = "face") -> bytes:
    """The block as text (""), or binary of either order; blue in sRGB bytes."""
    form = {"": "ascii", "<": "binary_little_endian", ">": "binary_big_endian"}[order]
    head = [
        "ply", f"format {form} 1.0", "comment \u00fc", f"element vertex {len(POINTS)}",
        *(f"property float {axis}" for axis in "xyz"),
        *(f"property uchar {color}" for color in ("red", "green", "blue")),
        f"element {name} {len(faces)}", "property list uchar int vertex_indices", "end_header", "",
    ]  # fmt: skip
    if not order:
        rows = [" ".join(map(str, (*p, *SRGB_BLUE))) for p in POINTS.tolist()]
        rows += [" ".join(map(str, (len(face), *face))) for face in faces]
        return "\n".join([*head[:-1], *rows, ""]).encode()
    body = b"".join(struct.pack(f"{order}3f3B", *p, *SRGB_BLUE) for p in POINTS.tolist())
    body += b"".join(struct.pack(f"{order}B{len(f)}i", len(f), *f) for f in faces)
    return "\n".join(head).encode() + body


def as_ply(data: bytes) -> Saver:
    return lambda folder: (folder / "it.ply").write_bytes(data) and None


HOLLOW_OBJ: dict[str, Saver] = {
    "concave_faces": text(obj()),
    "counted_back": text(backwards()),
    "lines_that_go_on": text(continued()),
    "byte_order_mark": text(obj(), "utf-8-sig"),
    "of_16_bit_letters": text("\ufeff" + obj(), "utf-16-le"),
}
BLUE_HOLLOW: dict[str, Saver] = {
    "coloured_points": text(obj(point_more=" {:g} {:g} {:g}".format(*np.array(SRGB_BLUE) / 255))),
    "two_libraries": two_libraries,
    "text_ply": as_ply(ply("")),
    "little_endian_ply": as_ply(ply("<")),
    "big_endian_ply": as_ply(ply(">")),
    "marked_ply": as_ply(b"\xef\xbb\xbf" + ply("")),
}
PICTURED_HOLLOW: dict[str, Saver] = {
    "map": pictured("map_Kd my pic.png"),
    "black_beside_a_map": pictured("Kd 0 0 0\nmap_Kd my pic.png"),
    "grey_beside_a_map": pictured("Kd 0.64 0.64 0.64\nmap_Kd my pic.png"),
    "moved_map": pictured("map_Kd -s 2 2 1 -o 0.25 0.25 0 my pic.png", 2.0, 0.25),
    "marked_lines": pictured("# \u00fc\n  map_Kd -blendu on -s 1 1 1 my pic.png"),
}
