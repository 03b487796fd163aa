import cv2
import numpy as np

from alignment.fragments.masking.view import Mask, Rgb

RADIUS_PX = 5
_HOW = {"telea": cv2.INPAINT_TELEA, "ns": cv2.INPAINT_NS}


class Inpainting:
    """Colours that go on from the rim inwards.

    Source: Telea 2004 (telea); Bertalmio, Bertozzi, Sapiro 2001 (ns).
    """

    def __init__(self, name: str) -> None:
        self._how, self.identity = _HOW[name], f"{name}-1"

    def paint(self, rgb: Rgb, gone: Mask) -> Rgb:
        """Return the picture, `gone` filled from its rim."""
        made = cv2.inpaint(np.ascontiguousarray(rgb), gone.astype(np.uint8), RADIUS_PX, self._how)
        return np.asarray(made, dtype=np.uint8)
