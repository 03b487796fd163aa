"""What a report says, before it is a page or a file of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alignment.align.population.target import Target
from alignment.align.reach.reach import Unreached
from alignment.charts.sheet import SheetImage
from alignment.distances.floor import Comparison, Verdict
from alignment.distances.held_out import Generalisation
from alignment.samples.bins import Bins
from alignment.samples.facet import Facet
from alignment.samples.sample import Sample

ALIGNED, BASELINE = "aligned", "baseline"


@dataclass(frozen=True, kw_only=True, eq=False)
class AttributeResult:
    """One row of the table, and its figure: one attribute, several jointly, or co-occurrence.

    comparison: `compare` of `real` with samples named ALIGNED and BASELINE, on `bins`. beside: the
    same by other distances. generalisation: the aligned route judged on photos that it saw and on
    others, None where not judged.
    """

    facet: Facet
    comparison: Comparison
    bins: Bins
    real: Sample
    aligned: Sample
    baseline: Sample | None
    beside: tuple[Comparison, ...]
    generalisation: Generalisation | None

    @property
    def held_out(self) -> float | None:
        """How far the aligned route is from photos that it did not see."""
        return None if self.generalisation is None else self.generalisation.held_out

    @property
    def name(self) -> str:
        """The attribute's name; jointly, the names joined by a multiplication sign."""
        return self.facet.label

    @property
    def axes(self) -> tuple[str, ...]:
        """What each axis of the values is called."""
        facet = self.facet
        return facet.categories if facet.together else facet.names

    @property
    def verdict(self) -> Verdict:
        """What is said of the aligned set."""
        return self.comparison.gaps[ALIGNED].verdict

    @property
    def verdict_text(self) -> str:
        """The verdict, with the number of photos where it was too small."""
        if self.verdict is not Verdict.UNDECIDABLE:
            return str(self.verdict)
        return f"undecidable at n = {self.comparison.photos}"

    @property
    def series(self) -> dict[str, Sample]:
        """The samples that are there, by name, in the order they are drawn."""
        given = {"real": self.real, BASELINE: self.baseline, ALIGNED: self.aligned}
        return {name: sample for name, sample in given.items() if sample is not None}


@dataclass(frozen=True, kw_only=True)
class ChosenConfig:
    """The configuration that stands for one component of the target.

    values: what it sets, by dotted path; plain data. distance: to the component. images: made.
    """

    id: str
    values: Mapping[str, Any]
    distance: float
    image_share: float
    images: int


@dataclass(frozen=True, kw_only=True, eq=False)
class CategoryContent:
    """What a report says of one category.

    photos: that hold any of its boxes. lacking: attribute to the reason that the set has none.
    classified: real against rendered on all metadata at once, None where there is nothing to
    classify. components: parallel to the target's weights. unreached: of the target, by no scene.
    """

    category: str
    photos: int
    boxes: int
    lacking: Mapping[str, str]
    estimated: frozenset[str]
    results: tuple[AttributeResult, ...]
    classified: Comparison | None
    target: Target
    components: tuple[ChosenConfig, ...]
    unreached: tuple[Unreached, ...]

    def __post_init__(self) -> None:
        if len(self.components) != len(self.target.weights):
            raise ValueError(
                f"{len(self.components)} components chosen for; expected "
                f"{len(self.target.weights)}, one per weight of the target"
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class ReportContent:
    """All that `report.html` and `report.json` say. Equal content gives equal bytes.

    rendered: False where the scenes were only previewed. repairs: sentence to count. told: settings
    worth saying (seed, quality, grid size), by label. held_out_told: what the held-out column
    means, "" where there is none. categories: each by itself, at least one. together: how often
    they share an image. durations_s: by stage, None to keep time out of the files.
    """

    set_name: str
    set_format: str
    photos: int
    images: int
    rendered: bool
    repairs: Mapping[str, int]
    notes: tuple[str, ...]
    told: Mapping[str, str | int | float]
    held_out_told: str
    categories: tuple[CategoryContent, ...]
    together: tuple[AttributeResult, ...]
    sheet: tuple[SheetImage, ...]
    durations_s: Mapping[str, float] | None

    @property
    def category(self) -> str:
        """The category's name, or several in a phrase."""
        return " and ".join(one.category for one in self.categories)

    @property
    def boxes(self) -> int:
        """Real boxes of all categories."""
        return sum(one.boxes for one in self.categories)

    @property
    def results(self) -> tuple[AttributeResult, ...]:
        """Every result, category by category, then those of all together."""
        return (*(result for one in self.categories for result in one.results), *self.together)
