"""One row per object, one column per attribute: what real and rendered sets are compared by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.errors import UserError
from scenes.files.atomic import written

FloatArray = npt.NDArray[np.float64]


class UnknownAttribute(UserError):
    """An attribute that is not defined, or that this table does not hold."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One measured quantity. `log`: searched, fitted and binned as its natural log."""

    name: str
    level: Literal["object", "image"]
    log: bool
    unit: str


_PIXEL = ("brightness", "contrast", "entropy", "sharpness", "blur")
_PIXEL_UNIT = {"entropy": "bits"}
_COLOUR = ("red_green", "blue_yellow", "chroma")
_LIGHT = ("brightness", "contrast")

ATTRIBUTES: Mapping[str, Attribute] = {
    a.name: a
    for a in (
        Attribute(name="bbox_area", level="object", log=True, unit="share of image"),
        Attribute(name="center_y", level="object", log=False, unit="share of height"),
        Attribute(name="center_x", level="object", log=False, unit="share of width"),
        Attribute(name="aspect", level="object", log=True, unit="width / height"),
        Attribute(name="truncated", level="object", log=False, unit="0 or 1"),
        Attribute(name="objects_per_image", level="image", log=False, unit="count"),
        Attribute(name="depth", level="object", log=True, unit="m"),
        Attribute(name="visible_area", level="object", log=True, unit="px"),
        Attribute(name="occlusion_index", level="object", log=True, unit="m2"),
        Attribute(name="visible_fraction", level="object", log=False, unit="share"),
        Attribute(name="background_similarity", level="object", log=False, unit="cosine"),
        *(
            Attribute(
                name=f"image_{p}", level="image", log=p == "sharpness", unit=_PIXEL_UNIT.get(p, "")
            )
            for p in _PIXEL
        ),
        *(
            Attribute(
                name=f"bbox_{p}", level="object", log=p == "sharpness", unit=_PIXEL_UNIT.get(p, "")
            )
            for p in _PIXEL
        ),
        *(
            Attribute(name=f"{where}_{c}", level="object", log=False, unit="CIELAB")
            for where in ("bbox", "around")
            for c in _COLOUR
        ),
        *(Attribute(name=f"around_{p}", level="object", log=False, unit="") for p in _LIGHT),
    )
}
APPEARANCE = tuple(  # the look of a thing and of what is around it, by light and colour
    f"{where}_{name}" for where in ("bbox", "around") for name in (*_LIGHT, *_COLOUR)
)
NAMED = frozenset({"shape"})  # of KEYS: names that sets are compared by, each an object's
KEYS = ("source", "image_id", "annotation_id", "category", "shape", "scene_seed", "config_id")


