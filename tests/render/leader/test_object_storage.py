import re
import subprocess
import sys
from pathlib import Path

import pytest

from assets.project import PROJECT
from tests.scenes.hand_made import painted, render

pytest.importorskip("fsspec")  # comes with make setup-features
PAGE = PROJECT / "docs" / "clusters.md"


def copy(program: Path, out: Path, there: str) -> None:
    subprocess.run([sys.executable, str(program), str(out), there], check=True, timeout=60)


def test_the_program_of_the_docs_copies_finished_images_once_and_the_label_file_last(
    tmp_path: Path,
) -> None:
    program, out, store = tmp_path / "copy.py", tmp_path / "out", tmp_path / "bucket"
    program.write_text(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0])
    render(out, painted())
    held_back = (out / "shards/000002.json").rename(tmp_path / "held_back.json")
    copy(program, out, f"file://{store}")
    assert not list(store.glob("*/000002.*"))
    (store / "images/000000.png").unlink()  # would come back if it were copied again
    held_back.rename(out / "shards/000002.json")
    copy(program, out, f"file://{store}")
    there = {p.relative_to(store): p.read_bytes() for p in store.glob("*/[0-9]*")}
    here = {p.relative_to(out): p.read_bytes() for p in out.glob("*/[0-9]*")}
    assert there == {path: told for path, told in here.items() if str(path) != "images/000000.png"}
