"""Packages that only some runs need, imported when they are asked for."""

from importlib import import_module
from types import ModuleType

from assets.errors import UserError


class MissingExtra(UserError):
    """A package that is asked for and not installed."""


def extra(name: str, setting: str) -> ModuleType:
    """Return a module of requirements/cluster.txt. Raises MissingExtra."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise MissingExtra(
            f"{setting} needs the package {name}; run: "
            ".venv/bin/python -m pip install -r requirements/cluster.txt"
        ) from None
