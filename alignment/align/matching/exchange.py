"""Exactly N scenes of a weighted pool: no near-duplicates, and as near the target as the weights.

N scenes drawn by their weights miss what the weights match by chance, the more the fewer they are.
So a few times N candidates are drawn by their weights, N of them by systematic sampling, and then
scenes are exchanged for candidates as long as that brings the matched shares nearer to what the
weights make of them.

A pool is previewed small, and boxes shift when they are looked at as large as they will be
rendered. So those drawn are looked at again, and exchanges go on with what they show; the last
are for scenes that were looked at too. A scene that shows nothing is exchanged first of all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from alignment.align.matching.moments import Moments
from alignment.align.pool.scene_pool import ScenePool
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Closer = Callable[[IntArray], Moments]  # what scenes of the pool show at the size of rendering

CANDIDATES = 4  # times N
PASSES = 3  # over the drawn scenes, each exchanged at most once a pass
LOOKS = 4  # at what is kept, each followed by exchanges
ALIKE = 0.02  # of the image (and of the logarithm of a side): boxes nearer than this look the same


class TooFewScenes(UserError):
    """A pool with fewer different scenes than the plan is to have."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Draft:
    """Scenes drawn so far.

    candidates: (n,) numbers of scenes, of which `kept` (images,) are places. gaps: the candidates'
    moments. aim: (K,), what those of the kept are to average. order: (images,) of what is kept.
    """

    candidates: IntArray
    kept: IntArray
    gaps: Moments
    aim: FloatArray
    order: IntArray

    def scenes(self) -> IntArray:
        """Return (images,) different scenes, in random order."""
        return self.candidates[self.kept][self.order]

    def looked_at(self, closer: Closer) -> "Draft":
        """Return the draft after exchanges for what closer looks at the kept scenes show."""
        gaps, kept = self.gaps, self.kept
        empty, unseen = np.zeros(len(gaps), dtype=bool), np.ones(len(gaps), dtype=bool)
        with threadpool_limits(1):  # of small products, threads would only wait
            for left in reversed(range(LOOKS)):
                seen = closer(self.candidates[kept])
                gaps = gaps.with_rows(kept, seen)
                empty[kept], unseen[kept] = ~seen.totals.any(axis=1), False
                kept = exchanged(gaps, self.aim, kept, empty if left else empty | unseen)
        return replace(self, gaps=gaps, kept=kept)


def draw(
    rng: np.random.Generator, pool: ScenePool, moments: Moments, weights: FloatArray, images: int
) -> IntArray:
    """Return (images,) different scenes, in random order, as the pool shows them: see `draft`."""
    return draft(rng, pool, moments, weights, images).scenes()


def draft(
    rng: np.random.Generator, pool: ScenePool, moments: Moments, weights: FloatArray, images: int
) -> Draft:
    """Return `images` different scenes of a pool. Raises TooFewScenes.

    weights: (s,) summing to 1. No scene's chance exceeds 1, so where the weights rest on fewer
    scenes than are wanted the rest comes from the scenes that weigh next.
    """
    distinct = first_of_alike(pool)
    if len(distinct) < images:
        raise TooFewScenes(
            f"the pool holds {len(distinct)} scenes that differ; expected {images} or more: raise "
            "pool.most_scenes or ask for fewer images"
        )
    count = min(CANDIDATES * images, len(distinct))
    chosen_rng, kept_rng, order_rng = rng.spawn(3)
    candidates = distinct[systematic(chosen_rng, weights[distinct], count)]
    # candidates over-represent heavy scenes less than the weights do, so they are weighed again
    share = weights[candidates] / capped(weights[distinct], count)[
        np.searchsorted(distinct, candidates)]  # fmt: skip
    gaps = moments.part(candidates)
    aim = moments.gap(weights)  # not 0: the weights keep off the target as far as was held best
    with threadpool_limits(1):  # of small products, threads would only wait
        kept = exchanged(gaps, aim, systematic(kept_rng, share, images))
    return Draft(
        candidates=candidates, kept=kept, gaps=gaps, aim=aim, order=order_rng.permutation(images)
    )


def capped(weights: FloatArray, count: int) -> FloatArray:
    """Return (n,) chances that sum to `count`, in proportion to weights where below 1."""
    chances = np.zeros(len(weights))
    free = np.ones(len(weights), dtype=bool)
    floor = np.finfo(float).tiny + weights.max() * 1e-12
    raised = np.maximum(weights, floor)
    while True:
        left = count - (~free).sum()
        chances[free] = raised[free] * left / raised[free].sum()
        over = free & (chances >= 1)
        if not over.any():
            return chances
        chances[over] = 1.0
        free &= ~over
        if not free.any():
            return chances


def systematic(rng: np.random.Generator, weights: FloatArray, count: int) -> IntArray:
    """Return (count,) different places, each with its `capped` chance: one random start.

    Source: Madow 1949. Places are rising.
    """
    ends = np.cumsum(capped(weights, count))
    ends *= count / ends[-1]
    picks = np.arange(count) + rng.uniform()
    return np.asarray(np.minimum(np.searchsorted(ends, picks, side="right"), len(weights) - 1))


def exchanged(
    gaps: Moments, aim: FloatArray, kept: IntArray, barred: npt.NDArray[np.bool_] | None = None
) -> IntArray:
    """Return the kept places after exchanges that bring their mean gaps nearer to what is aimed at.

    gaps: of every candidate. aim: (K,), what they are to average. One exchange at a time, each the
    best for the place that leaves. barred: (n,), of candidates, which are to leave.
    """
    rows = gaps.rows() - aim
    held = np.zeros(len(rows), dtype=bool)
    held[kept] = True
    out = np.zeros(len(rows), dtype=bool) if barred is None else barred
    total = rows[held].sum(axis=0)
    squares = np.square(rows).sum(axis=1)
    for _ in range(PASSES):
        changed = False
        for place in np.flatnonzero(held):
            without = total - rows[place]
            gain = squares + 2 * (
                gaps.along(without) - aim @ without
            )  # sparse: a tenth of the dense product
            stay = np.inf if out[place] else gain[place]
            gain[held | out] = np.inf
            best = int(gain.argmin())
            if gain[best] < stay:
                held[place], held[best] = False, True
                total = without + rows[best]
                changed = True
        if not changed:
            break
    return np.flatnonzero(held)


def first_of_alike(pool: ScenePool) -> IntArray:
    """Return the places of scenes, leaving out those whose boxes repeat an earlier scene's.

    Alike are scenes of one configuration with equally many boxes, each in the same cell of ALIKE.
    """
    codes, counts = _codes(pool), np.diff(pool.begin)
    first = np.ones(len(pool), dtype=bool)
    for count in np.unique(counts):
        scenes = np.flatnonzero(counts == count)
        boxes = np.sort(codes[pool.begin[scenes, None] + np.arange(count)], axis=1)
        _, kept = np.unique(np.column_stack([pool.owner[scenes], boxes]), axis=0, return_index=True)
        first[scenes] = np.isin(np.arange(len(scenes)), kept)
    return np.flatnonzero(first)


def _codes(pool: ScenePool) -> IntArray:
    """Return (boxes,) a number for each box's cell of ALIKE."""
    table = pool.table
    area, aspect = (np.log(table.column(name)) / 2 for name in ("bbox_area", "aspect"))
    columns = (table.column("center_x"), table.column("center_y"), area, aspect)
    cells = np.column_stack([np.round(column / ALIKE) for column in columns]).astype(np.int16)
    packed = np.ascontiguousarray(cells).view(np.int64)[:, 0]  # four numbers of 16 bits
    return np.asarray(packed)
