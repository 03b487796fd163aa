"""A set in, its features out: chunk by chunk, so that neither photos nor crops fill the memory."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from alignment.features.backends.backend import Backend, Boxes, Picture, Values
from alignment.features.cache import FeatureCache, key_of
from alignment.features.features import Features, Ids, NoFeatures, side_by_side
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.photos import read_rgb

CHUNK = 16  # images that are decoded at a time, a thread
Told = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Work:
    """One image to describe. boxes: (k, 4) and their annotations' ids, both None for the image."""

    image: AnnotatedImage
    boxes: Boxes | None
    annotation_ids: Ids | None

    @property
    def rows(self) -> int:
        return 1 if self.boxes is None else len(self.boxes)


def box_features(
    annotated: AnnotatedSet, backends: Sequence[Backend], cache: FeatureCache, told: Told
) -> Features:
    """Return one row a box, with the columns of every backend side by side.

    Boxes of images without pixels have no row where a backend needs pixels, nor have those of
    images whose size nothing told. told: called with how many images of how many are done. Raises
    NoFeatures, PhotoUnreadable, Unwritable.
    """
    return _features(annotated, backends, cache, told, _boxes_by_image(annotated))


def image_features(
    annotated: AnnotatedSet, backends: Sequence[Backend], cache: FeatureCache, told: Told
) -> Features:
    """Return one row an image. As `box_features` for the rest."""
    images = sorted(annotated.images, key=lambda image: image.id)
    work = [_Work(image=image, boxes=None, annotation_ids=None) for image in images]
    return _features(annotated, backends, cache, told, work)


def _features(
    annotated: AnnotatedSet, backends: Sequence[Backend], cache: FeatureCache, told: Told,
    work: Sequence[_Work],
) -> Features:  # fmt: skip
    found = []
    for index, backend in enumerate(backends):
        seen = [w for w in work if _can_see(backend, w.image)]
        if not seen:
            raise NoFeatures(
                f"set {annotated.root}: features.backends has {backend.name}, for which none of "
                f"its {len(annotated.images)} photos is there; put them into images/, or choose "
                "features=geometry"
            )
        before = index * len(work)

        def count(done: int, before: int = before) -> None:
            told(before + done, len(backends) * len(work))

        found.append(_of_backend(backend, seen, cache, count))
    return side_by_side(found)


def _can_see(backend: Backend, image: AnnotatedImage) -> bool:
    return not image.size_assumed and (not backend.needs_pixels or image.path is not None)


def _of_backend(
    backend: Backend, work: Sequence[_Work], cache: FeatureCache, count: Callable[[int], None]
) -> Features:
    threads = (os.cpu_count() or 1) if backend.parallel else 1
    chunks: list[Values] = []
    with ThreadPoolExecutor(threads) as pool:
        done = 0
        for values in pool.map(lambda some: _chunk(backend, some, cache), _chunks(work)):
            chunks.append(values)
            done += CHUNK
            count(min(done, len(work)))
    of_boxes = work[0].boxes is not None
    return Features(
        values=np.vstack(chunks), names=backend.crop_names if of_boxes else backend.image_names,
        image_ids=np.concatenate([np.full(w.rows, w.image.id, np.int64) for w in work]),
        annotation_ids=_annotation_ids(work) if of_boxes else None, backend=backend.identity,
    )  # fmt: skip


def _chunk(backend: Backend, work: Sequence[_Work], cache: FeatureCache) -> Values:
    width = len(backend.image_names if work[0].boxes is None else backend.crop_names)
    kept: dict[int, Values] = {}
    keys = [_key(backend, w) for w in work]
    for index, (one, key) in enumerate(zip(work, keys, strict=True)):
        if key is not None and (values := cache.read(key, (one.rows, width))) is not None:
            kept[index] = values
    lacking = [index for index in range(len(work)) if index not in kept]
    for index, values in zip(lacking, _described(backend, [work[i] for i in lacking]), strict=True):
        kept[index] = values
        if (key := keys[index]) is not None:
            cache.write(key, values)
    return np.vstack([kept[index] for index in range(len(work))])


def _key(backend: Backend, work: _Work) -> str | None:
    """Return the cache's key, None for what is computed faster than it is read."""
    return key_of(backend.identity, work.image, work.boxes) if backend.needs_pixels else None


def _described(backend: Backend, work: Sequence[_Work]) -> Iterator[Values]:
    """Yield the features of each image or of its boxes."""
    if not work:
        return
    pictures = [_picture(backend, w.image) for w in work]
    if work[0].boxes is None:
        values = backend.image_features(pictures)
    else:
        scaled = [_scaled(w, picture) for w, picture in zip(work, pictures, strict=True)]
        values = backend.crop_features(pictures, scaled)
    ends = np.cumsum([w.rows for w in work])
    yield from np.split(np.asarray(values, dtype=np.float32), ends[:-1])


def _picture(backend: Backend, image: AnnotatedImage) -> Picture:
    size_px = (image.width_px, image.height_px)
    if not backend.needs_pixels or image.path is None:
        return Picture(size_px=size_px, rgb=None)
    rgb = read_rgb(image.path, size_px)
    return Picture(size_px=(rgb.shape[1], rgb.shape[0]), rgb=rgb)


def _scaled(work: _Work, picture: Picture) -> Boxes:
    """Return boxes in the photo's own pixels: its file may be of another size than is told."""
    assert work.boxes is not None
    scale = np.array(picture.size_px) / (work.image.width_px, work.image.height_px)
    return work.boxes * np.tile(scale, 2)


def _chunks(work: Sequence[_Work]) -> Iterable[Sequence[_Work]]:
    return (work[start : start + CHUNK] for start in range(0, len(work), CHUNK))


def _boxes_by_image(annotated: AnnotatedSet) -> list[_Work]:
    by_image = defaultdict(list)
    for annotation in sorted(annotated.annotations, key=lambda a: (a.image_id, a.id)):
        by_image[annotation.image_id].append(annotation)
    images = {image.id: image for image in annotated.images}
    return [
        _Work(
            image=images[key], boxes=np.array([a.bbox for a in own], dtype=np.float64),
            annotation_ids=np.array([a.id for a in own], dtype=np.int64),
        )
        for key, own in by_image.items()
    ]  # fmt: skip


def _annotation_ids(work: Sequence[_Work]) -> Ids:
    return np.concatenate([w.annotation_ids for w in work if w.annotation_ids is not None])
