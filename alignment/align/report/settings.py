from collections.abc import Iterable
from dataclasses import dataclass, replace

from scenes.measuring.table import NAMED, check_attributes


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What the report compares, and how often it resamples."""

    attributes: tuple[str, ...]
    bins: int
    splits: int
    cross_fits: int
    sheet_images: int

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes, NAMED)
        for name, least in (("bins", 2), ("splits", 1), ("cross_fits", 0), ("sheet_images", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")

    def with_names(self, names: Iterable[str]) -> "ReportSettings":
        """Return the same with further attributes, those that were matched by looks."""
        return replace(self, attributes=tuple(dict.fromkeys((*self.attributes, *names))))
