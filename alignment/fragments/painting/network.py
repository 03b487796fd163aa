"""A network that fills holes, from weights on this disk."""

import hashlib
import importlib
from pathlib import Path
from typing import Any

import numpy as np

from alignment.fragments.masking.view import Mask, Rgb
from assets.errors import UserError

STEP_PX = 8  # what such networks halve their picture by, again and again


class NoPainter(UserError):
    """A painting network without torch or without weights."""


class Network:
    """A TorchScript of (1, 3, h, w) in [0, 1] and (1, 1, h, w), 1 where to fill, to (1, 3, h, w).

    LaMa (Suvorov et al. 2022) is published so. TorchScript is a program: take it only from whom
    you trust.
    """

    def __init__(self, file: Path | None) -> None:
        """Load the weights. Raises NoPainter."""
        if file is None or not file.is_file():
            raise NoPainter(
                f"backgrounds.painter=network, but backgrounds.weights={file} is no file; give a "
                "TorchScript of picture and mask to picture, or use backgrounds.painter=telea"
            )
        try:
            self._torch: Any = importlib.import_module("torch")
        except ImportError as error:
            raise NoPainter(
                f"backgrounds.painter=network needs torch ({error}); run `make setup-features`, or "
                "use backgrounds.painter=telea"
            ) from None
        try:
            self._model = self._torch.jit.load(str(file), map_location="cpu").eval()
        except (RuntimeError, ValueError, OSError) as error:
            raise NoPainter(
                f"{file}: {str(error).splitlines()[0]}; expected a TorchScript file"
            ) from None
        self.identity = f"network-1-{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"

    def paint(self, rgb: Rgb, gone: Mask) -> Rgb:
        """Return the picture, `gone` as the network fills it."""
        height, width = gone.shape
        more = (0, -height % STEP_PX), (0, -width % STEP_PX)
        picture = np.pad(rgb, (*more, (0, 0)), mode="symmetric").astype(np.float32) / 255
        mask = np.pad(gone, more).astype(np.float32)
        with self._torch.inference_mode():
            made = self._model(
                self._torch.from_numpy(picture.transpose(2, 0, 1)[None].copy()),
                self._torch.from_numpy(mask[None, None].copy()),
            )
        filled = np.asarray(made[0]).transpose(1, 2, 0)[:height, :width]
        found = np.rint(np.clip(filled, 0, 1) * 255).astype(np.uint8)
        return np.where(gone[..., None], found, rgb)
