import cv2
import numpy as np

from alignment.features.backends.grabcut import parted
from alignment.fragments.masking.view import Mask, View

ROUNDS = 5
CORE = 0.6  # of the ellipse in the box, which is the thing: without it GrabCut can lose it all


class GrabCut:
    """What is in the box against what is around it, by colour and edges.

    Source: Rother, Kolmogorov, Blake 2004.
    """

    name = "grabcut"
    identity = "grabcut-1"

    def mask(self, view: View) -> Mask | None:
        """Return the thing as GrabCut parts it from what lies outside the box."""
        return cut(view, view.inside)


def cut(view: View, likely: Mask) -> Mask | None:
    """Return what GrabCut makes of a first guess; outside the box is background, the core a thing.

    A box as large as the view leaves its rim for background.
    """
    mask = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[view.radius < CORE] = cv2.GC_FGD
    outside = ~view.inside
    if not outside.any():
        outside[[0, -1]] = outside[:, [0, -1]] = True
    mask[outside] = cv2.GC_BGD
    return parted(view.without_others, mask, ROUNDS)
