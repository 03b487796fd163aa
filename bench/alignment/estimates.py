"""How near estimates come to photos they never saw.

`python -m bench.alignment.estimates --categories chair`

Of each split of the photos, what the exposed ones alone are smoothed to is held against the boxes
of all others, on bins that these fix: no scenes, no search. Beside it, the estimate that foretells
held-out exposed photos best, taken by itself. Both are told as a ratio to the exposed photos' own
distance, of means over the splits. TWINSET_REAL names the set.
"""

import argparse
import sys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from alignment.align.population.smoothing import smoothed
from alignment.real.split import split
from alignment.samples.bins import Bins, distance_of_shares
from alignment.samples.sample import Sample
from bench.alignment.trials import Case, judged_on
from bench.alignment.unseen import cases_of
from bench.tables import table

HEADS = ("the likeliest alone", "stacked")
FloatArray = npt.NDArray[np.float64]


def main() -> None:
    """Print a table for every category."""
    asked = _asked()
    numbers = range(asked.first, asked.first + asked.splits)
    cases = cases_of(asked.categories, asked.exposed, 1000, (), ["grid=coarse"])
    by_category: dict[str, list[Case]] = {}
    for case in cases:
        by_category.setdefault(case.real.category, []).append(case)
    with threadpool_limits(1):
        for category, sizes in by_category.items():
            sys.stdout.write("\n" + _table(category, sizes, numbers))
            sys.stdout.flush()


def distances(case: Case, number: int) -> dict[str, FloatArray]:
    """Return by attribute (3,) the distances of the exposed boxes, and of the two estimates."""
    exposed, held_out = split(np.random.default_rng([number, 5]), case.real.table, case.exposed)
    judge = held_out.for_judging()
    found = {}
    for told, (one, bins) in judged_on(judge, case.settings).items():
        seen, shares = one.sample(exposed.table), bins.share(one.sample(judge).values)
        tried = [bins.share(seen.values), *estimates(number, seen, bins)]
        found[told] = np.array([float(distance_of_shares(shares, each)) for each in tried])
    return found


def estimates(number: int, seen: Sample, bins: Bins) -> tuple[FloatArray, FloatArray]:
    """Return (cells,) shares twice: of the likeliest estimate alone, and as they are stacked."""
    found = smoothed(np.random.default_rng(number), seen, bins)
    best = max(found.scores or found.mix, key=lambda one: found.scores.get(one, 0.0))
    return best.shares(seen.values, bins, seen.attributes), found.shares


def _table(category: str, cases: Sequence[Case], numbers: range) -> str:
    tried = [[distances(case, number) for number in numbers] for case in cases]
    means = {
        told: np.array([np.mean([one[told] for one in of_size], axis=0) for of_size in tried])
        for told in tried[0][0]
    }
    rows = [_row(told, mean) for told, mean in means.items()]
    ratios = np.array([mean[:, 1:] / mean[:, :1] for mean in means.values()])
    rows.append(["geometric mean", "", *_joined(np.exp(np.log(ratios).mean(axis=0)))])
    sizes = " / ".join(str(case.exposed) for case in cases)
    title = f"{category}; {sizes} exposed photos, {len(numbers)} splits; ratios of means"
    return table(title, ["attribute", "floor", *HEADS], rows)


def _row(told: str, mean: FloatArray) -> list[str]:
    floor = " / ".join(f"{each:.4f}" for each in mean[:, 0])
    return [told, floor, *_joined(mean[:, 1:] / mean[:, :1])]


def _joined(ratios: FloatArray) -> list[str]:
    return [" / ".join(f"{ratio:.2f}" for ratio in column) for column in ratios.T]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--categories", nargs="+", required=True)
    parser.add_argument("--exposed", nargs="+", type=int, default=[20, 60, 100])
    parser.add_argument("--splits", type=int, default=30)
    parser.add_argument("--first", type=int, default=0, help="number of the first split")
    return parser.parse_args()


if __name__ == "__main__":
    main()
