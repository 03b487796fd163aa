import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from assets.project import PROJECT
from setup.embedded_blender import parsed
from setup.system_libraries import missing

ARGUMENTS = (
    "--background", "--python-use-system-env", "--python-exit-code", "2", "--python", "a b.py",
    "--", "a b.py", "/tmp/x", "KEY=1",
)  # fmt: skip


def started(script: Path, *words: str) -> "subprocess.Popen[str]":
    command = [PROJECT / ".venv" / "bin" / "blenderproc", "run", script, *words]
    where = ["--custom-blender-path", PROJECT / ".blender"]
    return subprocess.Popen(
        [*command, *where], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def script(folder: Path, body: str) -> Path:
    path = folder / "script with a space.py"
    path.write_text(f"import blenderproc as bproc\nimport sys\n{body}\n")
    return path


def test_blenders_own_arguments_are_understood() -> None:
    call = parsed(ARGUMENTS)
    assert (call.script, call.temp_dir, call.error_code) == ("a b.py", "/tmp/x", 2)


def test_a_call_without_a_script_is_refused() -> None:
    with pytest.raises(ValueError, match="expected --python SCRIPT"):
        parsed(("--background", "--python"))


def test_only_libraries_that_do_not_load_are_missing() -> None:
    asked = {"libc.so.6": "libc6", "libnowhere.so.1": "libnowhere1"}
    assert missing(asked) == ("libnowhere1",)


@pytest.mark.blender
@pytest.mark.parametrize(
    ("body", "code"), [("", 0), ("sys.exit(5)", 5), ("raise KeyError('oh')", 2), ("1 / 0", 2)]
)
def test_a_scripts_exit_code_comes_through(tmp_path: Path, body: str, code: int) -> None:
    process = started(script(tmp_path, body))
    told, _ = process.communicate(timeout=120)
    assert process.returncode == code, told
    assert ("Traceback" in told) == (code == 2)


@pytest.mark.blender
def test_a_script_sees_its_own_arguments_and_blender(tmp_path: Path) -> None:
    process = started(script(tmp_path, "import bpy\nprint(sys.argv[1:], bpy.app.version)"), "a=1")
    told, _ = process.communicate(timeout=120)
    assert "['a=1'] (4, 5," in told


USES_WHAT_WAS_PUT_OFF = """
put_off = "matplotlib.pyplot", "scipy.ndimage", "scipy.stats", "sklearn.cluster", "trimesh"
print("at first:", [name for name in put_off if name in sys.modules])
import numpy as np
grain = np.random.default_rng(0).integers(0, 9, (16, 16)).astype(np.uint8)
print("painted:", bproc.postprocessing.oil_paint_filter(grain, edges_only=False).shape)
cube = bproc.object.create_primitive("CUBE").mesh_as_trimesh()
import scipy.stats, trimesh
print("cube:", isinstance(cube, trimesh.Trimesh), cube.volume)
print("norm:", isinstance(scipy.stats.norm, scipy.stats.rv_continuous))
"""


@pytest.mark.blender
def test_what_blenderproc_hardly_needs_is_imported_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    told, _ = started(script(tmp_path, USES_WHAT_WAS_PUT_OFF)).communicate(timeout=120)
    lines = "at first: []\npainted: (16, 16)\ncube: True 8.0\nnorm: True\n"
    assert lines in told


@pytest.mark.blender
def test_what_is_put_off_may_be_used_while_blenderproc_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "pdf")  # BlenderProc has pyplot switch to another
    body = "import matplotlib.pyplot as plt\nprint(plt.get_backend(), plt.figure().number)"
    told, _ = started(script(tmp_path, body)).communicate(timeout=120)
    assert "agg 1\n" in told


@pytest.mark.blender
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_blender_and_takes_its_temporary_folder_along(
    tmp_path: Path, sent: signal.Signals
) -> None:
    body = "import os, time, bpy\nprint(os.getpid(), bpy.app.tempdir, flush=True)\ntime.sleep(60)"
    process = started(script(tmp_path, body))
    assert process.stdout is not None
    line = next(told for told in process.stdout if told[0].isdigit())
    pid, temporary = line.split(maxsplit=1)
    process.send_signal(sent)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert ended(int(pid))
    assert not Path(temporary.strip()).exists()


def ended(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
