"""Whether the names that are to be matched can be."""

from alignment.align.brief.real_set import RealSet
from alignment.align.brief.settings import AlignSettings
from alignment.samples.facet import categories_of, facet_of
from assets.errors import UserError
from scenes.measuring.table import NAMED


class NotMatchable(UserError):
    """A name to be matched that the set does not have, or that the method cannot match."""


def check_named(settings: AlignSettings, real: RealSet) -> None:
    """Raise NotMatchable where a name is asked for that cannot be matched."""
    for name in sorted(NAMED.intersection(settings.match.attributes)):
        if settings.method == "config":
            raise NotMatchable(
                f"attributes: {name} is matched by weights over scenes; expected method=scenes or "
                f"method=mixture, or attributes without {name}"
            )
        if not any(facet_of(real.table, one, (name,)).among for one in categories_of(real.table)):
            raise NotMatchable(f"attributes: this set has no {name}; {_cure(settings, name)}")


def _cure(settings: AlignSettings, name: str) -> str:
    if settings.inferred is None:
        return (
            f"run `make infer` and give inferred=OUT/inferred.parquet, or attributes without {name}"
        )
    return (
        f"inferred={settings.inferred} tells none of its boxes, since `make infer` left {name} out "
        f"(inference.json beside it says why); expected attributes without {name}"
    )
