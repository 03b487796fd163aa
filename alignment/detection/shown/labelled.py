"""An annotated set as pictures with boxes: of the judged categories, and of the images on disk."""

import os
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.detection.detector import Example
from alignment.detection.shown.categories import labels_by_id
from alignment.detection.shown.pictures import Picture, digest_of
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """A set narrowed to what is judged. name: unlike that of any other. digests: by image id."""

    name: str
    annotated: AnnotatedSet
    digests: Mapping[int, str]
    labels: Mapping[int, int]

    def pictures(self, *, real: bool) -> tuple[Picture, ...]:
        """Return all of it to learn from, images without a box as well."""
        by_image: dict[int, list[Annotation]] = defaultdict(list)
        for annotation in self.annotated.annotations:
            by_image[annotation.image_id].append(annotation)
        return tuple(
            Picture(
                example=self._example(image, by_image[image.id], real),
                digest=self.digests[image.id], set_name=self.name, image_id=image.id,
                file_name=image.file_name,
            )
            for image in self.annotated.images
        )  # fmt: skip

    def _example(self, image: AnnotatedImage, own: Sequence[Annotation], real: bool) -> Example:
        assert image.path is not None  # `labelled` keeps no other
        boxes: npt.NDArray[np.float64] = np.array([a.bbox for a in own], dtype=np.float64)
        return Example(
            path=image.path, size_px=(image.width_px, image.height_px), boxes=boxes.reshape(-1, 4),
            labels=np.array([self.labels[a.category_id] for a in own], dtype=np.int64), real=real,
        )  # fmt: skip


def labelled(annotated: AnnotatedSet, name: str, names: Sequence[str]) -> Labelled:
    """Return a set's images on disk and its boxes of these categories, under these very names.

    A set without a single box is all images that show none of them. Raises CategoriesDiffer.
    """
    labels = labels_by_id(annotated, names) if annotated.annotations else {}
    images = tuple(image for image in annotated.images if image.path is not None)
    there = {image.id for image in images}
    kept = tuple(a for a in annotated.annotations
                 if a.category_id in labels and a.image_id in there)  # fmt: skip
    narrowed = replace(
        annotated, images=images, annotations=kept,
        categories={key: names[label] for key, label in labels.items()},
    )  # fmt: skip
    return Labelled(name=name, annotated=narrowed, digests=_digests(images), labels=labels)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number where it is taken."""
    numbers = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(n for n in numbers if n not in taken)


def _digests(images: Sequence[AnnotatedImage]) -> dict[int, str]:
    paths = [image.path for image in images if image.path is not None]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing releases the lock
        return dict(zip((image.id for image in images), pool.map(digest_of, paths), strict=True))
