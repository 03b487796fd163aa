"""A worker's end of the socket to the run's leader."""

import json
import os
import queue
import socket
import threading
from pathlib import Path
from typing import Any

from render.workers.messages import sent

GONE = 1


class Link:
    """The socket to the run's leader. A thread of its own sees it close while the worker works."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._heard: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with self._socket.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                self._heard.put(json.loads(line))
        os._exit(GONE)  # nobody is left to work for

    def receive(self) -> dict[str, Any]:
        """Return the next message."""
        return self._heard.get()

    def send(self, **told: Any) -> None:
        """Send one message."""
        self._socket.sendall(sent(told))


def resident_mb() -> float:
    """Return the memory that this process holds, 0 where nobody tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGESIZE") / 2**20
