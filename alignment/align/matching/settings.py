import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alignment.align.population.settings import Oversampling
from scenes.measuring.table import APPEARANCE, NAMED, check_attributes

ALL_LOOKS = "appearance"  # the word for all of APPEARANCE
LOOKED = frozenset({"background_similarity", *APPEARANCE})  # of objects, matched by choosing looks


@dataclass(frozen=True, kw_only=True)
class MatchSettings:
    """conf/align.yaml, match: what method=mixture and method=scenes match.

    attributes: each by itself, numbers, NAMED, or "appearance" for all of APPEARANCE. pairs: of
    numbers, jointly. bins, pair_bins: cells along an axis. tau: the entropy's strength, None to
    choose it by cross-validation inside the exposed photos. oversampling: of rare boxes, which are
    then asked for more often. class_weights: of several categories, the boxes of each in relation
    to the others', 1 where it is not named; None for as many as the photos show.
    """

    attributes: tuple[str, ...]
    pairs: tuple[tuple[str, ...], ...]
    bins: int
    pair_bins: int
    tau: float | None
    oversampling: Oversampling
    class_weights: Mapping[str, float] | None

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes, NAMED | {ALL_LOOKS})
        for pair in self.pairs:
            check_attributes("pairs", pair)
        if not self.names:
            raise ValueError(
                f"attributes {list(self.attributes)} and no pairs; expected one at least that a "
                "preview can tell, which scenes are weighted for"
            )
        if self.bins < 2 or self.pair_bins < 2:
            raise ValueError(f"bins {self.bins}, pair_bins {self.pair_bins}; expected 2 or more")
        if any(len(pair) != 2 for pair in self.pairs):
            raise ValueError(f"pairs {self.pairs}; expected two attributes each")
        for name, weight in (self.class_weights or {}).items():
            if not 0 < weight < math.inf:
                raise ValueError(f"class_weights.{name} is {weight}; expected above 0")
        if self.tau is not None and self.tau <= 0:
            raise ValueError(f"tau is {self.tau}; expected above 0, or null")

    @property
    def as_found(self) -> "MatchSettings":
        """The same, with boxes as often as the photos show them."""
        how = replace(self.oversampling, kind="none", weights=None)
        return replace(self, oversampling=how, class_weights=None)

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """What scenes are weighted for, each a tuple of attributes; those by themselves first."""
        alone = ((name,) for name in self.spelt_out if name not in LOOKED)
        return (*alone, *self.pairs)

    @property
    def looked_at(self) -> tuple[tuple[str, ...], ...]:
        """What looks are chosen for, since only pixels tell it."""
        return tuple((name,) for name in self.spelt_out if name in LOOKED)

    @property
    def spelt_out(self) -> tuple[str, ...]:
        """The attributes, each by its own name and once."""
        each = (APPEARANCE if name == ALL_LOOKS else (name,) for name in self.attributes)
        return tuple(dict.fromkeys(name for names in each for name in names))
