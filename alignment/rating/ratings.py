"""`ratings.csv`: one line a rating, appended whole; the last one of a box counts."""

import csv
import io
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from assets.errors import UserError
from scenes.files.atomic import make_folder, writing

HEAD = ("attribute", "annotation_id", "image_id", "predicted", "rating")
LEAST, MOST = 0, 5
MOST_BYTES = 4096  # that a page tells at once
Key = tuple[str, int]


class BadRatings(UserError):
    """A CSV that is not of ratings."""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What a person said of one box. rating: 0 to 5."""

    attribute: str
    annotation_id: int
    image_id: int
    predicted: str
    rating: int

    def __post_init__(self) -> None:
        if not LEAST <= self.rating <= MOST:
            raise ValueError(f"rating is {self.rating}; expected {LEAST} to {MOST}")

    @property
    def key(self) -> Key:
        """What a later rating of the same replaces."""
        return self.attribute, self.annotation_id


@dataclass(frozen=True, kw_only=True)
class Summary:
    """counts: how many boxes were given 0, 1, ... 5."""

    attribute: str
    counts: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many boxes are rated."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean rating; 0 where there is none."""
        return sum(n * count for n, count in enumerate(self.counts)) / max(self.count, 1)


def read_ratings(path: Path) -> dict[Key, Rating]:
    """Return the last rating of every box, none where there is no file. Raises BadRatings.

    A last line without its end, which a kill in the middle of a write could leave, does not count.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadRatings(f"{path}: {error}; expected a CSV of ratings") from None
    whole = text[: text.rfind("\n") + 1]
    rows = list(csv.reader(io.StringIO(whole)))
    if rows and tuple(rows[0]) != HEAD:
        raise BadRatings(f"{path}: the first line is {rows[0]}; expected {','.join(HEAD)}")
    ratings = [_rating(path, number, row) for number, row in enumerate(rows[1:], 2)]
    return {rating.key: rating for rating in ratings}


def append_rating(path: Path, rating: Rating) -> None:
    """Append one line by one write, and wait for the disk. Raises Unwritable."""
    make_folder(path.parent)
    with writing(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            _mend(handle)
            head = b"" if os.fstat(handle).st_size else _line(HEAD)
            told = (
                rating.attribute, rating.annotation_id, rating.image_id, rating.predicted,
                rating.rating,
            )  # fmt: skip
            os.write(handle, head + _line(told))
            os.fsync(handle)
        finally:
            os.close(handle)


def summary_of(path: Path) -> tuple[Summary, ...]:
    """Return the histogram of every rated attribute. Raises BadRatings."""
    of_attribute: dict[str, list[int]] = defaultdict(list)
    for rating in read_ratings(path).values():
        of_attribute[rating.attribute].append(rating.rating)
    return tuple(
        Summary(attribute=name, counts=tuple(given.count(n) for n in range(LEAST, MOST + 1)))
        for name, given in sorted(of_attribute.items())
    )


def _mend(handle: int) -> None:
    """Cut off a last line without its end."""
    size = os.fstat(handle).st_size
    held = os.pread(handle, size, 0)
    if held and not held.endswith(b"\n"):
        os.ftruncate(handle, held.rfind(b"\n") + 1)


def _line(values: tuple[object, ...]) -> bytes:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(values)
    return held.getvalue().encode()


def _rating(path: Path, number: int, row: list[str]) -> Rating:
    try:
        attribute, annotation_id, image_id, predicted, rating = row
        return Rating(
            attribute=attribute, annotation_id=int(annotation_id), image_id=int(image_id),
            predicted=predicted, rating=int(rating),
        )  # fmt: skip
    except ValueError as error:
        raise BadRatings(f"{path}, line {number}: {error}; expected {','.join(HEAD)}") from None
