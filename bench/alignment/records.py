"""What trials of an alignment gave, on disk one line each, and as tables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.alignment.trials import BASELINE, FLOOR, Distances
from bench.tables import table

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a trial was asked: its records are good for no other. words: those for make align."""

    set: str
    category: str
    exposed: int
    images: int
    methods: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One trial: what was asked, the number of its split, the distances to the held-out boxes."""

    asked: Asked
    split: int
    distances: Distances


def read(path: Path | None) -> list[Record]:
    """Return the trials of a file; none where there is none. A line cut short is left out."""
    if path is None or not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
        except ValueError:  # killed while it wrote
            continue
        asked = {**told["asked"], **{k: tuple(told["asked"][k]) for k in ("methods", "words")}}
        found.append(Record(
            asked=Asked(**asked), split=told["split"], distances=told["distances"]
        ))  # fmt: skip
    return found


def append(path: Path | None, record: Record) -> None:
    """Add a trial to a file."""
    if path is None:
        return
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(record)) + "\n")


def tables(records: Sequence[Record]) -> str:
    """Return, for each category, a table of what every attribute came to at every size."""
    found: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        found.setdefault((record.asked.set, record.asked.category), []).append(record)
    return "\n".join(_table(*key, of_one) for key, of_one in found.items())


def ratios(records: Sequence[Record], of: str, names: str) -> FloatArray:
    """Return (splits,) each split's distance of a set to the held-out boxes over the median floor.

    Over its own floor it would be, where that is 0 by luck, beyond all bounds.
    """
    return np.array([r.distances[of][names] for r in records]) / _median(records, FLOOR, names)


def by_size(records: Sequence[Record]) -> dict[int, list[Record]]:
    """Return the trials of each number of exposed photos, rising."""
    sizes = sorted({record.asked.exposed for record in records})
    return {size: [r for r in records if r.asked.exposed == size] for size in sizes}


def _table(name: str, category: str, records: Sequence[Record]) -> str:
    sizes = by_size(records)
    heads = (BASELINE, *records[0].asked.methods)
    attributes = list(records[0].distances[FLOOR])
    rows = [
        [
            attribute,
            " / ".join(f"{_median(some, FLOOR, attribute):.4f}" for some in sizes.values()),
            *(
                " / ".join(f"{_ratio(some, of, attribute):.2f}" for some in sizes.values())
                for of in heads
            ),
        ]
        for attribute in attributes
    ]  # fmt: skip
    rows.append(_counted(sizes, heads, attributes))
    told = ", ".join(f"{size} ({len(some)} splits)" for size, some in sizes.items())
    title = (
        f"{name}, {category}; exposed photos: {told}. Floor: Bhattacharyya distance of the exposed "
        f"photos to the held-out boxes, median; beside it the median distance of "
        f"{records[0].asked.images} planned scenes over that"
    )
    return table(title, ["attribute", "floor", *heads], rows)


def _counted(
    sizes: Mapping[int, Sequence[Record]], heads: Sequence[str], attributes: Sequence[str]
) -> list[str]:
    counts = [
        " / ".join(
            str(sum(round(_ratio(some, of, name), 2) <= 1 for name in attributes))  # as printed
            for some in sizes.values()
        )
        for of in heads
    ]
    return [f"rows of {len(attributes)} within the floor", "", *counts]


def _ratio(records: Sequence[Record], of: str, names: str) -> float:
    return float(np.median(ratios(records, of, names)))


def _median(records: Sequence[Record], of: str, names: str) -> float:
    return float(np.median([record.distances[of][names] for record in records]))
