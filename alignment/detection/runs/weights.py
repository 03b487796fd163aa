"""What a run learned, on disk: an archive of arrays without any code, told by its hash."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.detection.detector import Weights
from assets.errors import UserError
from scenes.files.atomic import write_bytes

FILE = "weights.npz"


class WeightsLost(UserError):
    """Weights to go on from that are no longer what their run wrote."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Weights that a run left. digest: SHA-256 of the file."""

    path: Path
    digest: str

    @property
    def is_whole(self) -> bool:
        """Whether the file is there, as it was written."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest() == self.digest
        except OSError:
            return False

    def read(self) -> Weights:
        """Return the weights by name. Raises WeightsLost."""
        try:
            content = self.path.read_bytes()
            if hashlib.sha256(content).hexdigest() != self.digest:
                raise ValueError("other bytes than were written")
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise WeightsLost(
                f"{self.path}: {error}; expected the weights that its run left; run the same "
                "command again, which trains that run anew"
            ) from None


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a run goes on from, and for how many steps; 0: it is asked as it is."""

    kept: Kept
    steps: int


def keep(weights: Weights, folder: Path) -> Kept:
    """Write weights into a run's folder: the same arrays, the same bytes. Raises Unwritable."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        for name, own in sorted(weights.items()):
            held = io.BytesIO()
            np.save(held, np.asarray(own, order="C"), allow_pickle=False)
            into.writestr(zipfile.ZipInfo(f"{name}.npy"), held.getvalue())
    content = archive.getvalue()
    write_bytes(folder / FILE, content)
    return Kept(path=folder / FILE, digest=hashlib.sha256(content).hexdigest())
