"""Names that no scene of a pool shows."""

import numpy as np

from alignment.align.matching.moments import Group
from alignment.align.reach.reach import ASSETS, ENOUGH, LEAST_SHARE, Unreached
from alignment.samples.sample import Sample


def unshown(group: Group, boxes: Sample) -> tuple[Unreached, ...]:
    """Return the names of a group that the pool's boxes do not show; () below LEAST_SHARE."""
    among = group.facet.among
    places = boxes.values[:, 0].astype(np.int64)
    missed = np.bincount(places, minlength=len(among) + 1)[: len(among)] < ENOUGH
    share = float(group.target.shares[: len(among)][missed].sum())
    if share < LEAST_SHARE:
        return ()
    return (Unreached(
        attributes=group.names, component=None, share=share, main=group.names[0], side="between",
        begins=None, stops=None, knob=ASSETS, bound="", bound_value=None,
        names=tuple(name for name, gone in zip(among, missed, strict=True) if gone),
    ),)  # fmt: skip
