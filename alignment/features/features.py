"""Features: one row a box or an image, one column a number that a backend read off its pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Values
from assets.errors import UserError

Ids = npt.NDArray[np.int64]


class NoFeatures(UserError):
    """A set of which not one box or image could be described."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """What backends found of a set.

    values: (n, d) float32, finite. names: (d,) as backend.block.number; columns of one block belong
    together and are weighed together. image_ids: (n,). annotation_ids: (n,), or None where a row is
    an image and not a box. backend: the identities of what made them. Rows are in the order of
    `scenes.measuring.measure.measure`: by ascending image id, then annotation id.
    """

    values: Values
    names: tuple[str, ...]
    image_ids: Ids
    annotation_ids: Ids | None
    backend: str

    def __post_init__(self) -> None:
        n = len(self.image_ids)
        if self.values.shape != (n, len(self.names)) or self.values.dtype != np.float32:
            raise ValueError(
                f"Features.values is {self.values.dtype} {self.values.shape}; "
                f"expected float32 ({n}, {len(self.names)})"
            )
        if self.annotation_ids is not None and self.annotation_ids.shape != (n,):
            raise ValueError(f"annotation_ids is {self.annotation_ids.shape}; expected ({n},)")
        if not np.isfinite(self.values).all():
            raise ValueError("Features.values holds what is not finite")
        for array in (self.values, self.image_ids, self.annotation_ids):
            if array is not None:
                array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.image_ids)

    @property
    def blocks(self) -> tuple[str, ...]:
        """(d,) the block of every column: its name up to the last dot."""
        return tuple(name.rsplit(".", 1)[0] for name in self.names)

    @property
    def keys(self) -> Ids:
        """(n,) what tells the rows apart: annotation ids, or image ids of rows that are images."""
        return self.image_ids if self.annotation_ids is None else self.annotation_ids

    def rows(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Features":
        """Return the rows of a boolean mask or of indices."""
        return Features(
            values=self.values[keep], names=self.names, image_ids=self.image_ids[keep],
            annotation_ids=None if self.annotation_ids is None else self.annotation_ids[keep],
            backend=self.backend,
        )  # fmt: skip

    def of_images(self, image_ids: npt.ArrayLike) -> "Features":
        """Return the rows of these images."""
        return self.rows(np.isin(self.image_ids, image_ids))


def side_by_side(given: Sequence[Features]) -> Features:
    """Return the columns of all for the rows that all of them have, in the first one's order.

    Raises ValueError for none, or for boxes beside images; NoFeatures where no row is left.
    """
    if not given or len({one.annotation_ids is None for one in given}) != 1:
        raise ValueError(f"{len(given)} features, of boxes and images; expected one kind")
    shared = reduce(np.intersect1d, [one.keys for one in given])
    if not len(shared):
        raise NoFeatures(
            f"no row has features of all of {', '.join(f.backend for f in given)}; "
            "expected a set with boxes, and with its photos where a backend reads pixels"
        )
    kept = [one.rows(np.isin(one.keys, shared)) for one in given]
    first = kept[0]
    order = [np.argsort(one.keys, kind="stable") for one in kept]
    back = np.argsort(order[0], kind="stable")
    values = [one.values[by_key[back]] for one, by_key in zip(kept, order, strict=True)]
    return Features(
        values=np.hstack(values), names=tuple(name for one in kept for name in one.names),
        image_ids=first.image_ids, annotation_ids=first.annotation_ids,
        backend="+".join(one.backend for one in kept),
    )  # fmt: skip
