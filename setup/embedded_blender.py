"""Stands where BlenderProc expects Blender's executable, and runs its script on the bpy wheel.

BlenderProc calls `blender --background --python-use-system-env --python-exit-code 2
--python SCRIPT -- SCRIPT TEMP_DIR ARGS...`. The set-up copies this file into `.blender/`.
"""

import logging
import os
import runpy
import sys
import sysconfig
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent
# BlenderProc imports these for a few of its functions: a good part of its start and its memory
LATER = ("matplotlib.pyplot", "scipy.ndimage", "scipy.stats", "sklearn.cluster", "trimesh")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What BlenderProc asks of Blender. error_code: what an uncaught error exits with."""

    script: str
    temp_dir: str | None
    error_code: int


def parsed(arguments: Sequence[str]) -> Call:
    """Return the call in Blender's own arguments. Raises ValueError where no script is named."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options, rest = list(arguments[:at]), arguments[at + 1 :]
    if "--python" not in options[:-1]:
        raise ValueError("this Blender only runs scripts: expected --python SCRIPT")
    code = "0"  # Blender's own default
    if "--python-exit-code" in options:
        code = options[options.index("--python-exit-code") + 1]
    return Call(
        script=options[options.index("--python") + 1],
        temp_dir=rest[1] if len(rest) > 1 else None,
        error_code=int(code),
    )


class Later(ModuleType):
    """A module that is imported when something of it is first called or looked into."""

    def __getattr__(self, name: str) -> "OfLater":
        _refuse_special(name)
        return OfLater(self.__name__, name)


class OfLater:
    """What a module that is not imported yet has by a name: a function or a class."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *told: Any, **named: Any) -> Any:
        """Import the module and call it."""
        return self._real()(*told, **named)

    def __getattr__(self, name: str) -> Any:
        _refuse_special(name)
        return getattr(self._real(), name)

    def _real(self) -> Any:
        if isinstance(sys.modules.get(self._module), Later):  # asked for while still stood in for
            del sys.modules[self._module]
        return getattr(import_module(self._module), self._name)


def _refuse_special(name: str) -> None:
    """Raise AttributeError for what importing and annotating ask for, which is no use of it."""
    if name.startswith("__"):
        raise AttributeError(name)


def run(call: Call) -> int:
    """Run the script as Blender would; return what it exits with, let its errors through."""
    _prepare(call)
    _import_blenderproc()
    try:
        runpy.run_path(call.script, run_name="__main__")
    except SystemExit as left:
        return _code(left)
    return 0


def _prepare(call: Call) -> None:
    # BlenderProc takes its own site-packages off sys.path; under another spelling it stays
    sys.path.append(sysconfig.get_path("purelib") + os.sep)
    # from here BlenderProc derives where its list of installed packages lies
    sys.executable = str(HERE / "4.2" / "python" / "bin" / "python3.11")
    # BlenderProc imports GitPython, which otherwise wants a git program
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    if call.temp_dir and Path(call.temp_dir).is_dir():
        # Blender makes its session folder here, so that BlenderProc removes it even after a kill
        os.environ["TMPDIR"] = call.temp_dir


def _import_blenderproc() -> None:
    """Import it before its script does; whoever imports one of LATER after it has the real one."""
    os.environ.setdefault("MPLBACKEND", "agg")  # else BlenderProc's choice of it asks for pyplot
    stand_ins = {name: Later(name) for name in LATER if name not in sys.modules}
    sys.modules.update(stand_ins)
    import_module("blenderproc")
    for name, stand_in in stand_ins.items():
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


def _code(left: SystemExit) -> int:
    if left.code is None or isinstance(left.code, int):
        return left.code or 0
    sys.stderr.write(f"{left.code}\n")
    return 1


def _leave(code: int) -> None:
    """Flush and leave without Blender's own teardown, which crashes in 4.2."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _leave_on_error(code: int) -> None:
    """Have any uncaught error printed and mapped to one exit code, as Blender does."""

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        traceback.print_exception(kind, error, where)
        _leave(130 if kind is KeyboardInterrupt else code)

    sys.excepthook = hook


def main() -> None:
    """Do what BlenderProc asks of Blender."""
    try:
        call = parsed(sys.argv[1:])
    except ValueError as error:
        sys.stderr.write(f"blender: {error}\n")
        sys.exit(2)
    _leave_on_error(call.error_code)
    _leave(run(call))


if __name__ == "__main__":
    main()
