"""However a file says a block, it is the same: the same triangles, the same colours on them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assets.mesh import Finish
from assets.meshes.raw import RawMesh, read_raw
from tests.assets.meshes import hollow
from tests.assets.meshes.block import BLUE, SAID_IN_GLTF, SIZE, Saver
from tests.assets.meshes.colored import BLUE_IN_GLTF


def read(save: Saver, folder: Path) -> RawMesh:
    save(folder)
    (file,) = (path for path in folder.iterdir() if path.stem == "it" and path.suffix != ".mtl")
    return read_raw(file, folder)


def corners(told: RawMesh) -> npt.NDArray[np.float64]:
    return np.concatenate([part.corners for part in told.parts])


def area(told: RawMesh) -> float:
    a, b, c = corners(told).swapaxes(0, 1)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def volume(told: RawMesh) -> float:
    a, b, c = corners(told).swapaxes(0, 1)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def places(told: RawMesh) -> npt.NDArray[np.float64]:
    """Each corner with its texture coordinates, in one order whatever the file's."""
    rows = np.concatenate(
        [np.concatenate([p.corners, p.corner_uv], axis=-1).reshape(-1, 5) for p in told.parts
         if p.corner_uv is not None]
    )  # fmt: skip
    return np.unique(rows.round(3) + 0.0, axis=0)


def finishes(told: RawMesh) -> list[Finish | None]:
    return list(dict.fromkeys(part.finish for part in told.parts))


@pytest.mark.parametrize("name", SAID_IN_GLTF)
def test_a_block_in_gltf_is_the_same_however_it_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    plain, told = (
        read(SAID_IN_GLTF["plain"], tmp_path / "plain"),
        read(SAID_IN_GLTF[name], tmp_path),
    )
    assert np.allclose(places(told), places(plain), atol=2e-3)
    assert volume(told) == pytest.approx(SIZE.prod(), rel=1e-3)
    assert finishes(told) == finishes(plain)
    assert told.notes == (("shows one of its 2 scenes, the one it opens with",)
                          if name == "two_scenes" else ())  # fmt: skip


@pytest.mark.parametrize("save", BLUE_IN_GLTF.values(), ids=BLUE_IN_GLTF)
def test_vertex_colours_of_gltf_are_linear(save: Saver, tmp_path: Path) -> None:
    (finish,) = finishes(read(save, tmp_path))
    assert finish is not None
    assert finish.color == pytest.approx(BLUE, abs=0.003)
    assert finish.texture is None


HOLLOW = {**hollow.HOLLOW_OBJ, **hollow.BLUE_HOLLOW, **hollow.PICTURED_HOLLOW}


@pytest.mark.parametrize("save", HOLLOW.values(), ids=HOLLOW)
def test_a_concave_polygon_covers_itself_and_nothing_else(save: Saver, tmp_path: Path) -> None:
    told = read(save, tmp_path)
    assert area(told) == pytest.approx(hollow.AREA, rel=1e-5)
    assert volume(told) == pytest.approx(hollow.VOLUME, rel=1e-5)


@pytest.mark.parametrize("save", hollow.BLUE_HOLLOW.values(), ids=hollow.BLUE_HOLLOW)
def test_colours_of_obj_and_ply_points_are_srgb_and_kd_is_linear(
    save: Saver, tmp_path: Path
) -> None:
    (finish,) = finishes(read(save, tmp_path))
    assert finish is not None
    assert finish.color == pytest.approx(BLUE, abs=0.005)


@pytest.mark.parametrize("name", hollow.PICTURED_HOLLOW)
def test_a_picture_of_an_obj_is_the_same_however_it_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    plain = read(hollow.PICTURED_HOLLOW["map"], tmp_path / "plain")
    told = read(hollow.PICTURED_HOLLOW[name], tmp_path)
    assert np.allclose(places(told), places(plain), atol=1e-3)
    assert finishes(told) == finishes(plain)
    assert any("(Kd)" in note for note in told.notes) == ("beside" in name)
