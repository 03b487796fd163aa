"""Paths that make passes as one word of the environment, or Hydra as a list."""

from pathlib import Path


def told_paths(told: tuple[Path, ...] | str | None) -> tuple[Path, ...]:
    """Return a list as it is, a text's words as paths, nothing for nothing."""
    if isinstance(told, tuple):
        return told
    return tuple(Path(word).expanduser() for word in (told or "").split())
