"""How an attribute's range is cut into bins, by the values that are judged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

OTHERS = "others"
NOWHERE = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Binning:
    """Names of bins, and between which inner edges (B - 1,) or of which words each is."""

    names: tuple[str, ...]
    edges: FloatArray
    words: tuple[str, ...] = ()

    @classmethod
    def of_numbers(cls, values: FloatArray, bins: int) -> "Binning":
        """Return at most so many bins of about equally many values each.

        Where there are no more different values than bins, each value is a bin.
        """
        different = np.unique(values)
        if len(different) <= bins:
            return cls(names=tuple(f"{v:g}" for v in different),
                       edges=(different[1:] + different[:-1]) / 2)  # fmt: skip
        inner = np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])
        edges = np.unique(inner[inner > different[0]])
        edges = edges if len(edges) else different[1:2]  # nearly all are the least value
        told = [f"{edge:.3g}" for edge in edges]
        between = (f"{low} to {high}" for low, high in pairwise(told))
        return cls(names=(f"below {told[0]}", *between, f"{told[-1]} and more"), edges=edges)

    @classmethod
    def of_words(cls, values: Sequence[str], bins: int) -> "Binning":
        """Return a bin for each of the commonest words, and one for all others."""
        count = Counter(value for value in values if value)
        words = sorted(count, key=lambda word: (-count[word], word))
        kept = tuple(words if len(words) <= bins else words[: bins - 1])
        names = kept if len(kept) == len(words) else (*kept, OTHERS)
        return cls(names=names, edges=np.zeros(0), words=kept)

    def places(self, values: FloatArray | Sequence[str]) -> IntArray:
        """Return (n,) the bin of each value, NOWHERE for NaN and "", and for a word without one."""
        if isinstance(values, np.ndarray):
            place = np.searchsorted(self.edges, values, side="right")
            return np.where(np.isnan(values), NOWHERE, place).astype(np.int64)
        other = len(self.words) if len(self.names) > len(self.words) else NOWHERE
        place_of = {"": NOWHERE, **{word: k for k, word in enumerate(self.words)}}
        return np.array([place_of.get(value, other) for value in values], dtype=np.int64)

    def ends(self, number: int) -> tuple[float | None, float | None]:
        """Return the ends of a bin, None where it has none."""
        inner = [None, *self.edges.tolist(), None]
        return (None, None) if self.words else (inner[number], inner[number + 1])
