"""Labelled pictures that training may see, and photos that only judge: kept apart by type."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from alignment.detection.detector import Asked, Example, Mixture
from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet


class Leak(UserError):
    """A photo that judges, found where training or a plan's fit would see it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A photo or render with its boxes. digest: SHA-256 of the file. set_name: whose it is.

    example: what a detector learns from it. image_id, file_name: as its set has them.
    """

    example: Example
    digest: str
    set_name: str
    image_id: int
    file_name: str


class Unseen:
    """The photos that no plan and no training saw; whoever judges asks for them by that name.

    annotated: the test set, of the judged categories, each image on disk. digests: SHA-256 of each
    file by image id. names: of the categories, in the order of labels.
    """

    def __init__(
        self, annotated: AnnotatedSet, digests: Mapping[int, str], names: Sequence[str]
    ) -> None:
        images = tuple(sorted(annotated.images, key=lambda image: image.id))
        self.__annotated = replace(annotated, images=images)
        self.names = tuple(names)
        self.digest_of = MappingProxyType(dict(digests))
        self.digests = frozenset(digests.values())
        self.file_names = frozenset(Path(image.file_name).name for image in images)

    def __len__(self) -> int:
        return len(self.__annotated.images)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The photos without their boxes, by rising image id."""
        return tuple(
            Asked(path=image.path, size_px=(image.width_px, image.height_px))
            for image in self.__annotated.images if image.path is not None
        )  # fmt: skip

    def for_judging(self) -> AnnotatedSet:
        """Return the photos with their boxes, by rising image id; `Shown` takes none of them."""
        return self.__annotated


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """Pictures that training may see.

    Raises TypeError on anything but `Picture`, Leak where one is a photo that judges, by whatever
    name.
    """

    pictures: tuple[Picture, ...]
    unseen: Unseen

    def __post_init__(self) -> None:
        for picture in self.pictures:
            if not isinstance(picture, Picture):
                raise TypeError(f"Shown of a {type(picture).__name__}; such photos only judge")
            if picture.digest in self.unseen.digests:
                raise Leak(leak_line(f"set {picture.set_name}", picture.file_name))

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def digests(self) -> frozenset[str]:
        """What tells the pictures from others."""
        return frozenset(picture.digest for picture in self.pictures)

    def drawn(self, seed: Sequence[int], count: int) -> "Shown":
        """Return `count` of the pictures at random, all where there are no more; nested by count.

        The draw depends on the seed and the files alone, not on their order.
        """
        by_digest = sorted(self.pictures, key=lambda picture: (picture.digest, picture.image_id))
        order = np.random.default_rng(seed).permutation(len(by_digest))
        return Shown(pictures=tuple(by_digest[n] for n in order[:count]), unseen=self.unseen)


def together(parts: Sequence[Shown]) -> tuple[Picture, ...]:
    """Return the pictures of all parts, in an order that their files alone decide.

    Raises TypeError on anything but `Shown`: every training starts here.
    """
    for part in parts:
        if not isinstance(part, Shown):
            raise TypeError(f"training was given a {type(part).__name__}; it takes Shown alone")
    pictures = (picture for part in parts for picture in part.pictures)
    return tuple(sorted(pictures, key=lambda p: (p.example.real, p.digest, p.image_id)))


def mixed(parts: Sequence[Shown], real_share: float | None, photos_last: float = 0.0) -> Mixture:
    """Return what a detector is fitted to. Raises TypeError on anything but `Shown`."""
    return Mixture(
        examples=tuple(picture.example for picture in together(parts)),
        categories=parts[0].unseen.names, real_share=real_share, photos_last=photos_last,
    )  # fmt: skip


def refuse_leaks(mixture: Mixture, asked: Iterable[Asked]) -> None:
    """Raise Leak where a file to train on has the bytes of one that judges, now and on disk."""
    judging = {digest_of(photo.path) for photo in asked}
    for example in mixture.examples:
        if digest_of(example.path) in judging:
            raise Leak(leak_line("what is trained on", example.path.name))


def leak_line(where: str, name: str) -> str:
    """Return the sentence of a Leak."""
    return (
        f"{where}: {name} is one of the photos that judge; expected none of them in a training "
        "set, among the photos that a plan was fitted to, or behind a render; take it out of one "
        "of the two, or give other photos with TEST=..."
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
