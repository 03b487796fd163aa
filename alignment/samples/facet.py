"""What of a table is looked at: attributes of a category's boxes, or how categories go together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from alignment.samples.sample import Sample
from scenes.measuring.table import NAMED, MetadataTable

COUNT = "objects_per_image"
CLASS = "category"
OTHER = "any other"


@dataclass(frozen=True, kw_only=True)
class Facet:
    """Attributes of one category's boxes, jointly; of two categories, the counts of an image.

    categories: one name ("" where a table tells none), or two, and then `names` are COUNT twice:
    how many boxes of each an image holds that has any box at all; or CLASS, the place of each box's
    among the categories. among: of an attribute that is a
    name, the names that are told apart; a value is a place among them, or the one after the last.
    """

    categories: tuple[str, ...]
    names: tuple[str, ...]
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        counts = (COUNT,) * len(self.categories)
        several = self.names in (counts, (CLASS,))
        if not self.categories or (len(self.categories) > 1 and not several):
            raise ValueError(f"Facet {self.categories} of {self.names}; expected one, or counts")
        if self.named and len(self.names) > 1:
            raise ValueError(f"Facet of {self.names}; expected a name by itself")

    @property
    def together(self) -> bool:
        """True where it is about several categories."""
        return len(self.categories) > 1

    @property
    def named(self) -> bool:
        """True where it is about names."""
        return not NAMED.isdisjoint(self.names)

    @property
    def cells(self) -> tuple[str, ...]:
        """What each cell of names is called, the last one of all others; () of numbers."""
        return (*self.among, OTHER) if self.named else ()

    @property
    def label(self) -> str:
        """What it is called in tables: the attributes, or "chairs and tables of an image"."""
        times = " \N{MULTIPLICATION SIGN} "
        if CLASS in self.names:
            return "boxes of each category"
        if self.together:
            return f"{times.join(self.categories)} per image"
        return times.join(self.names)

    def sample(self, table: MetadataTable) -> Sample:
        """Return its values; of counts, those of its own category alone."""
        if CLASS in self.names:
            return _classes(table, self.categories)
        if self.together:
            return _counts(table, self.categories)
        (category,) = self.categories
        rows = _rows(table, category)
        if self.named:
            return Sample.of_names(rows, self.names[0], self.among)
        if COUNT in self.names:
            _, place, counts = np.unique(rows.image_ids, return_inverse=True, return_counts=True)
            rows = rows.with_columns({COUNT: counts[place]})
        return Sample.of(rows, self.names)


def facet(category: str, names: Sequence[str]) -> Facet:
    """Return the facet of one category's attributes."""
    return Facet(categories=(category,), names=tuple(names))


def facet_of(table: MetadataTable, category: str, names: Sequence[str]) -> Facet:
    """Return the facet of one category's attributes that tells apart the names of this table."""
    among = tuple(
        sorted({told for name in names if name in NAMED and table.holds(name)
                for told in _rows(table, category).names(name).to_pylist() if told})
    )  # fmt: skip
    return Facet(categories=(category,), names=tuple(names), among=among)


def pairs_of(categories: Sequence[str]) -> tuple[Facet, ...]:
    """Return how often every two of these categories go together; none of a single one."""
    return tuple(Facet(categories=two, names=(COUNT, COUNT)) for two in combinations(categories, 2))


def classes_of(categories: Sequence[str]) -> Facet:
    """Return how many of the boxes are of each of these categories."""
    return Facet(categories=tuple(categories), names=(CLASS,))


def categories_of(table: MetadataTable) -> tuple[str, ...]:
    """Return the categories of a table's rows; one empty name where it tells none."""
    if "category" not in table.table.column_names:
        return ("",)
    return tuple(sorted(set(table.table["category"].to_pylist())))


def _rows(table: MetadataTable, category: str) -> MetadataTable:
    return table.of_category(category) if category else table


def _classes(table: MetadataTable, categories: Sequence[str]) -> Sample:
    place = {name: number for number, name in enumerate(categories)}
    told = [place.get(name, -1) for name in table.table["category"].to_pylist()]
    values = np.array(told, dtype=np.float64)
    own = values >= 0
    return Sample(attributes=(CLASS,), values=values[own, None], images=table.image_ids[own])


def _counts(table: MetadataTable, categories: Sequence[str]) -> Sample:
    images, place = np.unique(table.image_ids, return_inverse=True)
    names = np.asarray(table.table["category"].to_pylist(), dtype=object)
    counts = [np.bincount(place[names == one], minlength=len(images)) for one in categories]
    return Sample(
        attributes=(COUNT,) * len(categories), images=images,
        values=np.column_stack(counts).astype(np.float64),
    )  # fmt: skip
