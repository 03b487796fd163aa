"""A JSON object of any length, read through a window: one record of its lists at a time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from scenes.formats.coco import BadCoco

Span = tuple[int, int]
CHUNK = 1 << 20
_SPACE = " \t\r\n"
_BOM = "\xef\xbb\xbf"
_decode = json.JSONDecoder().raw_decode


def top_level(path: Path, file: BinaryIO) -> Iterator[tuple[str, Any, Span | None]]:
    """Yield (key, record, its first byte and the one after) of the object's lists.

    A list begins with (key, None, None); what is no list is passed over. Text in the records is
    decoded byte by byte: read a span again to have it. Raises BadCoco.
    """
    window = _Window(path, file)
    window.expect("{")
    while window.ahead() != "}":
        key, _ = window.value()
        window.expect(":")
        if window.ahead() == "[":
            yield str(key), None, None
            yield from ((str(key), *found) for found in _items(window))
        else:
            window.value()
        if window.ahead() == ",":
            window.expect(",")


def _items(window: "_Window") -> Iterator[tuple[Any, Span]]:
    window.expect("[")
    while window.ahead() != "]":
        yield window.value()
        if window.ahead() != "]":
            window.expect(",")
    window.expect("]")


class _Window:
    """A file as characters of one byte each; JSON's own marks are such in UTF-8."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self._text, self._at, self._before, self._step = "", 0, 0, CHUNK
        self._more()
        if self._text.startswith(_BOM):
            self._at = len(_BOM)

    def ahead(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def expect(self, mark: str) -> None:
        """Pass over a mark. Raises BadCoco where another comes."""
        if (found := self.ahead()) != mark:
            self._fail(f"{mark!r} expected, found {found!r}" if found else "it ends too soon")
        self._at += 1

    def value(self) -> tuple[Any, Span]:
        """Return the next value and where it lies. Raises BadCoco."""
        self.ahead()
        while True:
            try:
                told, end = _decode(self._text, self._at)
                if end < len(self._text) or not self._more():
                    break
            except (ValueError, RecursionError) as error:
                problem = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                if not self._more():
                    self._fail(problem)
        span = self._before + self._at, self._before + end
        self._at, self._step = end, CHUNK
        return told, span

    def _more(self) -> bool:
        """Read on, each time twice as far, so that a value of any length costs its length."""
        chunk = self._file.read(self._step)
        if not chunk:
            return False
        self._text = self._text[self._at :] + chunk.decode("latin-1")
        self._before, self._at, self._step = self._before + self._at, 0, 2 * self._step
        return True

    def _fail(self, problem: str) -> None:
        raise BadCoco(
            f"annotations {self._path}, byte {self._before + self._at}: {problem}; expected whole "
            "JSON; export the set again"
        )
