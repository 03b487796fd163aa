"""What the columns of a YOLO line mean: a box, an outline, keypoints, a confidence, a track.

A line does not say it, so the set is asked: `kpt_shape` of its data.yaml, else what its lines have
in common. Where two readings fit every line alike, that is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Values = tuple[float, ...]

UNREADABLE_LINE = "lines that are neither a YOLO box nor a polygon dropped"
OTHER_LENGTH = "lines of another length than kpt_shape says dropped"
KEYPOINTS = "lines with keypoints, which are left aside"
GUESSED = "lines read as boxes with keypoints, as all of them fit (data.yaml has no kpt_shape)"
CONFIDENCE = "lines with a confidence or a track's number, which are left aside"

INSIDE = 0.02  # shares of the image by which a keypoint may lie outside its box
FILLED = 0.4  # of a box's width or height, that its keypoints span at least


@dataclass(frozen=True)
class Row:
    """One object. numbers: centre x, centre y, width, height, or the outline's x, y; in shares."""

    kind: int
    numbers: Values

    @property
    def outlined(self) -> bool:
        """True for an outline."""
        return len(self.numbers) > 4


def values_of(line: str, classes: Mapping[str, int]) -> Values | None:
    """Return a line's numbers, None where it has others than numbers or no whole class."""
    words = line.replace(",", " ").split() if line.count(",") >= 4 else line.split()
    if words and words[0] in classes:
        words[0] = str(classes[words[0]])
    try:
        values = tuple(float(word) for word in words if "_" not in word)
    except ValueError:
        return None
    sound = len(values) == len(words) >= 5 and values[0].is_integer()
    return values if sound else None


def rows_of(
    lines: Sequence[Values], kpt_shape: tuple[int, int] | None, repairs: Counter[str]
) -> list[Row | None]:
    """Return what each line says, None where it says nothing that can be read.

    kpt_shape: keypoints an object and numbers a keypoint, as data.yaml has them.
    """
    if kpt_shape is not None:
        length = 5 + kpt_shape[0] * kpt_shape[1]
        return [_posed(line, length, repairs) for line in lines]
    by_length: dict[int, list[Values]] = {}
    for line in lines:
        by_length.setdefault(len(line), []).append(line)
    one_length = sum(length > 6 for length in by_length) == 1  # outlines have as many as they need
    readings = {length: _reading(own, one_length) for length, own in by_length.items()}
    return [_read(line, *readings[len(line)], repairs) for line in lines]


def _posed(line: Values, length: int, repairs: Counter[str]) -> Row | None:
    if len(line) not in (5, length, length + 1, length + 2):
        repairs[OTHER_LENGTH] += 1
        return None
    repairs[KEYPOINTS] += len(line) > 5
    repairs[CONFIDENCE] += len(line) > length
    return _boxed(line)


def _read(
    line: Values, read: Callable[[Values], Row | None], told: str | None, repairs: Counter[str]
) -> Row | None:
    row = read(line)
    sentence = UNREADABLE_LINE if row is None else told
    repairs.update([sentence] if sentence else [])
    return row


def _reading(
    lines: Sequence[Values], one_length: bool
) -> tuple[Callable[[Values], Row | None], str | None]:
    """Return how all lines of one length are read, and the sentence to count them by."""
    length = len(lines[0])
    if length == 5:
        return _boxed, None
    if length == 6:
        return _scored, CONFIDENCE
    if length == 7 and _all(lines, _is_tracked):
        return _boxed, CONFIDENCE
    if one_length and _with_keypoints(lines):
        return _boxed, GUESSED
    if length % 2 and length >= 7:
        return _outlined, None
    return _scored_outline, CONFIDENCE


def _all(lines: Iterable[Values], fits: Callable[[Values], bool]) -> bool:
    return all(fits(line) for line in lines)


def _boxed(line: Values) -> Row | None:
    return Row(int(line[0]), line[1:5])


def _scored(line: Values) -> Row | None:
    return _boxed(line) if 0 <= line[5] <= 1 or _is_whole(line[5]) else None


def _outlined(line: Values) -> Row | None:
    return Row(int(line[0]), line[1:])


def _scored_outline(line: Values) -> Row | None:
    return _outlined(line[:-1]) if len(line) >= 8 and 0 <= line[-1] <= 1 else None


def _is_tracked(line: Values) -> bool:
    """True for box, confidence and track; a triangle's last y would hardly be whole each time."""
    return 0 <= line[5] <= 1 and _is_whole(line[6])


def _with_keypoints(lines: Sequence[Values]) -> bool:
    """True where every line is a box whose keypoints lie in it and span it."""
    extra = len(lines[0]) - 5
    if extra % 3 == 0 and _all(lines, lambda v: _flagged(v) and _holds_points(v, 3)):
        return True
    return extra % 2 == 0 and _all(lines, lambda v: _holds_points(v, 2))


def _flagged(line: Values) -> bool:
    return all(flag in (0.0, 1.0, 2.0) for flag in line[7::3])


def _holds_points(line: Values, numbers: int) -> bool:
    cx, cy, w, h = line[1:5]
    points = [p for p in zip(line[5::numbers], line[6::numbers], strict=True) if any(p)]
    if not points or not (0 < w <= 1 and 0 < h <= 1):
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    inside = all(abs(x - cx) <= w / 2 + INSIDE for x in xs) and all(
        abs(y - cy) <= h / 2 + INSIDE for y in ys
    )
    few = len(points) < 3  # which need not span anything
    spans = max(xs) - min(xs) >= FILLED * w or max(ys) - min(ys) >= FILLED * h
    return inside and (spans or (few and numbers == 3) or (few and len(line) == 7))


def _is_whole(value: float) -> bool:
    return value >= 0 and value.is_integer()
