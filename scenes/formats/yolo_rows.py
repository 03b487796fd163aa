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
COULD = "lines read as outlines that could as well be boxes with keypoints"
GUESSED = "lines read as boxes with keypoints, as all of them fit (data.yaml has no kpt_shape)"
CONFIDENCE = "lines with a confidence or a track's number, which are left aside"

INSIDE = 0.02  # shares of the image by which a keypoint may lie outside its box
PARALLEL = 0.01  # shares by which corners of a rotated box may miss, rounded to three digits
FILLED = 0.4  # of a box's width or height, that its keypoints span at least


@dataclass(frozen=True)
class Row:
    """One object. numbers: centre x, centre y, width, height, or the outline's x, y; in shares.

    turn: of the box, in degrees or radians.
    """

    kind: int
    numbers: Values
    turn: float = 0.0

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
    if all(length == 6 for length in by_length) and not all(map(_scored, lines)):
        return [_turned(line) for line in lines]
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
    if length == 7 and (_all(lines, _is_tracked) or _all_numbered(lines)):
        return _boxed, CONFIDENCE
    if one_length and _with_keypoints(lines):
        return _boxed, GUESSED
    if length % 2 and length >= 7:
        return _outlined, COULD if one_length and _could_be_keypoints(lines) else None
    return _scored_outline, CONFIDENCE


def _all(lines: Iterable[Values], fits: Callable[[Values], bool]) -> bool:
    return all(fits(line) for line in lines)


def _boxed(line: Values) -> Row | None:
    return Row(int(line[0]), line[1:5])


def _scored(line: Values) -> Row | None:
    return _boxed(line) if 0 <= line[5] <= 1 or _is_whole(line[5]) else None


def _turned(line: Values) -> Row | None:
    """Return a box with the angle that follows it, as aerial sets tell it."""
    return Row(int(line[0]), line[1:5], line[5]) if all(0 <= v <= 1 for v in line[1:5]) else None


def _outlined(line: Values) -> Row | None:
    return Row(int(line[0]), line[1:])


def _scored_outline(line: Values) -> Row | None:
    return _outlined(line[:-1]) if len(line) >= 8 and 0 <= line[-1] <= 1 else None


def _is_tracked(line: Values) -> bool:
    """True for box, confidence and track; a triangle's last y would hardly be whole each time."""
    return 0 <= line[5] <= 1 and _is_whole(line[6])


def _all_numbered(lines: Sequence[Values]) -> bool:
    """True for box, track and confidence: an outline's x would be no whole number beyond 1."""
    found = [_is_whole(line[5]) and 0 <= line[6] <= 1 for line in lines]
    return all(found) and any(line[5] > 1 for line in lines)


def _could_be_keypoints(lines: Sequence[Values]) -> bool:
    """True where all points lie in what would be their box, and are no rotated boxes' corners."""
    return not (len(lines[0]) == 9 and _all(lines, _is_parallelogram)) and _all(
        lines, lambda line: _inside(line, 2)
    )


def _is_parallelogram(line: Values) -> bool:
    x0, y0, x1, y1, x2, y2, x3, y3 = line[1:]
    return max(abs(x0 + x2 - x1 - x3), abs(y0 + y2 - y1 - y3)) <= PARALLEL


def _with_keypoints(lines: Sequence[Values]) -> bool:
    """True where every line is a box whose keypoints lie in it and span it."""
    extra = len(lines[0]) - 5
    if extra % 3 == 0 and _all(lines, _flagged):
        many = extra >= 9 and _all(lines, _is_box)  # so many whole numbers are no chance
        if many or _all(lines, lambda v: _holds_points(v, 3)):
            return True
    return extra % 2 == 0 and _all(lines, lambda v: _holds_points(v, 2))


def _flagged(line: Values) -> bool:
    return all(flag in (0.0, 1.0, 2.0) for flag in line[7::3])


def _is_box(line: Values) -> bool:
    return 0 < line[3] <= 1 and 0 < line[4] <= 1


def _points(line: Values, numbers: int) -> list[tuple[float, float]]:
    return [p for p in zip(line[5::numbers], line[6::numbers], strict=True) if any(p)]


def _inside(line: Values, numbers: int) -> bool:
    (cx, cy, w, h), points = line[1:5], _points(line, numbers)
    return bool(points) and _is_box(line) and all(
        abs(x - cx) <= w / 2 + INSIDE and abs(y - cy) <= h / 2 + INSIDE for x, y in points
    )  # fmt: skip


def _holds_points(line: Values, numbers: int) -> bool:
    points, (w, h) = _points(line, numbers), line[3:5]
    if not _inside(line, numbers):
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    few = len(points) < 3  # which need not span anything
    spans = max(xs) - min(xs) >= FILLED * w or max(ys) - min(ys) >= FILLED * h
    return spans or (few and numbers == 3) or (few and len(line) == 7)


def _is_whole(value: float) -> bool:
    return value >= 0 and value.is_integer()
