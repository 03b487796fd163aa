"""What no room may do: draw from global randomness, read a clock into data, or know a machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from assets.project import PROJECT

ROOMS = ("assets", "scenes", "alignment", "render")
SOURCES = sorted(path for room in ROOMS for path in (PROJECT / room).rglob("*.py"))
# What numpy.random holds beside the global generator and its functions.
GENERATORS = {
    "Generator", "SeedSequence", "default_rng", "BitGenerator", "PCG64", "PCG64DXSM", "Philox",
    "SFC64",
}  # fmt: skip
BANNED_MODULES = {"random", "uuid", "secrets"}
CLOCKS = {
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
    "datetime": {"now", "utcnow", "today", "fromtimestamp"},
    "date": {"today", "fromtimestamp"},
    "os": {"urandom", "getrandom"},
}
TICKING = {"monotonic", "monotonic_ns", "perf_counter", "sleep"}
MAY_TICK = {
    "alignment/command/stages.py", "alignment/command/render_room.py", "render/leader/slurm.py",
    "render/alone/progress.py", "render/workers/watch.py",
}  # fmt: skip
MAY_SURPRISE = {"alignment/serving/token.py"}  # a page's address that nobody can guess
# Blender runs these as scripts, before they can import anything of ours.
DOORS = ("main", "worker", "paste_worker", "gallery", "convert")
HOSTS = r"pypi|pythonhosted|conda|npmjs|registry|artifactory|nexus|docker|ghcr|mirror|internal"
FORBIDDEN_TEXT = re.compile(
    rf"https?://[^\s\"'<>/]*(?:{HOSTS})|(?<![\w.~$}}\])])/(?:home|work|Users|root)/\w"
)


def offences(source: str) -> list[str]:
    """Return what a module's source does that no room may, as `name` a line."""
    tree = ast.parse(source)
    names = _imported(tree)
    found = [name for name in names.values() if name.split(".")[0] in BANNED_MODULES]
    found += [full for node in ast.walk(tree) if (full := _resolved(node, names)) and _banned(full)]
    found += [full for full in names.values() if _banned(full)]
    found += [f"{full}()" for full in _unseeded(tree, names)]
    return found


def ticks(source: str) -> bool:
    """Return True where a module reads a stopwatch."""
    tree = ast.parse(source)
    names = _imported(tree)
    full = {*names.values(), *(_resolved(node, names) for node in ast.walk(tree))}
    return any(f"time.{name}" in full for name in TICKING)


def _imported(tree: ast.AST) -> dict[str, str]:
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0]
                      for a in node.names}  # fmt: skip
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def _resolved(node: ast.AST, names: dict[str, str]) -> str:
    """Return a dotted expression with its first name as imported, "" for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])


def _banned(full: str) -> bool:
    *path, last = full.split(".")
    if path[:2] == ["numpy", "random"]:
        return path[2:] == [] and last not in GENERATORS
    return bool(path) and last in CLOCKS.get(path[-1], set())


def _unseeded(tree: ast.AST, names: dict[str, str]) -> list[str]:
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and not n.args + n.keywords]
    unseeded = {f"numpy.random.{name}" for name in GENERATORS}
    return [full for call in calls if (full := _resolved(call.func, names)) in unseeded]


def committed() -> list[Path]:
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if told.returncode:
        pytest.skip("not a git checkout: there is no saying which files are the project's")
    return [path for name in told.stdout.split("\0")[:-1] if (path := PROJECT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_no_room_draws_from_global_randomness_or_reads_a_clock(path):
    source = path.read_text(encoding="utf-8")
    assert offences(source) == [] or str(path.relative_to(PROJECT)) in MAY_SURPRISE
    assert not ticks(source) or str(path.relative_to(PROJECT)) in MAY_TICK


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nnp.random.seed(0)",
        "import numpy\nx = numpy.random.rand",
        "from numpy import random as r\nr.normal()",
        "from numpy.random import shuffle",
        "import numpy as np\nrng = np.random.default_rng()",
        "import numpy as np\nrng = np.random.RandomState(0)",
        "import random",
        "from random import choice",
        "def f():\n    import uuid",
        "import time\ntime.time()",
        "from time import time_ns as now",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.utcnow()",
        "import os\nos.urandom(4)",
        "import secrets",
    ],
)
def test_the_ban_sees_every_way_to_break_it(source):
    assert offences(source)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nrng = np.random.default_rng([1, 2])\nrng.random()",
        "import numpy as np\ndef f(rng: np.random.Generator) -> None: rng.choice(3)",
        "from numpy.random import SeedSequence\nSeedSequence(1)",
        "import time\ntime.monotonic()",
        "when.time()",
    ],
)
def test_the_ban_lets_seeded_generators_through(source):
    assert offences(source) == []


def test_only_doors_and_one_module_say_how_deep_they_lie():
    asks = re.compile(r"Path\(__file__\)(?:\.resolve\(\))?\.parents?(?:\[[1-9]|\.parent)")
    found = {str(path.relative_to(PROJECT)) for path in committed() if path.suffix == ".py"
             and asks.search(path.read_text(encoding="utf-8"))}  # fmt: skip
    assert found == {"assets/project.py", *(f"render/{door}.py" for door in DOORS)}


def test_no_file_knows_a_registry_or_a_folder_of_one_machine():
    found = {}
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if path != Path(__file__) and (hit := FORBIDDEN_TEXT.search(text)):
            found[str(path.relative_to(PROJECT))] = hit.group()
    assert found == {}


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("--index-url https://pypi.example.org/simple", True),
        ("out: /home/ann/sets", True),
        ('root = "/work/x"', True),
        ("see https://hydra.cc/docs", False),
        ("tests/work/home/x", False),
        ("~/home/x and $HOME/work/y", False),
    ],
)
def test_the_search_tells_a_machine_from_a_path_of_the_project(text, bad):
    assert bool(FORBIDDEN_TEXT.search(text)) is bad


TOP = "|".join((*ROOMS, "bench", "setup", "tests", "conf"))
NAMED = re.compile(rf"(?<![\w./-])((?:{TOP})/[a-z0-9_/-]*(?:\.py|\.yaml|/))(?![\w])")
RUN = re.compile(r"python -m ((?:alignment|bench)\.[\w.]*\w)")


def unfound(text: str) -> list[str]:
    """Return the files, folders and modules that a text names and the project does not have."""
    modules = [f"{name.replace('.', '/')}.py" for name in RUN.findall(text)]
    return [path for path in NAMED.findall(text) + modules if not (PROJECT / path).exists()]


@pytest.mark.parametrize(
    "page", [p for p in committed() if p.suffix == ".md"], ids=lambda p: str(p.relative_to(PROJECT))
)
def test_every_file_and_command_that_a_page_names_is_there(page):
    assert unfound(page.read_text(encoding="utf-8")) == []


def test_a_name_of_nothing_is_found_out():
    text = "`scenes/metadata.py`, `python -m bench.speed`, `scenes/measuring/table.py`, `render/`, "
    assert unfound(text) == ["scenes/metadata.py", "bench/speed.py"]
