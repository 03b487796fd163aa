"""The values of one attribute, or of several jointly, with the image that each came from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scenes.measuring.table import ATTRIBUTES, MetadataTable

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

    @classmethod
    def of_names(cls, table: MetadataTable, name: str, among: Sequence[str]) -> "Sample":
        """Return the place in `among` of the name of every row that has one.

        Every name that is not among them has the place after the last.
        """
        told = table.names(name)
        place = pc.fill_null(pc.index_in(told, value_set=pa.array(among, pa.string())), len(among))
        keep = pc.not_equal(told, "").to_numpy()
        values = place.to_numpy().astype(np.float64)[keep, None]
        return cls(attributes=(name,), values=values, images=table.image_ids[keep])

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
