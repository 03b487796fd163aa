"""What scenes are weighted to match: shares of cells, of boxes and of images, as a sparse matrix.

A weight belongs to a whole scene, but most of what is matched is a share of *boxes*. With weights w
over scenes, c[s, k] boxes of scene s in cell k and n[s] boxes in all, the share of cell k is
sum w c / sum w n; that it be t[k] says sum w (c - t n) = 0, which is linear in w. A share of images
has n = 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.stats import entropy

from alignment.align.population.smoothing import Smoothed
from alignment.samples.facet import Facet
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

LEAST_BOXES = 1e-9  # a scene
LEAST_SHARE = 1e-4  # of a cell, when its sampling error is reckoned
FULL, FALL = 3.0, 4  # of how many free shares on gaps count in standard errors; below, what power
FEWEST = 0.3  # free shares, of a target that is nearly one cell


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """One facet that is to be matched: cells, their shares, how well known.

    target: what the exposed sample was smoothed to. values: how many it had. least: the unit of
    gaps is no smaller.
    """

    target: Smoothed
    facet: Facet
    values: int
    least: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes that are matched jointly."""
        return self.target.names

    @property
    def free(self) -> float:
        """How many of its shares are free: the effective number of cells (Hill 1973), less one."""
        return float(np.exp(entropy(self.target.shares)) - 1)

    @property
    def slack(self) -> FloatArray:
        """(cells,) the unit of gaps: standard error of the shares, of so many independent values.

        Of fewer than FULL free shares it is much less: a share of yes against no is one number,
        which no smoothing betters, and groups of twenty cells would outweigh it.
        """
        share = np.maximum(self.target.shares, LEAST_SHARE)
        error = np.sqrt(share * (1 - share) / self.values)
        unit = error * (np.clip(self.free, FEWEST, FULL) / FULL) ** FALL
        return np.asarray(np.maximum(unit, self.least))


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """The gaps of every scene from every group, A (s, K), kept as C - n t' with sparse C.

    A[:, k] averaged by the weights of scenes is how far the share of cell k is from its target, in
    the slack of that target. counts: C (s, K), scaled. totals: n (s, groups). targets:
    (groups, K), t, scaled, zero outside a group's own cells. per_scene: (groups,), what counts and
    totals are scaled by: boxes a scene, so that gaps are of shares.
    """

    counts: sparse.csr_matrix
    totals: FloatArray
    targets: FloatArray
    per_scene: FloatArray
    groups: tuple[Group, ...]

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def along(self, direction: FloatArray) -> FloatArray:
        """Return (s,) A @ direction, of (K,)."""
        return np.asarray(self.counts @ direction - self.totals @ (self.targets @ direction))

    def gap(self, weights: FloatArray) -> FloatArray:
        """Return (K,) A' w: how far weights (s,) leave each cell from its target."""
        return np.asarray(self.counts.T @ weights - (weights @ self.totals) @ self.targets)

    def squares(self) -> FloatArray:
        """Return (K,) the mean square of each gap over the scenes."""
        own = np.asarray(self.counts.multiply(self.counts).mean(axis=0)).ravel()
        crossed = np.asarray(self.counts.T @ self.totals) / len(self)
        both = self.totals.T @ self.totals / len(self)
        wanted = self.targets.T
        mixed = np.einsum("kg,gh,kh->k", wanted, both, wanted)
        return np.asarray(own - 2 * (crossed * wanted).sum(axis=1) + mixed)

    def again(self, sample_of: Callable[[Group], Sample], scenes: int) -> "Moments":
        """Return the moments of `scenes` scenes seen otherwise, in the same units."""
        found = moments_of(self.groups, sample_of, scenes, self.per_scene)
        return replace(found, targets=self.targets)

    def with_rows(self, index: npt.NDArray[np.int64], seen: "Moments") -> "Moments":
        """Return these moments with those of `index` as they are `seen`, of the same units."""
        place = np.arange(len(self))
        place[index] = len(self) + np.arange(len(index))
        return replace(
            self, counts=sparse.vstack([self.counts, seen.counts], format="csr")[place],
            totals=np.concatenate([self.totals, seen.totals])[place],
        )  # fmt: skip

    def rows(self) -> FloatArray:
        """Return A, dense."""
        return np.asarray(self.counts.toarray() - self.totals @ self.targets)

    def part(self, index: npt.NDArray[np.int64]) -> "Moments":
        """Return the moments of these scenes, numbered anew."""
        return replace(self, counts=self.counts[index], totals=self.totals[index])

    def mean_of(self, owner: npt.NDArray[np.intp], owners: int) -> "Moments":
        """Return the moments of groups of scenes, each the mean of its own (owner (s,))."""
        size = np.bincount(owner, minlength=owners).astype(np.float64)
        mean = sparse.csr_matrix(
            (1 / size[owner], (owner, np.arange(len(owner)))), shape=(owners, len(owner))
        )
        return replace(
            self, counts=(mean @ self.counts).tocsr(), totals=np.asarray(mean @ self.totals)
        )


def moments_of(
    groups: Sequence[Group], sample_of: Callable[[Group], Sample], scenes: int,
    per_scene: FloatArray | None = None,
) -> Moments:  # fmt: skip
    """Return the moments of a pool of `scenes` scenes, numbered from 0.

    sample_of: what the pool's scenes show of a group's attributes; images are numbers of scenes.
    per_scene: (groups,) boxes a scene of another pool, in whose units they are to be.
    """
    samples = [sample_of(group) for group in groups]
    if per_scene is None:
        per_scene = np.array([max(len(sample) / scenes, LEAST_BOXES) for sample in samples])
    blocks, totals = [], []
    targets = np.zeros((len(groups), sum(g.target.bins.size for g in groups)))
    first = 0
    for row, (group, sample, mean) in enumerate(zip(groups, samples, per_scene, strict=True)):
        size = group.target.bins.size
        cells = group.target.bins.index(sample.values)
        scale = 1 / group.slack
        blocks.append(sparse.csr_matrix(
            (scale[cells] / mean, (sample.images, cells)), shape=(scenes, size)))  # fmt: skip
        totals.append(np.bincount(sample.images, minlength=scenes) / mean)
        targets[row, first : first + size] = _wanted(group, cells) * scale
        first += size
    return Moments(
        counts=sparse.hstack(blocks, format="csr"), totals=np.column_stack(totals), targets=targets,
        per_scene=per_scene, groups=tuple(groups),
    )  # fmt: skip


def _wanted(group: Group, shown: npt.NDArray[np.intp]) -> FloatArray:
    """Return (cells,) the shares asked of scenes that show these cells: among those, what is asked.

    Asked of cells that no scene shows, a share would be missed the less the fewer boxes there are,
    so that weights would go to scenes without any; it is told as out of reach instead.
    """
    shares = group.target.shares
    there = np.where(np.bincount(shown, minlength=len(shares)) > 0, shares, 0.0)
    return np.asarray(there / there.sum()) if len(shown) else shares
