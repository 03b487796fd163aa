"""Which examples every step shows, drawn anew each time: the same for any number of workers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from alignment.detection.detector import IntArray, Mixture
from alignment.detection.training.views.augmentation import AugmentSettings, Labelled, drawn
from alignment.detection.training.views.pictures import Pictures
from alignment.detection.training.views.view import View

_ORDER, _VIEW = 0, 1
_IN_A_VIEW = 4  # pictures, at most


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """The views of one step, and how many of the examples behind them were photos."""

    views: tuple[View, ...]
    photos: int
    examples: int


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What is shown when. sides_px: of the views of each step. batch: views in a step."""

    sides_px: tuple[int, ...]
    batch: int
    seed: int


class Batches:
    """Steps by number, each a function of the seed and its number and of nothing before it."""

    def __init__(self, mixture: Mixture, schedule: Schedule, how: AugmentSettings) -> None:
        self._examples = mixture.examples
        self._schedule = schedule
        self._how = how
        self._order = order_of(mixture, schedule)
        self._pictures = Pictures(2 * max(schedule.sides_px))

    def __len__(self) -> int:
        return len(self._schedule.sides_px)

    def __getitem__(self, step: int) -> Step:
        """Return what a step shows. Raises PhotoUnreadable."""
        shown: list[int] = []
        views = []
        for place, order in enumerate(self._order[step]):
            rng = np.random.default_rng([self._schedule.seed, _VIEW, step, place])
            draw = partial(self._next, iter(order.tolist()), shown)
            views.append(drawn(rng, draw, self._schedule.sides_px[step], self._how))
        photos = sum(self._examples[number].real for number in shown)
        return Step(views=tuple(views), photos=photos, examples=len(shown))

    def _next(self, left: Iterator[int], shown: list[int]) -> Labelled:
        shown.append(next(left))
        return self._pictures.labelled(self._examples[shown[-1]])


def order_of(mixture: Mixture, schedule: Schedule) -> IntArray:
    """Return (steps, batch, 4) numbers of examples, the first of which fills a view of one.

    The firsts of each kind go through all examples of that kind before any comes again. The draw of
    photos and renders is the same with and without steps of photos alone.
    """
    rng = np.random.default_rng([schedule.seed, _ORDER])
    real = np.array([example.real for example in mixture.examples])
    shape = (len(schedule.sides_px), schedule.batch)
    if mixture.real_share is None:
        return _cycled(rng, np.arange(len(real)), shape)
    shares = np.full(shape[0], mixture.real_share)
    shares[shape[0] - round(mixture.photos_last * shape[0]) :] = 1.0
    wanted = shares * schedule.batch
    counts = np.floor(wanted + rng.random(shape[0])).astype(np.int64)
    photos = _cycled(rng, np.flatnonzero(real), shape)
    renders = _cycled(rng, np.flatnonzero(~real), shape)
    chosen = np.arange(schedule.batch) < counts[:, None]
    return np.where(chosen[..., None], photos, renders)


def _cycled(rng: np.random.Generator, numbers: IntArray, shape: tuple[int, int]) -> IntArray:
    shown = shape[0] * shape[1]
    turns = -(-shown // len(numbers))
    first = np.concatenate([rng.permutation(numbers) for _ in range(turns)])[:shown]
    others = rng.choice(numbers, size=(shown, _IN_A_VIEW - 1))
    made: IntArray = np.column_stack([first, others]).reshape(*shape, _IN_A_VIEW)
    return made
