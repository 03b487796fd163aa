from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.masking.view import Mask, View

CLUSTERS = 8
CORE = 0.8  # of the ellipse in the box, taken for the thing where clusters are weighed
LIKELY = 0.5
_ROUNDS = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.2)


class Clusters:
    """The colours that are more common in the middle of the box than around it.

    k-means of the view's Lab colours; a cluster is the thing's where it is denser in the core of
    the box than outside it. It has no edges to follow, so it holds where thing and background
    differ little but everywhere.
    """

    name = "clusters"
    identity = "clusters-1"

    def mask(self, view: View) -> Mask | None:
        """Return the pixels of the thing's colours inside the box."""
        found = (likelihood(view) > LIKELY) & view.inside
        return found if found.any() else None


@lru_cache(maxsize=1)
def likelihood(view: View) -> npt.NDArray[np.float64]:
    """Return (h, w): of each pixel's colour, the density in the core by that in and out of it.

    The last view's is kept, since two methods begin with it.
    """
    lab = cv2.cvtColor(view.without_others.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    smooth = cv2.bilateralFilter(lab, 5, 10, 3).reshape(-1, 3)
    cv2.setRNGSeed(0)  # of this thread alone
    count = min(CLUSTERS, len(smooth))
    _, labels, _ = cv2.kmeans(smooth, count, None, _ROUNDS, 2, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]  # the stub does not know None
    core, rest = view.radius.ravel() < CORE, ~view.inside.ravel()
    if not rest.any():
        rest = view.radius.ravel() > 1
    inside, outside = (
        np.bincount(labels.ravel()[where], minlength=count) / max(where.sum(), 1)
        for where in (core, rest)
    )
    share = inside / np.maximum(inside + outside, 1e-9)
    return np.asarray(share[labels.ravel()].reshape(view.rgb.shape[:2]))
