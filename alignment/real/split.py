"""Exposed and held-out images, kept apart by type, so that fitting cannot see what judges it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from scenes.measuring.table import MetadataTable

SPLIT_STREAM = 5  # of the generator that parts a set: make align and make fragments part alike
_MARK = {b"held_out": b"1"}  # in the schema of a held-out table, which slices and pickles carry on


class TooFewImages(UserError):
    """A split that would leave one side without an image."""


@dataclass(frozen=True, kw_only=True)
class SplitSettings:
    """Which shares of the real images are kept from every fit; the rest is exposed to it."""

    validation: float
    test: float

    def __post_init__(self) -> None:
        for name in ("validation", "test"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} is {getattr(self, name)}; expected a share from 0 up to 1"
                )
        if self.validation + self.test >= 1:
            raise ValueError(
                f"validation {self.validation} and test {self.test} leave nothing to fit to; "
                "expected a sum below 1"
            )


class _ForJudging(MetadataTable):
    """A held-out table, marked so that neither it nor a part of it can pass for an exposed one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "table", self.table.replace_schema_metadata(_MARK))

    def rows(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> MetadataTable:
        """Return the rows of a mask or of indices, held out as well."""
        return _held_out(super().rows(keep))

    def with_columns(
        self, columns: Mapping[str, npt.ArrayLike], estimated: Iterable[str] = ()
    ) -> MetadataTable:
        """Return a table with these columns added or replaced, held out as well."""
        return _held_out(super().with_columns(columns, estimated))

    def write(self, path: Path) -> NoReturn:
        """Raise TypeError: what is read back from a file would no longer be known as held out."""
        raise TypeError(f"held-out rows only judge; they are not written to {path.name}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposed:
    """The images that fitting may see. Raises TypeError on a held-out table, or a part of one."""

    table: MetadataTable

    def __post_init__(self) -> None:
        if not isinstance(self.table, MetadataTable) or _is_held_out(self.table):
            raise TypeError(f"Exposed of a {type(self.table).__name__}; held-out rows only judge")


class HeldOut:
    """The images that fitting never sees; whoever judges a result asks for them by that name."""

    def __init__(self, table: MetadataTable) -> None:
        self.__table = _held_out(table)

    def __len__(self) -> int:
        return len(self.__table)

    def for_judging(self) -> MetadataTable:
        """Return the held-out rows, which neither `Exposed` nor `fittable` takes."""
        return self.__table


@dataclass(frozen=True, kw_only=True, eq=False)
class Splits:
    """A set's images in up to three parts. validation, test: None where none were set apart."""

    exposed: Exposed
    validation: HeldOut | None
    test: HeldOut | None

    @property
    def image_ids(self) -> dict[str, tuple[int, ...]]:
        """The images of each part, by its name, rising."""
        kept = {"validation": self.validation, "test": self.test}
        tables = {"exposed": self.exposed.table} | {
            name: part.for_judging() for name, part in kept.items() if part is not None
        }
        return {
            name: tuple(np.unique(tables[name].image_ids).tolist()) if name in tables else ()
            for name in ("exposed", *kept)
        }


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


def three_way_split(
    rng: np.random.Generator, table: MetadataTable, settings: SplitSettings
) -> Splits:
    """Return random images apart for validation and test, in the settings' shares, and the rest.

    Whole images, rounded. The test images do not depend on the share of validation. Raises
    TooFewImages where a share above 0 comes to no image, or none is left to expose.
    """
    images = rng.permutation(np.unique(table.image_ids))
    tested, validated = (_count(len(images), settings, part) for part in ("test", "validation"))
    if tested + validated >= len(images):
        raise TooFewImages(
            f"split: {validated} images for validation and {tested} for test leave none of "
            f"{len(images)} to expose; set smaller shares or bring more images"
        )
    test, validation, shown = np.split(images, [tested, tested + validated])
    return Splits(
        exposed=Exposed(table=table.of_images(shown)),
        validation=HeldOut(table.of_images(validation)) if validated else None,
        test=HeldOut(table.of_images(test)) if tested else None,
    )


def _count(images: int, settings: SplitSettings, part: str) -> int:
    share = float(getattr(settings, part))
    count = round(share * images)
    if share and not count:
        raise TooFewImages(
            f"split.{part}: {share:g} of {images} images is less than one; expected 0, or at least "
            f"{1 / images:.2g}; set a larger share or bring more images"
        )
    return count


def _held_out(table: MetadataTable) -> _ForJudging:
    return _ForJudging(table=table.table, estimated=table.estimated)


def _is_held_out(table: MetadataTable) -> bool:
    said = table.table.schema.metadata or {}
    return isinstance(table, _ForJudging) or _MARK.items() <= said.items()
