"""Where the project lies, told once: what asks does not depend on how deep it lies itself."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONF = PROJECT / "conf"
