"""What we make of a file beside what Blender's own importer makes of it, file by file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.assets.meshes import hollow, in_space
from tests.assets.meshes.block import SAID_IN_GLTF
from tests.assets.meshes.colored import BLUE_IN_GLTF, OTHERWISE_COLORED
from tests.render.rendered import blenderproc

pytestmark = pytest.mark.blender

FILES = {
    **{f"gltf_{name}": save for name, save in SAID_IN_GLTF.items()},
    **{f"blue_{name}": save for name, save in BLUE_IN_GLTF.items()},
    **OTHERWISE_COLORED, **in_space.STANDING,
    **hollow.HOLLOW_OBJ, **hollow.BLUE_HOLLOW,
    **{f"pictured_{name}": save for name, save in hollow.PICTURED_HOLLOW.items()},
}  # fmt: skip
# Blender refuses a glTF behind a byte order mark, loses an OBJ's first line behind one, shows all
# scenes of a file at once, and looks for one library a line.
UNREAD = {"gltf_byte_order_mark", "byte_order_mark", "of_16_bit_letters", "marked_ply",
          "gltf_two_scenes", "two_libraries"}  # fmt: skip
READ = {"gltf_byte_order_mark", "of_16_bit_letters", "marked_ply"}
READ = sorted(FILES.keys() - UNREAD)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("beside")
    for name in READ:
        (folder / name).mkdir()
        FILES[name](folder / name)
    done = blenderproc(Path(__file__).with_name("beside_blender.py"), str(folder))
    assert (folder / "measured.json").is_file(), done.stdout[-2000:] + done.stderr[-2000:]
    told: dict[str, Any] = json.loads((folder / "measured.json").read_text())
    return told


@pytest.mark.parametrize("name", READ)
def test_a_file_is_as_large_as_blender_imports_it(name: str, found: dict[str, Any]) -> None:
    ours, theirs = found[name]
    for what in ("extent", "area", "volume"):
        assert ours[what] == pytest.approx(theirs[what], rel=1e-3), what


@pytest.mark.parametrize("name", READ)
def test_a_file_shows_the_colours_that_blender_imports(name: str, found: dict[str, Any]) -> None:
    ours, theirs = (np.array(told["seen"]) for told in found[name])
    assert (theirs[..., 3] > 0).mean() > 0.1
    assert np.abs(ours.mean(axis=(1, 2)) - theirs.mean(axis=(1, 2))).max() < 0.01
    assert np.abs(ours - theirs).mean() < 0.01
