"""Which real images a plan was fitted to, and which were kept to judge it: written beside it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

from assets.errors import UserError
from scenes.files.atomic import write_bytes

NAME = "splits.json"
EXPOSED = "exposed"  # the part that may be learned from


class BadSplitRecord(UserError):
    """A record of splits that is cut off, of another shape, or has an image on two sides."""


@dataclass(frozen=True, kw_only=True)
class SplitRecord:
    """A split of a real set's images. shares: asked for. images: file names by part, in order."""

    seed: int
    shares: Mapping[str, float]
    images: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        for (one, here), (two, there) in combinations(self.images.items(), 2):
            if both := set(here) & set(there):
                raise ValueError(f"{min(both)!r} is both in {one} and in {two}; expected one part")

    @cached_property
    def judging(self) -> frozenset[str]:
        """The names of those that no training may see."""
        return frozenset(n for part, ns in self.images.items() if part != EXPOSED for n in ns)

    def judges(self, file_name: str, image_id: int) -> bool:
        """Return whether a photo is kept from training; of several of one name, by its id."""
        return file_name in self.judging or f"{file_name} (image {image_id})" in self.judging

    def write(self, plan_path: Path) -> None:
        """Write splits.json beside a plan. Raises Unwritable."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)
        write_bytes(plan_path.with_name(NAME), f"{text}\n".encode())

    @classmethod
    def beside(cls, plan_path: Path) -> "SplitRecord | None":
        """Return what `write` wrote beside a plan, None where nothing is. Raises BadSplitRecord."""
        path = plan_path.with_name(NAME)
        if not path.is_file():
            return None
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                seed=int(told["seed"]),
                shares={str(k): float(v) for k, v in told["shares"].items()},
                images={str(k): tuple(map(str, v)) for k, v in told["images"].items()},
            )
        except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadSplitRecord(
                f"{path}: {type(error).__name__} {error}; expected what `make plan` wrote: "
                "plan again"
            ) from None
