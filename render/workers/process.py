"""One Blender as a process of its own, led through a socket; no bpy is imported here."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO, Any

from assets.errors import UserError
from assets.project import PROJECT
from render.asked.quality import Engine
from render.workers.messages import sent
from scenes.files.atomic import make_folder, writing

HERE = Path(__file__).resolve().parent
LOOK_S = 0.1  # how often a wait looks whether it is to end
START_S = 300.0
CLOSE_S = 5.0
# glibc gives every picture back to the system and has it zeroed again: a seventh of all time
KEEPS_MEMORY = {"MALLOC_MMAP_THRESHOLD_": f"{2**25}", "MALLOC_TRIM_THRESHOLD_": f"{2**28}"}
# of numpy's 3x3 inverses, of which threads take five times as long to do nothing
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
_TOLD = 1000  # characters of a log in one line


class NoBlender(UserError):
    """A worker that does not come up, however often it is started."""


class RefusedSettings(UserError):
    """Settings that a worker cannot render with, such as a device that is not there."""


class WorkerLost(Exception):
    """A worker that crashed, hung or was stopped, also while it started; its process is gone."""


class Halted(WorkerLost):
    """A worker that was ended because its run is to end now."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How a worker is started. told: its settings as plain data. environment: further variables.

    engine: what makes pictures. blender: --custom-blender-path, or None for BlenderProc's own.
    folder: for sockets and what Blender writes meanwhile, in memory where there is such. log: what
    the worker says.
    """

    told: Mapping[str, Any]
    threads: int
    environment: Mapping[str, str]
    engine: Engine
    blender: Path | None
    folder: Path
    log: Path


class Blender:
    """A worker that is up. Raises WorkerLost where it is lost before it is, NoBlender."""

    def __init__(self, launch: Launch, stop: Event) -> None:
        self._stop = stop
        self._launch, self._log = launch, launch.log
        self._socket: socket.socket | None = None
        self._heard = b""
        make_folder(launch.log.parent)
        with writing(launch.log):
            said = launch.log.open("wb")
        with self._starting(), said, _listening(launch) as (listener, path):
            self._process = _started(launch, path, said)
            self._socket = self._accepted(listener)
            self.hello = self._received(START_S, f"{START_S:.0f} s to come up")
        self.pid = int(self.hello["pid"])

    def configure(self) -> None:
        """Tell the worker its settings. Raises RefusedSettings, WorkerLost."""
        self._send({"settings": self._launch.told, "threads": self._launch.threads})
        with self._starting():
            ready = self._received(START_S, f"{START_S:.0f} s to take its settings")
        if "mistake" in ready:
            self.close()
            raise RefusedSettings(ready["mistake"])

    def ask(self, told: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send a message and return the answer. Raises WorkerLost; then the process is gone."""
        self._send(told)
        return self._received(timeout_s, f"worker.timeout_s={timeout_s:g}")

    def said(self) -> int:
        """Return how much the worker's log holds, in bytes."""
        return self._log.stat().st_size if self._log.is_file() else 0

    def log_tail(self, since: int, most: int = 20_000) -> str:
        """Return what the worker said since then, the end of it."""
        with suppress(OSError), self._log.open("rb") as log:
            log.seek(max(since, self.said() - most))
            return log.read().decode(errors="replace").strip()
        return ""

    def close(self) -> None:
        """Let the worker end by itself; it has nothing to do."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._link.close()
        try:
            self._process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the worker at once, and BlenderProc with it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._socket:
            self._socket.close()

    @property
    def _link(self) -> socket.socket:
        assert self._socket is not None  # set before anything is said
        return self._socket

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Have a WorkerLost tell what the worker said last, which its next start overwrites."""
        try:
            yield
        except Halted:
            raise
        except WorkerLost as error:
            tail = " ".join(self.log_tail(0, _TOLD).split()) or "nothing"
            raise WorkerLost(f"{error}; the end of {self._log}: {tail}") from None

    def _send(self, told: Mapping[str, Any]) -> None:
        with suppress(OSError):  # a dead worker is told by the answer that does not come
            self._link.sendall(sent(told))

    def _accepted(self, listener: socket.socket) -> socket.socket:
        for _ in range(int(START_S / LOOK_S)):
            with suppress(TimeoutError):
                accepted, _ = listener.accept()
                accepted.settimeout(LOOK_S)
                return accepted
            self._look()
        self.kill()
        raise WorkerLost(f"Blender did not come up within {START_S:.0f} s")

    def _received(self, timeout_s: float, allowed: str) -> dict[str, Any]:
        for _ in range(int(timeout_s / LOOK_S)):
            line, newline, rest = self._heard.partition(b"\n")
            if newline:
                self._heard = rest
                told: dict[str, Any] = json.loads(line)
                return told
            try:
                heard = self._link.recv(1 << 16)
            except TimeoutError:
                self._look()
                continue
            except OSError:
                heard = b""
            if not heard:
                raise WorkerLost(self._ended())
            self._heard += heard
        self.kill()
        raise WorkerLost(f"it took longer than {allowed} and was ended")

    def _look(self) -> None:
        """Raise WorkerLost where the process has ended or is to end now."""
        if self._stop.is_set():
            self.kill()
            raise Halted("it was stopped")
        if self._process.poll() is not None:
            raise WorkerLost(self._ended())

    def _ended(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_S)
        self.kill()
        return f"Blender ended by itself ({_cause(self._process.returncode)})"


def blender_beside(wanted: Path | None) -> Path | None:
    """Return the Blender that was named, else the one `make setup` laid, else None."""
    laid = PROJECT / ".blender"
    return wanted.resolve() if wanted else laid if laid.is_dir() else None


def _command(launch: Launch, path: str) -> Sequence[str]:
    leash = (sys.executable, str(HERE / "leash.py"), str(os.getpid()))
    if launch.engine == "paste":
        return [*leash, sys.executable, str(PROJECT / "render" / "paste_worker.py"), path]
    beside = str(Path(sys.executable).parent)
    blenderproc = shutil.which("blenderproc", path=beside) or shutil.which("blenderproc")
    if blenderproc is None:
        raise NoBlender(f"blenderproc is neither in {beside} nor on PATH; run `make setup`")
    own = ["--custom-blender-path", str(launch.blender)] if launch.blender else []
    return [
        *leash, blenderproc, "run", str(PROJECT / "render" / "worker.py"), path,
        "--temp-dir", str(launch.folder), *own,
    ]  # fmt: skip


def _started(launch: Launch, path: str, said: IO[bytes]) -> subprocess.Popen[bytes]:
    command, environment = _command(launch, path), _environment(launch)
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            env=environment, process_group=0,  # a Ctrl-C is the leader's to hear
        )  # fmt: skip
    except OSError as error:  # no memory or process is left for it
        raise WorkerLost(f"it could not be started ({error.strerror})") from None


def _environment(launch: Launch) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return {
        **(KEEPS_MEMORY | ONE_THREAD if launch.engine == "paste" else {}),
        **own,
        **launch.environment,
    }


@contextmanager
def _listening(launch: Launch) -> Iterator[tuple[socket.socket, str]]:
    path = launch.folder / f"{launch.log.stem}.sock"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        with writing(path):
            listener.bind(str(path))
        listener.listen(1)
        listener.settimeout(LOOK_S)
        yield listener, str(path)
    path.unlink(missing_ok=True)


def _cause(code: int) -> str:
    # blenderproc leaves with the negative number of the signal that ended Blender, modulo 256
    killed_by = -code if code < 0 else 256 - code if code > 192 else 0
    with suppress(ValueError):
        return signal.Signals(killed_by).name
    return f"exit code {code}"
