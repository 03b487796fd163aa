"""What is trained side by side: sets, photos, mixtures, and ever more photos."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alignment.detection.runs.weights import Start
from alignment.detection.settings import TrainingSettings
from alignment.detection.shown.pictures import Shown
from alignment.detection.shown.sets import Brought, Source

Kind = Literal["set", "photos", "mixture", "curve"]
_WELL = 1.25  # two points nearer than this tell the same
SET_STREAM, CURVE_STREAM = 41, 42


@dataclass(frozen=True, kw_only=True, eq=False)
class Arm:
    """One way to train.

    kind: a set alone, the exposed photos alone, both, or a number of photos alone. set_name: of a
    set or mixture, or whose exposed photos these are. limits: how many pictures of each part, None
    for all; drawn anew with each seed, and nested in each other. starts: by seed, what is gone on
    from; None: anew. keeps: the weights. photos_last: share of the steps that end on photos alone.
    """

    kind: Kind
    name: str
    set_name: str | None
    parts: tuple[Shown, ...]
    limits: tuple[int | None, ...]
    real_share: float | None
    starts: Mapping[int, Start] | None = None
    keeps: bool = False
    photos_last: float = 0.0

    @property
    def shown_share(self) -> float | None:
        """Return the share of photos in all that is shown; None where all are drawn alike."""
        if self.real_share is None:
            return None
        return self.photos_last + (1 - self.photos_last) * self.real_share

    @property
    def counts(self) -> tuple[int, int]:
        """How many renders and how many photos it trains on."""
        taken = [
            (part.pictures[0].example.real, min(limit or len(part), len(part)))
            for part, limit in zip(self.parts, self.limits, strict=True) if len(part)
        ]  # fmt: skip
        return sum(n for real, n in taken if not real), sum(n for real, n in taken if real)

    def drawn(self, seed: int) -> tuple[Shown, ...]:
        """Return what is trained on with a seed."""
        stream = CURVE_STREAM if self.kind == "curve" else SET_STREAM
        return tuple(
            part if limit is None else part.drawn((seed, stream), limit)
            for part, limit in zip(self.parts, self.limits, strict=True)
        )


def arms_of(brought: Brought, settings: TrainingSettings) -> tuple[Arm, ...]:
    """Return all that is to be trained, in the order of telling."""
    return (
        *(_alone(source, settings) for source in brought.sources),
        *_exposed(brought.sources),
        *(
            _both(source, share, settings)
            for source in brought.sources if len(source.exposed) for share in settings.real_shares
        ),
        *_curve(brought.photos, settings.first_photos),
    )  # fmt: skip


def curve_sizes(photos: int, first: int) -> tuple[int, ...]:
    """Return first, its doubles well below the number of photos, and that number at last."""
    sizes = []
    while first * _WELL < photos:
        sizes.append(first)
        first *= 2
    return (*sizes, photos) if photos else ()


def _alone(source: Source, settings: TrainingSettings) -> Arm:
    return Arm(
        kind="set", name=source.name, set_name=source.name, parts=(source.shown,),
        limits=(settings.images,), real_share=None,
    )  # fmt: skip


def _exposed(sources: Sequence[Source]) -> Iterator[Arm]:
    """Yield an arm for each lot of exposed photos that some set was fitted to."""
    told: list[frozenset[str]] = []
    lots = {s.exposed.digests for s in sources} - {frozenset()}
    for source in sources:
        lot = source.exposed.digests
        if not lot or lot in told:
            continue
        told.append(lot)
        whose = f" of {source.name}" if len(lots) > 1 else ""
        yield Arm(
            kind="photos", name=f"{len(source.exposed)} photos{whose}", set_name=source.name,
            parts=(source.exposed,), limits=(None,), real_share=None,
        )  # fmt: skip


def _both(source: Source, share: float, settings: TrainingSettings) -> Arm:
    last = (
        f", the last {settings.photos_last:.0%} of the steps alone" if settings.photos_last else ""
    )
    name = f"{source.name} + {len(source.exposed)} photos, {share:.0%} of a batch{last}"
    return Arm(
        kind="mixture", name=name, set_name=source.name, parts=(source.shown, source.exposed),
        limits=(settings.images, None), real_share=share, photos_last=settings.photos_last,
    )  # fmt: skip


def _curve(photos: Shown, first: int) -> Iterator[Arm]:
    for count in curve_sizes(len(photos), first):
        yield Arm(
            kind="curve", name=f"{count} photos, drawn", set_name=None, parts=(photos,),
            limits=(count,), real_share=None,
        )  # fmt: skip
