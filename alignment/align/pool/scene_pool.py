"""The previewed scenes that weights are put on, numbered from 0, and what their boxes look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from alignment.align.pool.previews import PooledConfig, Previewed
from assets.errors import UserError
from scenes.measuring.table import MetadataTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class EmptyPool(UserError):
    """Previews of which none shows an object that would be labelled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ScenePool:
    """Every previewed scene that shows a labelled object, of every configuration.

    table: one row a labelled object; its image_id is the scene's number here. owner: (s,) the place
    in `configs` of each scene's configuration. place: (s,) which of that configuration's scenes it
    is, from 0.
    """

    configs: tuple[PooledConfig, ...]
    table: MetadataTable
    owner: IntArray
    place: IntArray

    @classmethod
    def of(cls, previewed: Sequence[Previewed]) -> "ScenePool":
        """Return the scenes of these configurations, in their order. Raises EmptyPool."""
        tables, owner, place = [], [], []
        count = 0
        for number, one in enumerate(previewed):
            images = one.table.image_ids
            shown = np.unique(images)
            if not len(shown):
                continue
            ids = pa.array(count + np.searchsorted(shown, images))
            at = one.table.table.column_names.index("image_id")
            tables.append(one.table.table.set_column(at, "image_id", ids))
            owner.append(np.full(len(shown), number))
            place.append(shown - 1)  # table_of numbers images from 1
            count += len(shown)
        if not count:
            scenes = sum(one.config.scenes for one in previewed)
            raise EmptyPool(
                f"none of {scenes} previewed scenes shows an object that would be labelled; "
                "expected some to: bring the camera nearer (conf/space, conf/grid) or lower the "
                "limits in conf/labels"
            )
        return cls(
            configs=tuple(one.config for one in previewed),
            table=MetadataTable(table=pa.concat_tables(tables).combine_chunks()),
            owner=np.concatenate(owner), place=np.concatenate(place),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.owner)

    def by_config(self, weights: FloatArray) -> FloatArray:
        """Return (configs,) the weight of each configuration's scenes together."""
        return np.bincount(self.owner, weights, minlength=len(self.configs)).astype(np.float64)

    @cached_property
    def begin(self) -> IntArray:
        """(s + 1,) the row of `table` at which each scene's begin."""
        return np.searchsorted(self.table.image_ids, np.arange(len(self) + 1))

    def part(self, scenes: IntArray) -> "ScenePool":
        """Return these scenes alone, numbered anew."""
        return ScenePool(
            configs=self.configs, table=self.drawn(scenes), owner=self.owner[scenes],
            place=self.place[scenes],
        )  # fmt: skip

    def drawn(self, scenes: IntArray) -> MetadataTable:
        """Return the boxes of these scenes, which may repeat, as images numbered from 0."""
        begin = self.begin
        counts = begin[scenes + 1] - begin[scenes]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        table = self.table.rows(np.repeat(begin[scenes], counts) + within).table
        at = table.column_names.index("image_id")
        ids = pa.array(np.repeat(np.arange(len(scenes)), counts))
        return MetadataTable(table=table.set_column(at, "image_id", ids))
