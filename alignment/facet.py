"""What of a table is looked at: attributes of a category's boxes, or how categories go together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from alignment.sample import Sample
from scenes.metadata import MetadataTable

COUNT = "objects_per_image"


@dataclass(frozen=True, kw_only=True)
class Facet:
    """Attributes of one category's boxes, jointly; of two categories, the counts of an image.

    categories: one name ("" where a table tells none), or two, and then `names` are COUNT twice:
    how many boxes of each an image holds that has any box at all.
    """

    categories: tuple[str, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        counts = (COUNT,) * len(self.categories)
        if not self.categories or (len(self.categories) > 1 and self.names != counts):
            raise ValueError(f"Facet {self.categories} of {self.names}; expected one, or counts")

    @property
    def together(self) -> bool:
        """True where it is about several categories."""
        return len(self.categories) > 1

    @property
    def label(self) -> str:
        """What it is called in tables: the attributes, or "chairs and tables of an image"."""
        times = " \N{MULTIPLICATION SIGN} "
        if self.together:
            return f"{times.join(self.categories)} per image"
        return times.join(self.names)

    def sample(self, table: MetadataTable) -> Sample:
        """Return its values; of counts, those of its own category alone."""
        if self.together:
            return _counts(table, self.categories)
        (category,) = self.categories
        rows = table.of_category(category) if category else table
        if COUNT in self.names:
            _, place, counts = np.unique(rows.image_ids, return_inverse=True, return_counts=True)
            rows = rows.with_columns({COUNT: counts[place]})
        return Sample.of(rows, self.names)


def facet(category: str, names: Sequence[str]) -> Facet:
    """Return the facet of one category's attributes."""
    return Facet(categories=(category,), names=tuple(names))


def pairs_of(categories: Sequence[str]) -> tuple[Facet, ...]:
    """Return how often every two of these categories go together; none of a single one."""
    return tuple(Facet(categories=two, names=(COUNT, COUNT)) for two in combinations(categories, 2))


def categories_of(table: MetadataTable) -> tuple[str, ...]:
    """Return the categories of a table's rows; one empty name where it tells none."""
    if "category" not in table.table.column_names:
        return ("",)
    return tuple(sorted(set(table.table["category"].to_pylist())))


def _counts(table: MetadataTable, categories: Sequence[str]) -> Sample:
    images, place = np.unique(table.image_ids, return_inverse=True)
    names = np.asarray(table.table["category"].to_pylist(), dtype=object)
    counts = [np.bincount(place[names == one], minlength=len(images)) for one in categories]
    return Sample(
        attributes=(COUNT,) * len(categories), images=images,
        values=np.column_stack(counts).astype(np.float64),
    )  # fmt: skip
