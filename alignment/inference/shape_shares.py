"""How common each shape is in the photos, and the weights that make scenes show them so."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue

FloatArray = npt.NDArray[np.float64]
ROUNDS = 200
PSEUDO = 5.0  # boxes a class, in the shares learned from, that count as seen beside the photos


def shares_of(learned: npt.NDArray[np.intp], told: FloatArray) -> FloatArray:
    """Return (classes,) shares among boxes of which a head told (n, classes) probabilities.

    learned: (classes,) boxes of each class that the head was fitted to. Counting the likeliest
    class would copy what the head mixes up; instead the shares are found under which, the head's
    probabilities weighed by them, the boxes' expected counts are those shares.
    Source: Saerens, Latinne, Decaestecker 2002, section 2.2 (EM), with PSEUDO boxes a class.
    """
    before = (learned + PSEUDO) / (learned + PSEUDO).sum()
    shares = before
    for _ in range(ROUNDS):
        weighed = told * (shares / before)
        weighed /= np.maximum(weighed.sum(axis=1, keepdims=True), 1e-12)
        counts = weighed.sum(axis=0) + PSEUDO * len(before) * before
        shares = counts / counts.sum()
    return np.asarray(shares)


def weights_of(shares: Mapping[str, float], catalogue: Catalogue, family: str) -> dict[str, float]:
    """Return the weight of each shape under which scenes show it as often as its share.

    A weight is an asset's, so a shape of many assets needs less; 1 is what a shape weighs unsaid.
    """
    assets = Counter(asset.shape for asset in catalogue.of_category(family))
    known = {shape: share for shape, share in shares.items() if assets[shape]}
    total = sum(known.values())
    every = sum(assets[shape] for shape in known)
    return {s: share / total * every / assets[s] for s, share in known.items()}
