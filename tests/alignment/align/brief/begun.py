"""A run as far as its brief, and what it said."""

from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from alignment.align.brief.brief import Job, begin
from alignment.align.brief.settings import settings_from
from bench.scenes import composed


class Heard:
    """What a command would say."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def begin(self, name: str) -> None: ...

    def at(self, *_: object) -> None: ...


def begun(real: Path, out: Path, *words: str) -> tuple[Job, list[str]]:
    heard: Any = Heard()
    told = composed("align", "preset=draft", f"real={real}", f"out={out}", *words)
    return begin(settings_from(OmegaConf.create(told)), heard), heard.lines
