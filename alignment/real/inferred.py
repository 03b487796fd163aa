"""`inferred.parquet`: what was predicted of real boxes, and its way into a MetadataTable."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from alignment.features.features import Ids
from assets.errors import UserError
from scenes.files.atomic import write_bytes
from scenes.measuring.table import ATTRIBUTES, NAMED, MetadataTable

FloatArray = npt.NDArray[np.float64]
MARK = b"twinset"
_KIND = b"inferred-1"


class NotInferred(UserError):
    """A file that `make infer` did not write, or wrote of other boxes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """One accepted attribute of n real boxes, NaN or "" where a box has no pixels.

    values: (n,) numbers in the attribute's unit, or names. low, high: (n,) the interval; for a
    class, None. sets: the classes that cannot be ruled out; () for a number. outside: (n,) True
    where nothing like the box was learned from. shares: of every class among the boxes, as
    `alignment.inference.shape_shares` estimates them; {} for a number.
    """

    attribute: str
    values: FloatArray | npt.NDArray[np.str_]
    low: FloatArray | None
    high: FloatArray | None
    sets: Sequence[tuple[str, ...]]
    outside: npt.NDArray[np.bool_]
    shares: Mapping[str, float]

    @property
    def is_class(self) -> bool:
        """True where the values are names."""
        return self.low is None

    @property
    def there(self) -> npt.NDArray[np.bool_]:
        """(n,) True where the box has a value."""
        values = self.values
        return values != "" if self.is_class else np.isfinite(values.astype(np.float64))

    def columns(self) -> Mapping[str, pa.Array]:
        """Return the columns of the file by name."""
        name = self.attribute
        told = {name: pa.array(self.values.tolist()), f"{name}_outside": pa.array(self.outside)}
        if self.low is None or self.high is None:
            return {**told, f"{name}_set": pa.array(["|".join(one) for one in self.sets])}
        return {**told, f"{name}_low": pa.array(self.low), f"{name}_high": pa.array(self.high)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Inferred:
    """All accepted predictions of one real set. image_ids, annotation_ids: (n,) of its boxes."""

    image_ids: Ids
    annotation_ids: Ids
    predictions: tuple[Prediction, ...]

    def write(self, path: Path) -> None:
        """Write parquet: keys, then per attribute value, interval and flag. Raises Unwritable."""
        columns = {
            "image_id": pa.array(self.image_ids), "annotation_id": pa.array(self.annotation_ids),
        }  # fmt: skip
        for prediction in self.predictions:
            columns |= prediction.columns()
        held = io.BytesIO()
        table = pa.table(columns).replace_schema_metadata({MARK: _KIND})
        pq.write_table(table, held, compression="zstd")
        write_bytes(path, held.getvalue())


def read_inferred(path: Path) -> pa.Table:
    """Return what `Inferred.write` wrote. Raises NotInferred."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        found = " ".join(str(error).split())
        raise NotInferred(f"inferred={path}: {found}; expected what `make infer` wrote") from None
    if (table.schema.metadata or {}).get(MARK) != _KIND:
        raise NotInferred(
            f"inferred={path} is not of `make infer`; expected the inferred.parquet of its folder"
        )
    return table


def with_inferred(table: MetadataTable, path: Path) -> tuple[MetadataTable, frozenset[str]]:
    """Return a real table with what was predicted of its boxes as estimated columns, and which.

    Boxes without a prediction are NaN, or have the name "". A column that the set has measured
    stays as measured. Raises NotInferred where the file is of other boxes.
    """
    told = read_inferred(path)
    keys = table.table["annotation_id"].to_numpy()
    place = {key: row for row, key in enumerate(told["annotation_id"].to_pylist())}
    rows = np.array([place.get(int(key), -1) for key in keys], dtype=np.intp)
    images = np.append(told["image_id"].to_numpy(), -1)
    if (
        not len(told)
        or not (rows >= 0).any()
        or (images[rows[rows >= 0]] != table.image_ids[rows >= 0]).any()
    ):
        raise NotInferred(
            f"inferred={path} tells of other boxes than this set's; run `make infer` on this set"
        )
    names = [name for name in told.column_names if name in ATTRIBUTES or name in NAMED]
    names = [name for name in names if name in table.estimated or not table.holds(name)]
    columns = {name: _joined(told[name], name, rows) for name in names}
    return table.with_columns(columns, estimated=names), frozenset(names)


def _joined(told: pa.ChunkedArray, name: str, rows: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    nothing = "" if name in NAMED else np.nan
    return np.asarray(np.append(told.to_numpy(), nothing)[rows])
