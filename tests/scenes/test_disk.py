import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scenes.dataset import open_dataset, write_shard
from scenes.disk import Unwritable, write_bytes
from scenes.shard import is_done
from tests.scenes.hand_made import RLE, SETTINGS, begin, labels_of, painted, plan_of

ROOT = Path(__file__).parents[2]
NOBODY = 65534
START = """
import os, pathlib, resource, sys
from assets.errors import UserError
from tests.scenes.hand_made import *
frames, out = painted(), pathlib.Path(sys.argv[1])
"""
TELL = """
try:
    render(out, frames)
except UserError as error:
    sys.exit(str(error))
"""


def complaint(code: str, out: Path) -> str:
    """Run in a process of its own; return what the user error said."""
    command = [sys.executable, "-c", START + code + TELL, str(out)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    return ended.stderr


def test_a_file_that_does_not_fit_is_told_and_leaves_no_half_image(tmp_path: Path) -> None:
    told = complaint("resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))", tmp_path)
    assert told.startswith(f"cannot write {tmp_path}/images/000000.png: the file exceeds")
    assert not list(tmp_path.rglob("*.part"))
    assert not (tmp_path / "images/000000.png").exists()
    assert not (tmp_path / "shards/000000.json").exists()


@pytest.mark.parametrize("name", ["images/000000.png", "shards/000000.json"])
def test_a_full_disk_is_told_and_the_image_does_not_look_finished(
    tmp_path: Path, name: str
) -> None:
    frame = painted(1)[0]
    with open_dataset(tmp_path, plan_of([frame]), SETTINGS):
        (tmp_path / f"{name}.part").symlink_to("/dev/full")  # the kernel's own full disk
        with pytest.raises(Unwritable, match=f"{name}: the disk is full; free some space"):
            write_shard(tmp_path, 0, frame, labels_of(frame), RLE)
        assert not is_done(tmp_path, 0, frame.scene)
        write_shard(tmp_path, 0, frame, labels_of(frame), RLE)
        assert is_done(tmp_path, 0, frame.scene)


def test_a_failed_write_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    write_bytes(path, b"old")
    (tmp_path / "kept.json.part").symlink_to("/dev/full")
    with pytest.raises(Unwritable):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_folder_is_told_before_anything_is_rendered() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        out = Path(name) / "out"
        out.mkdir(mode=0o555)
        give_up_root = f"os.seteuid({NOBODY})" if os.geteuid() == 0 else ""
        told = complaint(give_up_root, out)
    assert told.startswith(f"cannot write {out}/.lock: permission is denied; make it writable")


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(Unwritable, match="a file stands where a folder is expected"):
        begin(tmp_path / "out", painted())
