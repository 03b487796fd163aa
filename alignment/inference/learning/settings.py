from dataclasses import dataclass
from typing import Literal

Head = Literal["linear", "ridge", "forest", "boosting"]


@dataclass(frozen=True, kw_only=True)
class FittingSettings:
    """How heads are fitted and chosen. select: columns that the random forest keeps.

    folds and inner_folds: of whole images; the outer ones judge what the inner ones chose.
    """

    heads: tuple[Head, ...]
    select: int
    trees: int
    folds: int
    inner_folds: int

    def __post_init__(self) -> None:
        if not self.heads or len(set(self.heads)) != len(self.heads):
            raise ValueError(f"heads is {list(self.heads)}; expected one or more, each once")
        for name, least in (("select", 1), ("trees", 10), ("folds", 2), ("inner_folds", 2)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
