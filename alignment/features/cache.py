"""Features kept by the hash of what they are of, so that nothing is described twice."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Boxes
from scenes.files.atomic import make_folder, write_bytes
from scenes.sets.annotated_set import AnnotatedImage


@dataclass(frozen=True, kw_only=True)
class FeatureCache:
    """A folder of .npy files, one an image and backend, or an inference's fold. None: none kept.

    The key is the SHA-256 of the backend's identity, the image file's bytes, its size and the
    boxes; so a changed photo, box or set of weights is described anew, and a moved one is not.
    """

    folder: Path | None

    def read(
        self, key: str, shape: tuple[int, ...], kind: npt.DTypeLike = np.float32
    ) -> npt.NDArray[Any] | None:
        """Return what was kept under a key, None where nothing whole of that shape and kind was."""
        if self.folder is None:
            return None
        try:
            found = np.load(self._path(key), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None  # not there, or damaged by the disk: described again
        if not isinstance(found, np.ndarray) or (found.dtype, found.shape) != (kind, shape):
            return None
        return found if np.isfinite(found).all() else None

    def write(self, key: str, values: npt.NDArray[Any]) -> None:
        """Keep an array under a key. Raises Unwritable."""
        if self.folder is None:
            return
        path = self._path(key)
        make_folder(path.parent)
        held = io.BytesIO()
        np.save(held, values, allow_pickle=False)
        write_bytes(path, held.getvalue())

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / f"{key}.npy"


def key_of(identity: str, image: AnnotatedImage, boxes: Boxes | None) -> str:
    """Return the key of an image's boxes (n, 4), or of the whole image where boxes is None."""
    digest = hashlib.sha256(f"{identity}|{image.width_px}x{image.height_px}|".encode())
    digest.update(b"image" if boxes is None else np.ascontiguousarray(boxes, "<f8").tobytes())
    if image.path is not None:
        digest.update(hashlib.sha256(image.path.read_bytes()).digest())
    return digest.hexdigest()
