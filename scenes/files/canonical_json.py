"""JSON whose bytes depend on nothing but what it says."""

import json
from collections.abc import Mapping
from typing import Any


def json_bytes(told: Mapping[str, Any]) -> bytes:
    """Return compact JSON with sorted keys and a newline: equal data gives equal bytes."""
    text = json.dumps(told, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()
