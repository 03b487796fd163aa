import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets.project import PROJECT
from scenes.dataset.dataset import open_dataset, write_shard
from scenes.dataset.shard import is_done
from scenes.files import atomic
from scenes.files.atomic import Unwritable, make_folder, write_bytes, write_text
from scenes.measuring.table import MetadataTable
from tests.scenes.hand_made import RLE, SETTINGS, begin, labels_of, painted, plan_of

ROOMS = ("assets", "scenes", "alignment", "render")
WRITERS = {
    "a text": lambda path: write_text(path, "new"),
    "a plan": lambda path: plan_of(painted(2)).write(path),
    "a table": lambda path: MetadataTable.from_columns({"image_id": range(9999)}).write(path),
}
GUARDS = {"writing", "written", "suppress"}
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
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
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


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_failed_write_leaves_the_old_file_as_it_was(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    path = tmp_path / "kept.json"
    write_bytes(path, b"old")
    (tmp_path / "kept.json.part").symlink_to("/dev/full")
    with pytest.raises(Unwritable, match=r"kept\.json: the disk is full; free some space"):
        write(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["plan", "table"])
def test_a_file_that_is_cut_off_half_way_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))"
    write = {
        "plan": "plan_of(painted(9)).write(out / 'a')",
        "table": "MetadataTable.from_columns({'depth': np.random.default_rng(0).random(9999)})"
                 ".write(out / 'a')",
    }[name]  # fmt: skip
    code = f"from scenes.measuring.table import MetadataTable\n{limit}\nrender = lambda *_: {write}"
    told = complaint(code, tmp_path)
    assert told.startswith(f"cannot write {tmp_path}/a: the file exceeds")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["/proc/none/out", "{}/file/out", "{}/" + "x" * 300, "{}/loop/a"])
def test_a_folder_that_nothing_can_make_is_told_in_a_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Unwritable, match=r"cannot write .*; choose") as error:
        make_folder(Path(place.format(tmp_path)))
    assert "\n" not in str(error.value)


def test_a_lock_that_the_disk_does_not_take_is_told(tmp_path: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"  # as a full disk has no byte left
    taken = "render = lambda *_: locked(out).__enter__()"
    code = f"from scenes.files.lock import locked\n{limit}\n{taken}"
    told = complaint(code, tmp_path)
    assert told.startswith(f"cannot write {tmp_path}/.lock: the file exceeds")


def unguarded(tree: ast.AST, guarded: bool = False) -> Iterator[int]:
    """Yield the lines that write to the disk where no `with` tells what it cannot take."""
    if isinstance(tree, ast.With):
        calls = [item.context_expr for item in tree.items]
        guarded = guarded or any(_name(call) in GUARDS for call in calls)
    if _writes(tree) and not guarded:
        yield tree.lineno
    for child in ast.iter_child_nodes(tree):
        yield from unguarded(child, guarded)


def _name(node: ast.AST) -> str:
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "id", getattr(called, "attr", ""))


def _writes(node: ast.AST) -> bool:
    if _name(node) == "open":
        modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
        return any(set("wax+") & set(str(mode)) for mode in modes)
    if _name(node) in ("write_text", "write_bytes"):  # of a path, else they are those of atomic.py
        return isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") != "disk"
    return _name(node) in ("mkdir", "makedirs", "fsync")


@pytest.mark.parametrize("room", ROOMS)
def test_what_no_disk_takes_is_told_wherever_something_is_written(room: str) -> None:
    sources = [path for path in (PROJECT / room).rglob("*.py") if path != Path(atomic.__file__)]
    assert {p: n for p in sources if (n := [*unguarded(ast.parse(p.read_text("utf-8")))])} == {}


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
