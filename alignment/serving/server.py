"""A page, served to this machine's browser alone, at an address that cannot be guessed."""

import json
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from alignment.serving.token import drawn_token
from assets.errors import UserError
from scenes.files.atomic import Unwritable

HOST = "127.0.0.1"
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'"
)


class Served(Protocol):
    """What a page shows and is told. most_bytes: that it may be told at once."""

    @property
    def most_bytes(self) -> int:
        """Beyond it nothing is read."""

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

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return what lies at a path (a picture, a script) and its kind, None for nothing."""


class PageServer(ThreadingHTTPServer):
    """Serves one page on localhost. port 0: any that is free."""

    daemon_threads = True

    def __init__(self, port: int, served: Served) -> None:
        super().__init__((HOST, port), _Handler)
        self.served, self.root = served, f"/{drawn_token()}/"

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}{self.root}"


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        path = self._path()
        if path is None:
            return
        try:
            self._answer(path)
        except UserError as error:  # a picture that went meanwhile
            self.send_error(HTTPStatus.NOT_FOUND, explain=str(error))

    def do_POST(self) -> None:
        path = self._path()
        if path is None:
            return
        try:
            state = self.server.served.told(path, self._told())
        except Unwritable as error:
            self.send_error(HTTPStatus.INSUFFICIENT_STORAGE, explain=str(error))
        except (KeyError, TypeError, ValueError) as error:
            self.send_error(HTTPStatus.BAD_REQUEST, explain=str(error))
        else:
            if state is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            else:
                self._json(state)

    def _answer(self, path: str) -> None:
        if path == "":
            self._send(self.server.served.page.read_bytes(), "text/html; charset=utf-8")
        elif path == "state":
            self._json(self.server.served.state)
        elif (found := self.server.served.file(path)) is not None:
            self._send(*found)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Say nothing: the terminal shows what is rated."""

    def _path(self) -> str | None:
        """Return what is asked for below the token, None where that is refused.

        Refused is what a page of another site sent here through the browser, and who does not know
        the token.
        """
        own = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in own or (origin is not None and origin[7:] not in own):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif not compare_digest(self.path[: len(self.server.root)], self.server.root):
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            return self.path[len(self.server.root) :].partition("?")[0]
        return None

    def _told(self) -> dict[str, Any]:
        size = int(self.headers.get("Content-Length", 0))
        if not 0 <= size <= self.server.served.most_bytes:
            raise ValueError(f"{size} bytes; expected at most {self.server.served.most_bytes}")
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
