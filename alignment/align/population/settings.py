from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenes.measuring.table import check_attributes


@dataclass(frozen=True, kw_only=True)
class Oversampling:
    """How rare boxes are asked for more often than the photos show them.

    kind: smote and adasyn make boxes between rare ones, weights repeats boxes as the file `weights`
    says. attributes: what is made of a box. by: whose cells tell what is rare. cells: at most so
    many. share: of the fullest cell's boxes, to which the others are brought.
    """

    kind: Literal["none", "smote", "adasyn", "weights"]
    weights: Path | None
    attributes: tuple[str, ...]
    by: tuple[str, ...]
    cells: int
    share: float
    seed: int

    def __post_init__(self) -> None:
        if self.kind == "weights" and self.weights is None:
            raise ValueError(
                "oversample is weights and no file is told; give target.weights=FILE, a JSON "
                "object or a CSV of annotation ids and weights"
            )
        if self.kind != "weights" and self.weights is not None:
            raise ValueError(
                f"weights is {self.weights} and oversample {self.kind}; expected "
                "target.oversample=weights, or no file"
            )
        if not 2 <= self.cells <= 50:
            raise ValueError(f"cells is {self.cells}; expected 2 to 50")
        if not 0 < self.share <= 1:
            raise ValueError(f"cell_share is {self.share}; expected above 0, to 1")


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """What of the real set is matched, and how it is clustered."""

    attributes: tuple[str, ...]
    clustering: Literal["gmm", "kmeans"]
    most_components: int
    covariance_floor: float
    oversampling: Oversampling

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes)
        if not 1 <= self.most_components <= 50:
            raise ValueError(f"most_components is {self.most_components}; expected 1 to 50")
        if not 1e-6 <= self.covariance_floor <= 1:
            raise ValueError(f"covariance_floor is {self.covariance_floor}; expected 1e-6 to 1")
