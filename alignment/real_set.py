"""The real set, read, narrowed to one category and measured: all that alignment knows of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from alignment.real.category import choose_category
from alignment.real.depth import estimate_depth
from alignment.real.reading import read_real
from alignment.settings import AlignSettings
from assets.catalogue import Catalogue
from scenes.annotated import AnnotatedSet
from scenes.measure import measure
from scenes.metadata import MetadataTable

PROJECT = Path(__file__).resolve().parent.parent
MIN_SIDE_PX = 16  # below, Blender renders another size than asked


@dataclass(frozen=True, kw_only=True, eq=False)
class RealSet:
    """One category of a real set. annotated: its objects and the images that hold any."""

    annotated: AnnotatedSet
    category_id: int
    category: str
    table: MetadataTable
    notes: tuple[str, ...]

    @property
    def photo_folder(self) -> Path | None:
        """The deepest folder that holds every photo, or None where there is none on disk."""
        folders = {str(path.parent) for path in self._photos}
        return Path(os.path.commonpath(folders)) if folders else None

    @property
    def photo_names(self) -> tuple[str, ...]:
        """The photos on disk as paths inside `photo_folder`."""
        folder = self.photo_folder
        return tuple(path.relative_to(folder).as_posix() for path in self._photos if folder)

    @property
    def _photos(self) -> tuple[Path, ...]:
        return tuple(image.path.absolute() for image in self.annotated.images if image.path)

    def resolutions_px(self, long_side_px: int) -> tuple[tuple[int, int], ...]:
        """Return each photo's proportions at this longer side, one entry a photo."""
        return tuple(
            _scaled(image.width_px / image.height_px, long_side_px)
            for image in self.annotated.images
        )

    @property
    def photo_px(self) -> dict[int, tuple[int, int]]:
        """Each photo's (W, H), by image id."""
        return {image.id: (image.width_px, image.height_px) for image in self.annotated.images}


def load_real(settings: AlignSettings, catalogue: Catalogue) -> RealSet:
    """Read, choose the category and measure. Raises what reading and choosing raise."""
    path, wanted = settings.real, settings.category
    if path is None:
        path = PROJECT / settings.embedded.path
        wanted = wanted or settings.embedded.category
    whole = read_real(path, format=settings.format)
    category_id = choose_category(whole, wanted, catalogue.serving)
    category = whole.categories[category_id]
    annotated = whole.of_categories({category_id})
    table = measure(annotated, pixels=annotated.has_photos)
    height_m = catalogue.real_height_m(category)
    estimate = estimate_depth(annotated, table, height_m, settings.assumed_fov_deg)
    return RealSet(
        annotated=annotated, category_id=category_id, category=category, table=estimate.table,
        notes=(*annotated.notes, *estimate.notes),
    )  # fmt: skip


def fixed_resolution(settings: AlignSettings) -> tuple[tuple[int, int], ...]:
    """Return the one resolution of proportions=fixed."""
    return (_scaled(settings.image.aspect, settings.image.long_side_px),)


def _scaled(aspect: float, long_side_px: int) -> tuple[int, int]:
    if aspect >= 1:
        return long_side_px, max(MIN_SIDE_PX, round(long_side_px / aspect))
    return max(MIN_SIDE_PX, round(long_side_px * aspect)), long_side_px
