"""How often each distance's verdict is right, on planted samples: `make bench-verdicts`.

Photos of two objects with two normal attributes each, against 600 images of the same population,
of one whose first attribute is shifted by half a standard deviation, and of one whose attributes
correlate by 0.7.
"""

import sys
from collections import Counter
from collections.abc import Callable

import numpy as np

from alignment.distances.classifier import classifier_auc
from alignment.distances.distance import Distance, on_bins
from alignment.distances.floor import Verdict, compare_by
from alignment.distances.ordered import kolmogorov_smirnov, wasserstein_over_iqr
from alignment.distances.pairwise import energy, mmd
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample

TRIALS, SPLITS, OBJECTS = 30, 100, 2
NAMES = ("center_y", "center_x")
CASES = {"the same": (0.0, 0.0), "shifted by 0.5": (0.5, 0.0), "correlated by 0.7": (0.0, 0.7)}
ALONE: tuple[Callable[[Sample], Distance], ...] = (
    lambda real: on_bins(Bins.of(real, 20)), wasserstein_over_iqr, lambda _: kolmogorov_smirnov(),
    energy, mmd,
)  # fmt: skip
JOINT: tuple[Callable[[Sample], Distance], ...] = (
    lambda real: on_bins(Bins.of(real, 8)), energy, mmd, classifier_auc,
)  # fmt: skip


def photos(rng: np.random.Generator, count: int, shift: float, tied: float) -> Sample:
    """Return `count` photos of normal attributes."""
    covariance = [[1.0, tied], [tied, 1.0]]
    values = rng.multivariate_normal([shift, 0.0], covariance, OBJECTS * count)
    return Sample(attributes=NAMES, values=values, images=np.repeat(np.arange(count), OBJECTS))


def first(sample: Sample) -> Sample:
    """Return the first attribute alone."""
    return Sample(attributes=NAMES[:1], values=sample.values[:, :1], images=sample.images)


def verdicts(count: int, case: str, trial: int) -> list[tuple[str, Verdict]]:
    """Return every distance's verdict in one trial, by its name."""
    rng = np.random.default_rng([trial, count])
    pair = photos(rng, count, 0.0, 0.0), photos(rng, 600, *CASES[case])
    alone = [(f"{d.name}, alone", d, first(pair[0]), first(pair[1]))
             for d in (make(first(pair[0])) for make in ALONE)]  # fmt: skip
    joint = [(f"{d.name}, jointly", d, *pair) for d in (make(pair[0]) for make in JOINT)]
    return [
        (name, compare_by(rng, real, {"made": made}, distance, SPLITS).gaps["made"].verdict)
        for name, distance, real, made in (*alone, *joint)
    ]


def main() -> None:
    """Print one table a number of photos."""
    for count in (20, 60):
        told = {
            case: Counter(v for trial in range(TRIALS) for v in verdicts(count, case, trial))
            for case in CASES
        }
        names = list(dict.fromkeys(name for name, _ in verdicts(count, "the same", 0)))
        lines = [f"| {count} photos | {' | '.join(CASES)} |", "|---|---|---|---|"]
        for name in names:
            found = [told[case] for case in CASES]
            cells = [f"{c[name, Verdict.NOT_ALIGNED]} / {c[name, Verdict.ALIGNED]}" for c in found]
            lines.append(f"| {name} | {' | '.join(cells)} |")
        sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
