"""Problems whose truth lies in known columns, and settings that fit them in a second."""

import numpy as np

from alignment.inference.learning.problem import Problem
from alignment.inference.learning.settings import FittingSettings

QUICK = FittingSettings(heads=("ridge", "forest"), select=3, trees=20, folds=3, inner_folds=2)


def planted(seed=0, images=60, per_image=3, noise=0.1, attribute="depth"):
    """`telling` holds the truth in its columns 4 and 7 among noise; `empty` is noise alone."""
    rng = np.random.default_rng(seed)
    count = images * per_image
    telling, empty = rng.normal(size=(2, count, 12))
    truth = telling[:, 4] - 2 * telling[:, 7] + noise * rng.normal(size=count)
    return Problem(
        attribute=attribute, truth=truth, images=np.repeat(np.arange(images), per_image),
        given={"empty": empty, "telling": telling}, classes=(),
    )  # fmt: skip


def planted_classes(seed=0):
    problem = planted(seed)
    truth = (problem.truth > 0).astype(float)
    return Problem(
        attribute="shape", truth=truth, images=problem.images, given=problem.given,
        classes=("stool", "wing"),
    )  # fmt: skip


def quiet(done, total):
    """Nothing is said in a test."""
