from dataclasses import dataclass
from typing import Literal

from scenes.measuring.table import check_attributes


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """What of the real set is matched, and how it is clustered."""

    attributes: tuple[str, ...]
    clustering: Literal["gmm", "kmeans"]
    most_components: int
    covariance_floor: float

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes)
        if not 1 <= self.most_components <= 50:
            raise ValueError(f"most_components is {self.most_components}; expected 1 to 50")
        if not 1e-6 <= self.covariance_floor <= 1:
            raise ValueError(f"covariance_floor is {self.covariance_floor}; expected 1e-6 to 1")
