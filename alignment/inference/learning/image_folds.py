"""Which rows are left out together: folds of whole images."""

import numpy as np
import numpy.typing as npt

from alignment.features.features import Ids


def folds_of(rng: np.random.Generator, images: Ids, folds: int) -> npt.NDArray[np.intp]:
    """Return (n,) the fold of every row; all rows of an image are in one, sizes as even as can be.

    Images are dealt in random order, those of most rows first, to the fold with fewest rows.
    """
    ids, place, count = np.unique(images, return_inverse=True, return_counts=True)
    shuffled = rng.permutation(len(ids))
    of_image, filled = np.zeros(len(ids), dtype=np.intp), np.zeros(folds)
    for image in shuffled[np.argsort(-count[shuffled], kind="stable")]:
        of_image[image] = int(np.argmin(filled))
        filled[of_image[image]] += count[image]
    return of_image[place]
