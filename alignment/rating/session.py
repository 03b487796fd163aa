"""What is asked, in which order, and what has been answered."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw

from alignment.rating.ratings import MOST_BYTES, Rating, append_rating, read_ratings
from alignment.real.inferred import NotInferred
from scenes.measuring.table import ATTRIBUTES
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.photos import read_rgb

PAGE = Path(__file__).with_name("rate.html")
LONG_SIDE_PX = 720
_LINE, _EDGE = (255, 200, 40), (20, 20, 20)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One box with what was predicted of it. told: value and interval in words."""

    attribute: str
    annotation_id: int
    image_id: int
    predicted: str
    told: str


class Session:
    """The questions in their order, and a CSV of answers; safe to call from several threads."""

    def __init__(self, questions: Sequence[Question], file: Path) -> None:
        """Read what is answered already. Raises BadRatings."""
        self._questions, self._file, self._lock = tuple(questions), file, Lock()
        given = read_ratings(file)
        self._answers = {
            number: given[q.attribute, q.annotation_id].rating
            for number, q in enumerate(self._questions) if (q.attribute, q.annotation_id) in given
        }  # fmt: skip
        self._at = self._first_open()

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows: the question at hand, or none where all are answered."""
        with self._lock:
            return self._state()

    def rate(self, annotation_id: int, rating: int) -> dict[str, Any]:
        """Keep an answer to the question at hand, and go on to the next open one.

        An answer to another box, as a key pressed twice sends, changes nothing. Raises Unwritable,
        ValueError for what is no rating.
        """
        with self._lock:
            if self._at < len(self._questions):
                asked = self._questions[self._at]
                if asked.annotation_id == annotation_id:
                    append_rating(self._file, Rating(
                        attribute=asked.attribute, annotation_id=asked.annotation_id,
                        image_id=asked.image_id, predicted=asked.predicted, rating=rating,
                    ))  # fmt: skip
                    self._answers[self._at] = rating
                    self._at = self._first_open(self._at + 1)
            return self._state()

    def back(self) -> dict[str, Any]:
        """Go to the question before; its answer stays until another is given."""
        with self._lock:
            self._at = max(0, self._at - 1)
            return self._state()

    def _first_open(self, start: int = 0) -> int:
        later = (n for n in range(start, len(self._questions)) if n not in self._answers)
        earlier = (n for n in range(start) if n not in self._answers)
        return next(later, next(earlier, len(self._questions)))

    def _state(self) -> dict[str, Any]:
        told: dict[str, Any] = {"done": len(self._answers), "total": len(self._questions)}
        if self._at == len(self._questions):
            return told | {"question": None}
        asked = self._questions[self._at]
        return told | {"question": {
            "annotation_id": asked.annotation_id, "attribute": asked.attribute, "told": asked.told,
            "answer": self._answers.get(self._at),
        }}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class RatedCrops:
    """The page that asks a session's questions, each beside its box's crop.

    context: of the box's sides, shown around it.
    """

    session: Session
    annotated: AnnotatedSet
    context: float
    page: Path = PAGE
    most_bytes: int = MOST_BYTES

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows."""
        return self.session.state

    def told(self, path: str, told: dict[str, Any]) -> dict[str, Any] | None:
        """Rate, or go back. Raises Unwritable, KeyError, TypeError, ValueError."""
        if path == "rate":
            return self.session.rate(int(told["annotation_id"]), int(told["rating"]))
        return self.session.back() if path == "back" else None

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return the crop of crop/NUMBER."""
        folder, _, name = path.partition("/")
        if folder != "crop" or not name.isdecimal():
            return None
        jpeg = crop_jpeg(self.annotated, int(name), self.context)
        return None if jpeg is None else (jpeg, "image/jpeg")


def questions_of(
    rng: np.random.Generator, table: pa.Table, attribute: str | None, count: int
) -> tuple[Question, ...]:
    """Return boxes with a predicted value, in random order. table: of `read_inferred`."""
    known = [n for n in table.column_names if f"{n}_outside" in table.column_names]
    name = attribute or next(iter(known), None)
    if name not in known:
        raise NotInferred(
            f"attribute={attribute} was not predicted; expected one of {', '.join(known) or 'none'}"
        )
    assert name is not None
    rows = [row for row in table.to_pylist() if _there(row[name])]
    if not rows:
        raise NotInferred(f"{name} has not one predicted value; run `make infer` on photos")
    return tuple(_question(name, rows[int(n)]) for n in rng.permutation(len(rows))[:count])


def crop_jpeg(annotated: AnnotatedSet, annotation_id: int, context: float) -> bytes | None:
    """Return a box and what is around it as JPEG, the box drawn; None where there is no photo."""
    found = next((a for a in annotated.annotations if a.id == annotation_id), None)
    image = next((i for i in annotated.images if found and i.id == found.image_id), None)
    if found is None or image is None or image.path is None:
        return None
    photo = Image.fromarray(read_rgb(image.path, (image.width_px, image.height_px)))
    across, down = photo.width / image.width_px, photo.height / image.height_px
    x, y, w, h = (v * k for v, k in zip(found.bbox, (across, down, across, down), strict=True))
    left, top = max(0, int(x - context * w)), max(0, int(y - context * h))
    right = min(photo.width, math.ceil(x + (1 + context) * w))
    bottom = min(photo.height, math.ceil(y + (1 + context) * h))
    crop = photo.crop((left, top, right, bottom))
    scale = LONG_SIDE_PX / max(crop.size)
    shown = crop.resize((max(1, round(crop.width * scale)), max(1, round(crop.height * scale))))
    _draw(
        shown, [(v - o) * scale for v, o in zip((x, y, x + w, y + h), (left, top) * 2, strict=True)]
    )
    held = io.BytesIO()
    shown.save(held, "JPEG", quality=88)
    return held.getvalue()


def _draw(shown: Image.Image, box: Sequence[float]) -> None:
    left, top, right, bottom = (round(v) for v in box)
    corners = left, top, max(right - 1, left), max(bottom - 1, top)
    pen = ImageDraw.Draw(shown)
    pen.rectangle(corners, outline=_EDGE, width=4)
    pen.rectangle(corners, outline=_LINE, width=2)


def _there(value: Any) -> bool:
    return bool(value) if isinstance(value, str) else value is not None and math.isfinite(value)


def _question(name: str, row: dict[str, Any]) -> Question:
    value = row[name]
    if isinstance(value, str):
        predicted, told = value, f"{value} (possible: {row[f'{name}_set'].replace('|', ', ')})"
    else:
        unit = ATTRIBUTES[name].unit if name in ATTRIBUTES else ""
        predicted = f"{value:.4g}"
        told = f"{value:.3g} {unit} ({row[f'{name}_low']:.3g} to {row[f'{name}_high']:.3g})"
    return Question(
        attribute=name, annotation_id=row["annotation_id"], image_id=row["image_id"],
        predicted=predicted, told=told,
    )  # fmt: skip
