"""A headless Chromium, spoken to through its debugging pipe: real keys, and what the page shows."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 30
CODES = {
    "Backspace": 8, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
    "ArrowDown": 40,
}  # fmt: skip
Place = tuple[float, float]


class Page:
    """The browser's one page. Messages are JSON, each ended by a zero byte. errors: of scripts."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from, self._number = to_browser, from_browser, 0
        self._session: str | None = None
        self.errors: list[Any] = []
        self._heard = b""

    def open(self, url: str) -> None:
        """Show what is at an address; return before it is there."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size in pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=False,
        )  # fmt: skip

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        code = CODES.get(key) or ord(key)
        written = "\r" if key == "Enter" else key  # by which a button in focus is pressed
        text = {"text": written} if len(written) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            held = text if kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **held
            )

    def drag(self, start: Place, *places: Place) -> None:
        """Press at (x, y), move to each place and let go at the last; without places, click."""
        self._mouse("mousePressed", start)
        for place in places:
            self._mouse("mouseMoved", place)
        self._mouse("mouseReleased", places[-1] if places else start)

    def value(self, expression: str) -> Any:
        """Return what an expression is in the page, waiting for it where it is promised."""
        told = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return told["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Return when an expression is true. Raises AssertionError after PATIENCE_S."""
        end = time.monotonic() + PATIENCE_S
        while not self.value(expression):
            assert time.monotonic() < end, f"{expression} never came true"
            time.sleep(0.05)

    def call(self, method: str, **given: Any) -> Any:
        """Return the browser's answer to a command of its protocol."""
        self._number += 1
        told = {"id": self._number, "method": method, "params": given}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._to, json.dumps(told).encode() + b"\0")
        while True:
            heard = self._next()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return heard["result"]
            if heard.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(heard["params"])

    def _mouse(self, kind: str, place: Place) -> None:
        held = {"buttons": 1} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **held)

    def _next(self) -> Any:
        while b"\0" not in self._heard:
            more = os.read(self._from, 65536)
            assert more, "the browser ended"
            self._heard += more
        one, self._heard = self._heard.split(b"\0", 1)
        return json.loads(one)


def chromium() -> str | None:
    """Return where a browser is, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def opened(path: str, profile: Path) -> Iterator[Page]:
    """Yield the page of a browser at a path. profile: a folder of its own."""
    read_end, to_browser = os.pipe()
    from_browser, write_end = os.pipe()
    # the browser reads commands from 3 and answers on 4
    relay = (
        "import os,sys; a,b=map(int,sys.argv[1:3]); a,b=os.dup(a),os.dup(b)\n"
        "os.dup2(a,20); os.dup2(b,21); os.dup2(20,3); os.dup2(21,4)\n"
        "os.set_inheritable(3,True); os.set_inheritable(4,True); os.execv(sys.argv[3],sys.argv[3:])"
    )
    command = [
        sys.executable, "-c", relay, str(read_end), str(write_end), path, "--headless",
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={profile}", "--remote-debugging-pipe",
    ]  # fmt: skip
    with subprocess.Popen(
        command, pass_fds=(read_end, write_end), stderr=subprocess.DEVNULL
    ) as process:
        os.close(read_end)
        os.close(write_end)
        try:
            yield Page(to_browser, from_browser)
        finally:
            process.kill()
            process.wait()
            os.close(to_browser)
            os.close(from_browser)
