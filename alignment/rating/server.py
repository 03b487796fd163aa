"""The page of `make rate`, served to this machine's browser alone."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from scenes.files.atomic import Unwritable

HOST = "127.0.0.1"
_MOST_BYTES = 4096
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'"
)


class Asked(Protocol):
    """What a page asks and shows."""

    @property
    def page(self) -> Path:
        """Its HTML file."""

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows now, as JSON."""

    def told(self, path: str, told: dict[str, Any]) -> dict[str, Any] | None:
        """Return the state after what was told at a path, None where there is no such path.

        Raises Unwritable, and KeyError, TypeError, ValueError for what means nothing.
        """

    def picture(self, path: str) -> tuple[bytes, str] | None:
        """Return a picture and its kind, None where there is none of that path."""


class RatingServer(ThreadingHTTPServer):
    """Serves one page on localhost. port 0: any that is free."""

    daemon_threads = True

    def __init__(self, port: int, asked: Asked) -> None:
        super().__init__((HOST, port), _Handler)
        self.asked = asked

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: RatingServer

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        if self.path == "/":
            self._send(self.server.asked.page.read_bytes(), "text/html; charset=utf-8")
        elif self.path == "/state":
            self._json(self.server.asked.state)
        elif (found := self.server.asked.picture(self.path[1:].partition("?")[0])) is not None:
            self._send(*found)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        try:
            state = self.server.asked.told(self.path[1:], self._told())
        except Unwritable as error:
            self.send_error(HTTPStatus.INSUFFICIENT_STORAGE, explain=str(error))
        except (KeyError, TypeError, ValueError) as error:
            self.send_error(HTTPStatus.BAD_REQUEST, explain=str(error))
        else:
            if state is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            else:
                self._json(state)

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Say nothing: the terminal shows what is rated."""

    def _is_ours(self) -> bool:
        """Refuse what a page of another site sent here through the browser."""
        own = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") in own and (origin is None or origin[7:] in own):
            return True
        self.send_error(HTTPStatus.FORBIDDEN)
        return False

    def _told(self) -> dict[str, Any]:
        size = int(self.headers.get("Content-Length", 0))
        if not 0 <= size <= _MOST_BYTES:
            raise ValueError(f"{size} bytes; expected at most {_MOST_BYTES}")
        told = json.loads(self.rfile.read(size) or b"{}")
        if not isinstance(told, dict):
            raise TypeError(f"found {type(told).__name__}; expected a mapping")
        return told

    def _json(self, told: dict[str, Any]) -> None:
        self._send(json.dumps(told).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in (
            ("Content-Type", kind), ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"), ("Content-Security-Policy", _POLICY),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
