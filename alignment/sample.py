"""The values of one attribute, or of several jointly, with the image that each came from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenes.metadata import ATTRIBUTES, MetadataTable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Measured values as they are fitted (logs where the attribute says so).

    values: (n, d) float64, finite. images: (n,) int64, the image of each; a set is resampled by
    image, since the objects of one photo are not independent.
    """

    attributes: tuple[str, ...]
    values: FloatArray
    images: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.values.shape != (n, len(self.attributes)):
            raise ValueError(
                f"Sample.values is {self.values.shape}; expected ({n}, {len(self.attributes)})"
            )
        for array in (self.values, self.images):
            array.setflags(write=False)

    @classmethod
    def of(cls, table: MetadataTable, attributes: Sequence[str]) -> "Sample":
        """Return the rows of `table` that have all these attributes, in the table's order.

        One value an image where every attribute is the image's, else one an object.
        Raises UnknownAttribute where the table lacks a column.
        """
        values = np.column_stack([_fitted(name, table.column(name)) for name in attributes])
        images = table.image_ids
        keep = np.isfinite(values).all(axis=1)
        if all(ATTRIBUTES[name].level == "image" for name in attributes):
            first = np.zeros(len(images), dtype=bool)
            first[np.unique(images, return_index=True)[1]] = True
            keep &= first
        return cls(attributes=tuple(attributes), values=values[keep], images=images[keep])

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_count(self) -> int:
        """How many images hold at least one of the values."""
        return len(np.unique(self.images))


def _fitted(name: str, column: FloatArray) -> FloatArray:
    if not ATTRIBUTES[name].log:
        return column
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(column)
