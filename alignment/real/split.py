"""Exposed and held-out images, kept apart by type, so that fitting cannot see what judges it."""

from dataclasses import dataclass

import numpy as np

from assets.errors import UserError
from scenes.metadata import MetadataTable


class TooFewImages(UserError):
    """A split that would leave one side without an image."""


class _ForJudging(MetadataTable):
    """A held-out table, marked so that it cannot be passed off as an exposed one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposed:
    """The images that fitting may see. Raises TypeError on a held-out table."""

    table: MetadataTable

    def __post_init__(self) -> None:
        if not isinstance(self.table, MetadataTable) or isinstance(self.table, _ForJudging):
            raise TypeError(f"Exposed of a {type(self.table).__name__}; held-out rows only judge")


class HeldOut:
    """The images that fitting never sees; whoever judges a result asks for them by that name."""

    def __init__(self, table: MetadataTable) -> None:
        self.__table = _ForJudging(table=table.table, estimated=table.estimated)

    def __len__(self) -> int:
        return len(self.__table)

    def for_judging(self) -> MetadataTable:
        """Return the held-out rows, which neither `Exposed` nor `fittable` takes."""
        return self.__table


def fittable(given: Exposed) -> MetadataTable:
    """Return the rows to fit. Raises TypeError on anything but `Exposed`: every fit starts here."""
    if not isinstance(given, Exposed):
        raise TypeError(f"a fit was given a {type(given).__name__}; it takes Exposed and no other")
    return given.table


def split(
    rng: np.random.Generator, table: MetadataTable, exposed_images: int
) -> tuple[Exposed, HeldOut]:
    """Return a random `exposed_images` images' rows and the rows of all others.

    Whole images: an image's objects resemble each other. Raises TooFewImages unless both sides hold
    an image; to expose a whole set, make an `Exposed` of its table.
    """
    images = np.unique(table.image_ids)
    if not 1 <= exposed_images < len(images):
        raise TooFewImages(
            f"{exposed_images} of {len(images)} images are to be exposed; expected at least 1, and "
            "at least 1 left to judge by; expose fewer or bring more images"
        )
    shown = rng.choice(images, size=exposed_images, replace=False)
    rest = np.setdiff1d(images, shown)
    return Exposed(table=table.of_images(shown)), HeldOut(table.of_images(rest))
