"""Examples as Ultralytics' command reads them, and what it found as it writes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.detection.detector import Asked, Example, FloatArray, Found, Mixture
from alignment.detection.training.views.pictures import shrunk
from alignment.detection.training.views.view import Rgb
from scenes.files.atomic import make_folder, write_bytes, write_text, writing
from scenes.files.pictures import encode_png
from scenes.sets.photos import read_rgb


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What was laid out. data: its yaml file. shown: pictures an epoch, repeats among them."""

    data: Path
    shown: int
    real_share: float


def lay_out(mixture: Mixture, folder: Path, most_side_px: int) -> Laid:
    """Write images/, labels/ and data.yaml: Ultralytics' format of boxes.

    The command draws all pictures of an epoch alike, so those of one kind are repeated, under
    names of their own, until photos have their share.
    """
    repeats = _repeats(mixture)
    for part in ("images", "labels"):
        make_folder(folder / part / "train")
    for number, (example, times) in enumerate(zip(mixture.examples, repeats, strict=True)):
        if times:
            _lay(example, times, folder, (f"{number:06d}", most_side_px))
    data = folder / "data.yaml"
    names = json.dumps(dict(enumerate(mixture.categories)))
    write_text(data, f"path: {folder}\ntrain: images/train\nval: images/train\nnames: {names}\n")
    real = sum(n for n, e in zip(repeats, mixture.examples, strict=True) if e.real)
    return Laid(data=data, shown=sum(repeats), real_share=real / sum(repeats))


def _lay(example: Example, times: int, folder: Path, how: tuple[str, int]) -> None:
    name, most_side_px = how
    first = folder / "images" / "train" / f"{name}-0.png"
    _write(first, shrunk(read_rgb(example.path, example.size_px), most_side_px))
    for turn in range(times):
        if turn:
            with writing(first):
                first.with_name(f"{name}-{turn}.png").symlink_to(first)
        write_text(folder / "labels" / "train" / f"{name}-{turn}.txt", _rows(example))


def lay_photos(photos: Sequence[Asked], folder: Path, most_side_px: int) -> Path:
    """Write photos as 000000.png, ... into a new folder; return it. Raises PhotoUnreadable."""
    make_folder(folder)
    for number, photo in enumerate(photos):
        picture = shrunk(read_rgb(photo.path, photo.size_px), most_side_px)
        _write(folder / f"{number:06d}.png", picture)
    return folder


def read_found(photos: Sequence[Asked], folder: Path) -> tuple[Found, ...]:
    """Return what a folder of label files tells of photos; without a file, nothing was found."""
    found = []
    for number, photo in enumerate(photos):
        file = folder / f"{number:06d}.txt"
        rows = np.array(file.read_text().split() if file.is_file() else [], dtype=float)
        found.append(_found(rows.reshape(-1, 6), photo.size_px))
    return tuple(found)


def _found(rows: FloatArray, size_px: tuple[int, int]) -> Found:
    rows = rows[np.argsort(-rows[:, 5], kind="stable")]
    middle, size = rows[:, 1:3] * size_px, rows[:, 3:5] * size_px
    return Found(
        boxes=np.hstack([middle - size / 2, size]),
        labels=rows[:, 0].astype(np.int64),
        scores=rows[:, 5],
    )


def _rows(example: Example) -> str:
    size = np.array(example.size_px)
    middle, sides = (
        (example.boxes[:, :2] + example.boxes[:, 2:] / 2) / size,
        example.boxes[:, 2:] / size,
    )
    return "".join(
        f"{label} {' '.join(f'{value:.6f}' for value in (*at, *side))}\n"
        for label, at, side in zip(example.labels, middle, sides, strict=True)
    )


def _repeats(mixture: Mixture) -> list[int]:
    real = [example.real for example in mixture.examples]
    photos, renders = sum(real), len(real) - sum(real)
    share = mixture.real_share
    if share is None or not photos or not renders:
        return [1] * len(real)
    if share in (0, 1):
        return [int(own == bool(share)) for own in real]
    wanted = share / (1 - share) * renders / photos  # times that a photo is shown for each render
    of_photos, of_renders = max(1, round(wanted)), max(1, round(1 / wanted))
    return [of_photos if own else of_renders for own in real]


def _write(path: Path, picture: Rgb) -> None:
    write_bytes(path, encode_png(picture))
