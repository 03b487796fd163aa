"""The photos that a set is developed towards: a labelled set's, or a folder's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.real.split import Exposed
from assets.errors import UserError
from scenes.formats.find import SetNotFound
from scenes.formats.read import read_real
from scenes.measuring.pixels import luma, pixel_attributes, scaled_down
from scenes.measuring.table import MetadataTable
from scenes.plan.splits import SplitRecord
from scenes.sets.photos import SUFFIXES, inspect_photo, read_rgb

HELD_OUT = ("validation", "test")


class NoPhotosToBeLike(UserError):
    """A place without photos that effects could be solved for."""


@dataclass(frozen=True, kw_only=True)
class Photos:
    """Photos that a fit may see. folder: that of all. names: inside it. held_out: left out."""

    folder: Path
    names: tuple[str, ...]
    held_out: tuple[str, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where they lie."""
        return tuple(self.folder / name for name in self.names)

    def measured(self, long_side_px: int) -> Exposed:
        """Return what they measure at the size of the renders. Raises PhotoUnreadable."""
        rows = [_row(path, long_side_px) for path in self.paths]
        columns = {f"image_{name}": np.array([row[name] for row in rows]) for name in rows[0]}
        ids = np.arange(1, len(rows) + 1)
        return Exposed(table=MetadataTable.from_columns({"image_id": ids, **columns}))


def photos_of(real: Path, format: str | None, record: SplitRecord | None) -> Photos:
    """Return the photos of a set in any format, or of a folder of nothing but photos.

    Those whose file name a record keeps to judge by are left out, whatever folder they are in.
    Raises NoPhotosToBeLike and what reading raises.
    """
    found = _found(real, format)
    parts = record.images if record else {}
    kept = {Path(name).name for part in HELD_OUT for name in parts.get(part, ())}
    names = sorted(path.relative_to(_folder(found, real)).as_posix() for path in found)
    shown = tuple(name for name in names if Path(name).name not in kept)
    if not shown:
        raise NoPhotosToBeLike(
            f"REAL={real}: {len(names)} photos, of which {len(names) - len(shown)} are kept to "
            "judge by; expected photos, or a labelled set with photos, on disk"
        )
    return Photos(
        folder=_folder(found, real), names=shown,
        held_out=tuple(name for name in names if name not in set(shown)),
    )  # fmt: skip


def _found(real: Path, format: str | None) -> tuple[Path, ...]:
    try:
        images = read_real(real, format=format).images
        return tuple(image.path.absolute() for image in images if image.path)
    except SetNotFound:
        if not real.is_dir() or format is not None:
            raise
        return tuple(
            path.absolute() for path in real.rglob("*")
            if path.suffix.lower() in SUFFIXES and path.is_file()
        )  # fmt: skip


def _folder(found: Sequence[Path], real: Path) -> Path:
    root = real.absolute() if real.is_dir() else real.absolute().parent
    inside = all(root in path.parents for path in found)
    return root if inside else Path(found[0].anchor)


def _row(path: Path, long_side_px: int) -> dict[str, float]:
    size_px = inspect_photo(path, None).size_px or (1, 1)  # one that cannot be read raises below
    return dict(pixel_attributes(luma(scaled_down(read_rgb(path, size_px), long_side_px))))
