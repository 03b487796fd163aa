"""A session over a tiny set of noise, with four predicted depths."""

import numpy as np

from alignment.rating.session import Session, questions_of
from alignment.real.inferred import Inferred, Prediction, read_inferred
from tests.alignment.features.sets_with_photos import noise_set


def predicted(folder):
    """Return the set and its inferred.parquet: depths of boxes 1 to 4, the last without one."""
    annotated = noise_set(folder / "photos", images=2)
    values = np.array([1.5, 2.0, 3.0, np.nan])
    told = Inferred(
        image_ids=np.array([1, 1, 2, 2]), annotation_ids=np.arange(1, 5),
        predictions=(Prediction(
            attribute="depth", values=values, low=values / 2, high=values * 2, sets=(),
            outside=np.zeros(4, bool), shares={},
        ),),
    )  # fmt: skip
    told.write(folder / "inferred.parquet")
    return annotated, folder / "inferred.parquet"


def session(folder):
    annotated, path = predicted(folder)
    asked = questions_of(np.random.default_rng(0), read_inferred(path), "depth", 10)
    return annotated, asked, Session(asked, folder / "ratings.csv")
