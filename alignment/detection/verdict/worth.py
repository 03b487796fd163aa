"""What sets are worth in photos, alone and beside photos, and which ratio of both to use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alignment.detection.scoring.bootstrap import Estimate, Resampling
from alignment.detection.scoring.exchange import Exchange, LearningCurve, Worth
from alignment.detection.scoring.ratios import Advice, Ratio, advise
from alignment.detection.verdict.standing import FIRST, Standing


@dataclass(frozen=True, kw_only=True)
class ExchangeRate:
    """The curve of photos alone, and what each set is worth on it.

    curve: None where it has too few sizes for a fit; measured: its points even so. stands: where
    sets and mixtures stand.
    """

    curve: LearningCurve | None
    measured: Mapping[int, Estimate]
    worths: tuple[Worth, ...]
    stands: Mapping[str, Estimate]


def exchange_rate(
    standings: Sequence[Standing], resampling: Resampling, beyond: float
) -> ExchangeRate | None:
    """Return the exchange rate, None where no photos were there to learn from.

    The exposed photos are a number of photos alone, too, where the curve does not have it.
    """
    points = {
        one.arm.counts[1]: one.sampled[FIRST]
        for kind in ("photos", "curve") for one in standings if one.arm.kind == kind
    }  # fmt: skip
    if not points:
        return None
    exchange = Exchange.of(points, resampling, beyond)
    told = [one for one in standings if one.arm.kind in ("set", "mixture")]
    return ExchangeRate(
        curve=exchange.curve(),
        measured={n: arm.estimate(resampling) for n, arm in exchange.arms.items()},
        worths=tuple(
            exchange.worth(replace(one.sampled[FIRST], name=one.arm.set_name or one.name),
                           *one.arm.counts)
            for one in _best_of_each(told)
        ),
        stands={one.name: one.estimate(FIRST, resampling) for one in _best_of_each(told)},
    )  # fmt: skip


def advice_of(standings: Sequence[Standing], resampling: Resampling) -> tuple[Advice, ...]:
    """Return for each set which mixture of it and its exposed photos to use."""
    return tuple(
        advise([_ratio(one) for one in (alone, *_beside(alone, standings), *both)], resampling)
        for alone in standings
        if alone.arm.kind == "set" and (both := _mixtures(alone, standings))
    )


def _mixtures(alone: Standing, standings: Sequence[Standing]) -> list[Standing]:
    return [one for one in standings
            if one.arm.kind == "mixture" and one.arm.set_name == alone.arm.set_name]  # fmt: skip


def _beside(alone: Standing, standings: Sequence[Standing]) -> list[Standing]:
    """Return the arm of the photos that a set is mixed with."""
    mixed_with = _mixtures(alone, standings)[0].arm.parts[1].digests
    return [one for one in standings
            if one.arm.kind == "photos" and one.arm.parts[0].digests == mixed_with]  # fmt: skip


def _ratio(one: Standing) -> Ratio:
    renders, photos = one.arm.counts
    return Ratio(renders=renders, photos=photos, arm=one.sampled[FIRST])


def _best_of_each(standings: Sequence[Standing]) -> Iterator[Standing]:
    """Yield each set alone, and the best of its mixtures."""
    best: dict[tuple[str, str | None], Standing] = {}
    for one in standings:
        key = one.arm.kind, one.arm.set_name
        if key not in best or one.sampled[FIRST].value > best[key].sampled[FIRST].value:
            best[key] = one
    yield from best.values()
