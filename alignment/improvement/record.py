"""What a run of rounds leaves to be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignment.detection.scoring.bootstrap import Difference, Estimate
from alignment.detection.verdict.verdict import in_words, number, percent, signed
from alignment.improvement.failing.mistaken import Mistaken
from alignment.improvement.nearness import Near

FIRST_SET, IMPROVED, CONTROL = "first set", "improved", "control"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a round asked for. failing: the mean chance to fail of the exposed boxes, and weighted.

    strength, effective: of the tilt. dependence: by attribute, as `Causes.estimates`.
    """

    failing: float
    failing_asked: float
    strength: float
    effective: float
    dependence: Mapping[str, Estimate]
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of it. failing: the mean chance of the new boxes, None where they lack a value."""

    folder: str
    images: int
    boxes: int
    failing: float | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """How the validation boxes were found before a round, as `Failures` has it."""

    boxes: int
    missed: float
    badly: float
    false: Mapping[str, float]
    mistaken: Mistaken


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round. nearness: of the set before, of what is new, and of both.

    before, after, gain: AP on the validation photos. tilted: False where nothing could be told.
    bare: how many of its images show no target, after false positives.
    """

    number: int
    tilted: bool
    bare: int
    found: Found
    asked: Asked
    came: Came
    nearness: Mapping[str, Near]
    before: Estimate
    after: Estimate
    gain: Difference

    @property
    def steered(self) -> bool:
        """Whether its images are others than the control's."""
        return self.tilted or self.bare > 0

    @property
    def lines(self) -> Iterator[str]:
        """What is said of it."""
        f, a, c = self.found, self.asked, self.came
        false = ", ".join(f"{count:.1f} {name}" for name, count in f.false.items())
        yield (f"round {self.number}: of {f.boxes} validation boxes {f.missed:.1f} missed, "
               f"{f.badly:.1f} found badly; false: {false}")  # fmt: skip
        yield f"  {_mistaken_in_words(f.mistaken)}: {self.bare} images without targets"
        yield from (f"  {line}" for line in a.lines)
        came = "" if c.failing is None else f", that fail {percent(c.failing)} of the time"
        yield (f"  asked for boxes that fail {percent(a.failing_asked)} of the time, exposed ones "
               f"{percent(a.failing)}; effective number {percent(a.effective)} of them; came: "
               f"{c.images} images, {c.boxes} boxes{came}")  # fmt: skip
        near = "; ".join(f"{name} {told}" for name, told in self.nearness.items())
        yield f"  distance to the exposed photos, in floors: {near}"
        yield (f"  AP on validation {in_words(self.before)} before, {in_words(self.after)} after: "
               f"{difference_in_words(self.gain)}")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The sets on the test photos: AP of each, and paired differences, "one - other"."""

    images: Mapping[str, int]
    scores: Mapping[str, Estimate]
    differences: Mapping[str, Difference]
    same: bool

    @property
    def lines(self) -> Iterator[str]:
        """What is said of it."""
        yield "AP on the test photos, mean and 5-95 % interval over seeds and photos:"
        for name, one in self.scores.items():
            yield f"  {name:<12}{self.images[name]:>6} images  {in_words(one)}"
        for name, told in self.differences.items():
            yield f"  {name}: {difference_in_words(told)}"
        yield f"  {self.verdict}"

    @property
    def verdict(self) -> str:
        """What that comes to, in a sentence."""
        if self.same:
            return "no round was steered: improved and control are the same set"
        decided = self.differences[f"{IMPROVED} - {CONTROL}"].decided
        return {
            1: "steering paid: as many images without it train a worse detector",
            0: "steering did not surely pay: as many images without it may do as well",
            -1: "steering cost: as many images without it train a better detector",
        }[decided]


@dataclass(frozen=True, kw_only=True)
class Improved:
    """All that improve.json and the page say. told: settings. why: the rounds ended."""

    real_name: str
    told: Mapping[str, str | int | float]
    notes: tuple[str, ...]
    rounds: tuple[Round, ...]
    why: str
    ending: Ending


def _mistaken_in_words(told: Mistaken) -> str:
    things = "".join(f", {n:.1f} on {name}" for name, n in told.things.items() if n)
    return (
        f"false ones: {told.beside:.1f} on or beside judged boxes{things}, "
        f"{told.background:.1f} on nothing"
    )


def difference_in_words(told: Difference) -> str:
    """Return a difference with its sign and interval."""
    return f"{signed(told.value)}  ({number(told.low)} to {number(told.high)})"
