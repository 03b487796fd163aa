"""Which distances are printed of which attributes."""

from alignment.distances.distance import Distance
from alignment.distances.ordered import kolmogorov_smirnov, wasserstein_over_iqr
from alignment.distances.pairwise import energy, mmd
from alignment.samples.sample import Sample
from scenes.measuring.table import NAMED


def beside_bhattacharyya(real: Sample) -> tuple[Distance, ...]:
    """Return what is printed beside the Bhattacharyya distance, scaled by the real set.

    Of an attribute alone also those that need an order. Of names nothing, since no name is nearer
    to one than to another.
    """
    if not NAMED.isdisjoint(real.attributes):
        return ()
    ordered = (wasserstein_over_iqr(real), kolmogorov_smirnov())
    return (*(ordered if len(real.attributes) == 1 else ()), energy(real), mmd(real))
