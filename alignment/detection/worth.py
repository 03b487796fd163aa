"""What sets are worth in photos, alone and beside photos, and which ratio of both to use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alignment.detection.scoring.bootstrap import Estimate, Resampling
from alignment.detection.scoring.exchange import Exchange, LearningCurve, Worth
from alignment.detection.scoring.ratios import Advice, Ratio, advise
from alignment.detection.standing import FIRST, Standing


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
    """Return the exchange rate, None where no photos were there to learn from."""
    points = {one.arm.counts[1]: one.sampled[FIRST] for one in standings if one.arm.kind == "curve"}
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
    found = []
    for alone in (one for one in standings if one.arm.kind == "set"):
        both = [
            one for one in standings
            if one.arm.kind == "mixture" and one.arm.set_name == alone.arm.set_name
        ]  # fmt: skip
        if not both:
            continue
        photos = [one for one in standings if one.arm.kind == "photos"
                  and len(one.arm.parts[0]) == both[0].arm.counts[1]]  # fmt: skip
        ratios = [
            Ratio(renders=one.arm.counts[0], photos=one.arm.counts[1], arm=one.sampled[FIRST])
            for one in (alone, *photos[:1], *both)
        ]
        found.append(advise(ratios, resampling))
    return tuple(found)


def _best_of_each(standings: Sequence[Standing]) -> Iterator[Standing]:
    """Yield each set alone, and the best of its mixtures."""
    best: dict[tuple[str, str | None], Standing] = {}
    for one in standings:
        key = one.arm.kind, one.arm.set_name
        if key not in best or one.sampled[FIRST].value > best[key].sampled[FIRST].value:
            best[key] = one
    yield from best.values()
