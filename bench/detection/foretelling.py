"""Does a distance foretell real AP: `python -m bench.detection.foretelling JUDGE EVALUATION ...`.

JUDGE: judge.json of `make judge` over 20 sets or more. EVALUATION: evaluation.json of
`make evaluate` over the same sets, once for each kind of features; feature distances are called by
the kind. Sets meet by their names.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.detection.scoring.bootstrap import Estimate
from alignment.detection.scoring.foretelling import foretold, together
from bench.tables import table

FloatArray = npt.NDArray[np.float64]
DRAWS, RIDGE = 2000, 1.0
FEATURES = "features"  # what names of distances in feature space begin with
METADATA = "metadata, geometric mean"


def main() -> None:
    """Print the correlation of each predictor with AP, and of all together, left out in turn."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    judged, *evaluated = (json.loads(Path(p).read_text(encoding="utf-8")) for p in sys.argv[1:])
    ap = {
        arm["name"]: arm["measures"]["AP"]["value"]
        for arm in judged["arms"] if arm["kind"] == "set"
    }  # fmt: skip
    beyond = {row["name"] for told in evaluated for row in told["sets"]
              if not isfinite(float(row["composite"]["middle"]))}  # fmt: skip
    ap = {name: value for name, value in ap.items() if name not in beyond}
    if beyond:
        sys.stdout.write(f"infinitely far, left out: {', '.join(sorted(beyond))}\n\n")
    predictors = dict(_predictors(evaluated, list(ap)))
    values = np.array(list(ap.values()))
    alone = foretold(np.random.default_rng(0), values, predictors, DRAWS)
    several = {name: told for name, told in predictors.items() if name not in _sums(predictors)}
    joint = together(np.random.default_rng(1), values, several, DRAWS, RIDGE)
    rows = [[one.predictor, _told(one.pearson), _told(one.spearman),
             "yes" if one.foretells else "cannot tell", _weight(joint.weights, one.predictor)]
            for one in alone]  # fmt: skip
    rows.append([f"all {len(several)} together, each set left out", _told(joint.correlation), "",
                 "yes" if joint.foretells else "cannot tell", ""])  # fmt: skip
    head = ["logarithm of", "Pearson with AP", "Spearman", "foretells", "AP a deviation"]
    title = f"{len(ap)} sets, AP {values.min():.3f} to {values.max():.3f}"
    sys.stdout.write(table(title, head, rows) + "\n")


def _predictors(evaluated: Sequence[Any], names: Sequence[str]) -> Iterator[tuple[str, FloatArray]]:
    """Yield logarithms of distances over their floors, by name, in the order of names."""
    metadata: dict[str, FloatArray] = {}
    for told in evaluated:
        kind = told["settings"]["features"]
        rows = {row["name"]: row for row in told["sets"]}
        for part, floor in told["floor"]["parts"].items():
            over = np.array([rows[name]["parts"][part]["middle"] for name in names], dtype=float)
            over = np.log(np.maximum(over, 1e-3) / max(floor["middle"], 1e-3))
            if part.startswith(FEATURES):
                yield f"{part} ({kind})", over
            elif part not in metadata:
                metadata[part] = over
                yield part, over
        yield f"composite ({kind})", np.log([rows[n]["composite"]["middle"] for n in names])
    yield METADATA, np.mean(list(metadata.values()), axis=0)


def _sums(predictors: Mapping[str, FloatArray]) -> tuple[str, ...]:
    """Return what is made of the others."""
    return tuple(name for name in predictors if name.startswith("composite") or name == METADATA)


def _told(one: Estimate) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "\N{EM DASH}"
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _weight(weights: Mapping[str, float], name: str) -> str:
    return f"{weights[name]:+.4f}" if name in weights else ""


if __name__ == "__main__":
    main()
