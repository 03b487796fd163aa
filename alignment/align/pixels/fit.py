"""Effects for many pictures at once, so that together they measure what the photos measure."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.pixels.solve import Solved, Wish, measured, solved
from alignment.align.pixels.wanted import Population, assigned
from alignment.real.split import Exposed
from scenes.effects.develop import taken
from scenes.model.effects import PostEffects
from scenes.optics.colour import Linear

FloatArray = npt.NDArray[np.float64]
Report = Callable[[int], None]  # pictures done


@dataclass(frozen=True, kw_only=True, eq=False)
class Negative:
    """One picture to be developed. light: reads its (H, W, 3). base: effects that it has.

    seed: the scene's, of its noise. others: read the scene's pictures in other light.
    """

    light: Callable[[], Linear]
    base: PostEffects
    seed: int
    others: tuple[Callable[[], Linear], ...] = ()


def before(shots: Sequence[Negative], attributes: Sequence[str]) -> FloatArray:
    """Return (n, d) what the pictures measure with the effects that they have."""

    def look(shot: Negative) -> FloatArray:
        return measured(taken(shot.light(), shot.base, shot.seed)[0], attributes)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding, NumPy and OpenCV release the lock
        found = list(pool.map(look, shots))
    return np.array(found).reshape(len(shots), len(attributes))


def fit(
    rng: np.random.Generator, exposed: Exposed, shots: Sequence[Negative],
    settings: SecondStageSettings, report: Report,
) -> tuple[Solved, ...]:  # fmt: skip
    """Return effects for every picture, from the exposed photos alone, in the light that suits it.

    Raises TypeError for anything but Exposed, UnknownAttribute for what the set has not.
    """
    of_photos, of_shots = rng.spawn(2)
    population = Population.of(of_photos, exposed, settings.attributes)
    wanted = assigned(of_shots, population, before(shots, settings.attributes))

    def one(shot: Negative, values: FloatArray) -> Solved:
        wish = Wish(attributes=settings.attributes, values=values, spread=population.spread)
        return _in_best_light(shot, wish, settings)

    results: list[Solved] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(one, shots, wanted):
            results.append(result)
            report(len(results))
    return tuple(results)


def _in_best_light(shot: Negative, wish: Wish, settings: SecondStageSettings) -> Solved:
    """Another light than the scene's own must be nearer by more than `pull`."""
    best = solved(shot.light(), shot.base, shot.seed, wish, settings)
    for number, read in enumerate(shot.others, 1):
        found = solved(read(), shot.base, shot.seed, wish, settings)
        if found.missed < best.missed - settings.pull:
            best = replace(found, picture=number)
    return best