@dataclass(frozen=True, kw_only=True, eq=False)
class MetadataTable:
    """Measured objects, as an Arrow table whose columns are KEYS (those it has) and ATTRIBUTES.

    A column the set cannot give (no photos, no depth) is absent; a value that could not be had for
    one object is NaN. `estimated` names the columns that were inferred rather than measured.
    """

    table: pa.Table
    estimated: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = set(self.table.column_names) - set(KEYS) - set(ATTRIBUTES)
        if unknown:
            raise UnknownAttribute(f"columns {sorted(unknown)} are not attributes of a table")

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, npt.ArrayLike], estimated: Iterable[str] = ()
    ) -> "MetadataTable":
        """Return a table of equally long columns, in the fixed order of KEYS and ATTRIBUTES."""
        order = [name for name in (*KEYS, *ATTRIBUTES) if name in columns]
        extra = [name for name in columns if name not in order]
        arrays = {name: _arrow(name, columns[name]) for name in (*order, *extra)}
        return cls(table=pa.table(arrays), estimated=frozenset(estimated))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes this table holds, in the order of ATTRIBUTES."""
        there = set(self.table.column_names)  # pyarrow makes the list anew each time
        return tuple(name for name in ATTRIBUTES if name in there)

    @property
    def image_ids(self) -> npt.NDArray[np.int64]:
        """(n,) image id of every row."""
        return np.asarray(self.table["image_id"].to_numpy(), dtype=np.int64)

    def column(self, name: str) -> FloatArray:
        """Return (n,) float64, one value a row. Raises UnknownAttribute."""
        if name not in self.attributes:
            raise UnknownAttribute(
                f"attribute {name!r} is not in this table; it holds {', '.join(self.attributes)}"
            )
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)

    def holds(self, name: str) -> bool:
        """Return True where it has a column of this attribute, number or name."""
        return name in self.attributes or name in NAMED.intersection(self.table.column_names)

    def names(self, name: str) -> pa.ChunkedArray:
        """Return a column of NAMED, "" where a row has none. Raises UnknownAttribute."""
        if name not in NAMED.intersection(self.table.column_names):
            raise UnknownAttribute(f"this table holds no names of {name}")
        return pc.fill_null(self.table[name], "")

    def rows(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "MetadataTable":
        """Return the rows of a boolean mask or of indices."""
        index = np.flatnonzero(keep) if keep.dtype == np.bool_ else keep
        return MetadataTable(table=self.table.take(pa.array(index)), estimated=self.estimated)

    def of_images(self, image_ids: Iterable[int]) -> "MetadataTable":
        """Return the rows of these images."""
        return self.rows(np.isin(self.image_ids, list(image_ids)))

    def of_category(self, name: str) -> "MetadataTable":
        """Return the rows of one category; all of them where the table names none."""
        return self.of_categories((name,))

    def of_categories(self, names: Iterable[str]) -> "MetadataTable":
        """Return the rows of these categories; all of them where the table names none."""
        if "category" not in self.table.column_names:
            return self
        wanted = pc.is_in(self.table["category"], value_set=pa.array(list(names), pa.string()))
        keep = np.asarray(wanted.to_numpy(zero_copy_only=False), dtype=np.bool_)
        return self if keep.all() else self.rows(keep)

    def with_columns(
        self, columns: Mapping[str, npt.ArrayLike], estimated: Iterable[str] = ()
    ) -> "MetadataTable":
        """Return a table with these columns added or replaced."""
        told = {name: self.table[name] for name in self.table.column_names}
        return MetadataTable.from_columns({**told, **columns}, self.estimated | set(estimated))

    def write(self, path: Path) -> None:
        """Write parquet, whole or not at all. Equal tables give equal bytes. Raises Unwritable."""
        marked = self.table.replace_schema_metadata({"estimated": ",".join(sorted(self.estimated))})
        with written(path) as handle:
            pq.write_table(marked, handle, compression="zstd")

    @classmethod
    def read(cls, path: Path) -> "MetadataTable":
        """Return what `write` wrote."""
        table = pq.read_table(path)
        told = (table.schema.metadata or {}).get(b"estimated", b"").decode()
        return cls(
            table=table.replace_schema_metadata(None), estimated=frozenset(told.split(",")) - {""}
        )


def check_attributes(
    where: str, names: tuple[str, ...], also: frozenset[str] = frozenset()
) -> None:
    """Raise ValueError unless these are attributes or `also`, each once, and at least one."""
    if not names:
        raise ValueError(f"{where} is empty; expected some of {', '.join(ATTRIBUTES)}")
    for name in names:
        if name in NAMED - also:
            raise ValueError(
                f"{where}: {name} is a name, which has no mean and no order; expected numbers "
                f"here, and {name} in attributes=[...] alone"
            )
        if name not in {*ATTRIBUTES, *also}:
            raise ValueError(f"{where}: {name!r} is not one of {', '.join(ATTRIBUTES)}")
        if names.count(name) > 1:
            raise ValueError(f"{where} names {name} {names.count(name)} times; expected once")


def _arrow(name: str, values: npt.ArrayLike) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if name in ("source", "category", "shape", "config_id"):
        return pa.array(np.asarray(values, dtype=object), type=pa.string())
    if name in ("image_id", "annotation_id", "scene_seed"):
        return pa.array(np.asarray(values, dtype=np.int64))
    return pa.array(np.asarray(values, dtype=np.float64))
