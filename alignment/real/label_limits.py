"""What people boxed in the real set: the limits below which a rendered object gets no label."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.real.split import Exposed, fittable
from scenes.labels.policy import LabelSettings
from scenes.measuring.table import MetadataTable

FloatArray = npt.NDArray[np.float64]
SECOND = 1  # one slip of the mouse in a small set must not set the limit


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Settings whose limits are fixed now, and a sentence on each limit that was learned."""

    settings: LabelSettings
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """How real boxes become pixels of the render. photo_px: image id to (W, H)."""

    photo_px: Mapping[int, tuple[int, int]]
    long_side_px: int


def learn_policy(given: Exposed, scaling: Scaling, settings: LabelSettings) -> Learned:
    """Return the settings with their limits learned from exposed boxes, or as they are if fixed.

    Each limit is a low quantile of boxes scaled to the render: `learned_share` of them may lie
    below, and the smallest one always may. min_box_px: of box areas; min_side_px: of their shorter
    sides; min_cut_side_px: of the shorter sides of boxes that touch the border; min_visible_px: of
    mask areas, where the set has masks. No limit falls below the fixed one, and fewer than
    `learned_boxes` boxes teach none. min_visible_fraction cannot be seen in boxes and stays.
    """
    if settings.rule == "fixed":
        return Learned(settings=settings, notes=())
    found = {
        limit: values[np.isfinite(values)]
        for limit, values in _values(fittable(given), scaling).items()
    }
    limits = {
        limit: max(getattr(settings, limit), math.floor(_low(values, settings.learned_share)))
        for limit, values in found.items()
        if len(values) >= settings.learned_boxes
    }
    fixed = replace(settings, rule="fixed", **limits)
    notes = tuple(_note(limit, limits, found, settings) for limit in found)
    return Learned(settings=fixed, notes=notes)


def _values(table: MetadataTable, scaling: Scaling) -> dict[str, FloatArray]:
    """Return what each limit is learned from, in pixels of the render; NaN where unknown."""
    there = table.attributes
    photos = [scaling.photo_px[i] for i in table.image_ids]
    sizes = np.array(photos, dtype=np.float64).reshape(-1, 2)
    scale = scaling.long_side_px / sizes.max(axis=1)
    area = table.column("bbox_area") * sizes.prod(axis=1) * scale**2
    aspect = table.column("aspect") if "aspect" in there else np.full(len(table), np.nan)
    side = np.sqrt(area * np.minimum(aspect, 1 / aspect))
    cut = table.column("truncated") > 0 if "truncated" in there else np.zeros(len(table), bool)
    values = {"min_box_px": area, "min_side_px": side, "min_cut_side_px": side[cut]}
    if "visible_area" in there:
        values["min_visible_px"] = table.column("visible_area") * scale**2
    return values


def _low(values: FloatArray, share: float) -> float:
    """Return the quantile, never below the second smallest value."""
    ordered = np.sort(values)
    place = max(float(SECOND), share * (len(ordered) - 1))
    return float(np.interp(place, np.arange(len(ordered)), ordered))


def _note(
    limit: str, limits: Mapping[str, int], found: Mapping[str, FloatArray], settings: LabelSettings
) -> str:
    count = len(found[limit])
    if limit not in limits:
        return f"labels.{limit}: {getattr(settings, limit)}, as {count} boxes teach none"
    least = found[limit].min()
    how = "from" if limits[limit] > getattr(settings, limit) else "the least allowed, above"
    return f"labels.{limit}: {limits[limit]}, {how} {count} boxes of {least:.0f} upwards"
