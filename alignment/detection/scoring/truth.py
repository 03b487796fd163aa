"""What the test photos really show: the boxes that predictions are judged by."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet, Annotation

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FEWEST = 5  # boxes, below which an average precision is a matter of luck


class NoSuchCategory(UserError):
    """Test photos that show nothing of what the detectors were taught, by name."""


class TooFewBoxes(UserError):
    """Test photos with too few boxes to judge by."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """The boxes of P test photos, n in all, photo by photo.

    categories: names, in the order of a detector's labels. image_ids: (P,) as in the set.
    sizes_px: (P, 2) width and height. boxes: (n, 4) x, y, w, h in pixels. photos, labels: (n,)
    places in image_ids and categories. annotation_ids: (n,) as in the set. ignored: (n,) boxes that
    nobody need find and that may be found: crowds, and what the set calls difficult. crowds: (n,)
    those of them that hold many objects, so that any number of predictions inside is let pass.
    left_out: boxes by category of the set that no label names, which are not judged.
    """

    categories: tuple[str, ...]
    image_ids: IntArray
    sizes_px: FloatArray
    boxes: FloatArray
    photos: IntArray
    labels: IntArray
    annotation_ids: IntArray
    ignored: BoolArray
    crowds: BoolArray
    left_out: Mapping[str, int]

    def __post_init__(self) -> None:
        for name in ("image_ids", "sizes_px", "boxes", "photos", "labels", "annotation_ids",
                     "ignored", "crowds"):  # fmt: skip
            getattr(self, name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def photo_count(self) -> int:
        """How many photos there are, those without a box among them."""
        return len(self.image_ids)

    @property
    def area_shares(self) -> FloatArray:
        """(n,) the share of its picture that each box covers."""
        return np.asarray(self.boxes[:, 2:].prod(axis=1) / self.sizes_px[self.photos].prod(axis=1))

    @classmethod
    def of(cls, annotated: AnnotatedSet, categories: Sequence[str]) -> "Truth":
        """Return a set's boxes under a detector's labels, matched by name.

        A name is matched exactly first, then whatever its case and separators. Boxes of other
        categories are counted and not judged. Raises NoSuchCategory, and TooFewBoxes below FEWEST.
        """
        label_of = _labels(annotated, categories)
        place = {image.id: index for index, image in enumerate(annotated.images)}
        kept = sorted(
            (one for one in annotated.annotations if one.category_id in label_of),
            key=lambda one: place[one.image_id],
        )
        truth = cls(
            categories=tuple(categories), left_out=_left_out(annotated, label_of),
            image_ids=np.array([image.id for image in annotated.images], dtype=np.int64),
            sizes_px=np.array([(image.width_px, image.height_px) for image in annotated.images],
                              dtype=np.float64).reshape(-1, 2),
            boxes=np.array([one.bbox for one in kept], dtype=np.float64).reshape(-1, 4),
            photos=np.array([place[one.image_id] for one in kept], dtype=np.int64),
            labels=np.array([label_of[one.category_id] for one in kept], dtype=np.int64),
            annotation_ids=np.array([one.id for one in kept], dtype=np.int64),
            ignored=np.array([_is_ignored(one) for one in kept], dtype=np.bool_),
            crowds=np.array([_is_crowd(one) for one in kept], dtype=np.bool_),
        )  # fmt: skip
        return _enough(truth, annotated)


def _labels(annotated: AnnotatedSet, categories: Sequence[str]) -> dict[int, int]:
    found = {}
    alike = {_form(name): label for label, name in reversed(list(enumerate(categories)))}
    for key, name in annotated.categories.items():
        label = categories.index(name) if name in categories else alike.get(_form(name))
        if label is not None:
            found[key] = label
    if not found:
        count = Counter(one.category_id for one in annotated.annotations)
        told = ", ".join(f"{name} ({count[key]} boxes)"
                         for key, name in sorted(annotated.categories.items()))  # fmt: skip
        raise NoSuchCategory(
            f"test set {annotated.name!r} shows {told or 'no category'}; expected some of "
            f"{', '.join(categories)}, which the detectors are taught; rename its categories "
            "or give another TEST=..."
        )
    return found


def _enough(truth: Truth, annotated: AnnotatedSet) -> Truth:
    wanted = int((~truth.ignored).sum())
    if wanted < FEWEST:
        raise TooFewBoxes(
            f"test set {annotated.name!r} has {wanted} boxes of {', '.join(truth.categories)} in "
            f"{truth.photo_count} photos; expected {FEWEST} or more to judge by; set more photos "
            "aside or give a folder of them with TEST=..."
        )
    return truth


def _left_out(annotated: AnnotatedSet, label_of: Mapping[int, int]) -> dict[str, int]:
    count = Counter(one.category_id for one in annotated.annotations)
    return {
        name: count[key]
        for key, name in sorted(annotated.categories.items())
        if key not in label_of and count[key]
    }


def _is_crowd(annotation: Annotation) -> bool:
    return annotation.extra.get("iscrowd") in (1, True)


def _is_ignored(annotation: Annotation) -> bool:
    return _is_crowd(annotation) or any(
        annotation.extra.get(name) in (1, True, "1") for name in ("ignore", "difficult")
    )


def _form(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
