"""What a run's leader and its workers say to each other: one JSON object a line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Task:
    """One scene to render or to settle. scene: as `Scene.to_json` tells it."""

    kind: Literal["render", "settle"]
    index: int
    scene: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a task went.

    mistake: the user's, which ends the run. error: of this scene alone. lost: the machine went
    away or no worker came up, which is not the scene's fault. log: what the worker said meanwhile,
    kept where there was an error. scene: the settled one.
    """

    memory_mb: float = 0.0
    mistake: str = ""
    error: str = ""
    lost: bool = False
    log: str = ""
    scene: Mapping[str, Any] | None = None


def sent(told: Mapping[str, Any]) -> bytes:
    """Return a message as it goes through the socket."""
    return f"{json.dumps(told, allow_nan=False)}\n".encode()
