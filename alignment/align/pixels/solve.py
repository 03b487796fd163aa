"""The post-effects that bring one picture to the brightness, contrast and blur it should have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from alignment.align.pixels.settings import KNOBS, SecondStageSettings
from scenes.effects.develop import taken
from scenes.measuring.pixels import luma, pixel_attributes
from scenes.model.effects import PostEffects
from scenes.optics.colour import Linear, Rgb

FloatArray = npt.NDArray[np.float64]

TONE = frozenset({"exposure_stops", "contrast"})
STEP = 0.03  # of a knob's range, to take a slope by: a picture of 8 bits shows no smaller one
ASIDE = 0.3  # where blur, sharpening and grain begin at most: their slope at 0 is 0
INSIDE = 1e-6  # least_squares begins strictly within its bounds
AT_BOUND = 0.999
TONE_LOOKS, LOOKS = 5, 8  # most steps of least squares
DIGITS = 4  # of what is written in the plan


@dataclass(frozen=True, kw_only=True, eq=False)
class Wish:
    """What a picture should measure. values, spread: (d,), the latter of the real photos."""

    attributes: tuple[str, ...]
    values: FloatArray
    spread: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """Effects, what they come to, (d,), and which of them would have gone further.

    missed: the sum of squares that is left, in real variances. picture: which of the pictures that
    were tried is the one, by its place.
    """

    post: PostEffects
    measured: FloatArray
    at_bound: tuple[str, ...]
    missed: float
    picture: int = 0


def measured(image: Rgb, attributes: Sequence[str]) -> FloatArray:
    """Return (d,) whole-image attributes of (H, W, 3) sRGB."""
    found = pixel_attributes(luma(image))
    return np.array([found[name.removeprefix("image_")] for name in attributes])


def solved(
    light: Linear, base: PostEffects, seed: int, wish: Wish, settings: SecondStageSettings
) -> Solved:
    """Return the effects under which (H, W, 3) light comes nearest to a wish, by least squares.

    base: effects that stay, but for those solved. seed: the scene's, of its noise. What is measured
    is what developing makes of the picture. First tone alone; then what is missing in blur says
    whether to blur or to sharpen, and all are solved together.
    """
    knobs = tuple(KNOBS[name] for name in wish.attributes)

    def look(turned: FloatArray) -> FloatArray:
        shown, _ = taken(light, effects(base, knobs, turned, settings), seed)
        return measured(shown, wish.attributes)

    problem = _Problem(look=look, wish=wish, pull=settings.pull)
    is_tone = np.array([knob in TONE for knob in knobs])
    turned = np.zeros(len(knobs))
    if is_tone.any():
        turned = problem.least(turned, np.stack([-1.0 * is_tone, 1.0 * is_tone]), TONE_LOOKS)
    if not is_tone.all():
        missing = (wish.values - look(turned)) / wish.spread
        turned = problem.least(*_second(knobs, turned, missing), LOOKS)
    turned = np.round(turned, DIGITS)
    return Solved(
        post=effects(base, knobs, turned, settings), measured=look(turned),
        missed=problem.missed(turned),
        at_bound=tuple(np.array(knobs)[np.abs(turned) >= AT_BOUND].tolist()),
    )  # fmt: skip


def effects(
    base: PostEffects, knobs: Sequence[str], turned: FloatArray, settings: SecondStageSettings
) -> PostEffects:
    """Return effects with each knob turned from -1 to 1, its bounds; at 0 it does nothing."""
    z = dict(zip(knobs, turned.tolist(), strict=True))
    post = base
    if "exposure_stops" in z:
        stops = settings.most_stops * z["exposure_stops"]
        post = replace(post, exposure_stops=round(stops, DIGITS))
    if "contrast" in z:
        post = replace(post, contrast=round(settings.most_contrast ** z["contrast"], DIGITS))
    if "detail" in z:
        blur_px = settings.most_blur_px * max(z["detail"], 0.0)
        sharpening = settings.most_sharpening * max(-z["detail"], 0.0)
        post = replace(post, blur_px=round(blur_px, DIGITS), sharpening=round(sharpening, DIGITS))
    if "read_noise" in z:
        post = replace(post, read_noise=round(settings.most_grain * z["read_noise"], DIGITS))
    return post


@dataclass(frozen=True, kw_only=True, eq=False)
class _Problem:
    """Least squares of what a picture misses, and of what is done to it, times `pull`."""

    look: Callable[[FloatArray], FloatArray]
    wish: Wish
    pull: float

    def least(self, begin: FloatArray, ends: FloatArray, looks: int) -> FloatArray:
        """Return (d,) knobs within ends, (2, d); those whose ends are equal stay."""
        free = ends[0] < ends[1]

        def whole(z: FloatArray) -> FloatArray:
            turned = begin.copy()
            turned[free] = z
            return turned

        inside = np.clip(begin, ends[0] + INSIDE, ends[1] - INSIDE)[free]
        found = least_squares(
            lambda z: self._residuals(whole(z)), inside,
            jac=lambda z: self._slopes(whole(z), ends[1], free),
            bounds=ends[:, free], max_nfev=looks, xtol=1e-3, ftol=1e-4,
        )  # fmt: skip
        return whole(found.x)

    def missed(self, turned: FloatArray) -> float:
        """Return the sum of squares that is left."""
        return float((self._residuals(turned) ** 2).sum())

    def _residuals(self, turned: FloatArray) -> FloatArray:
        off = (self.look(turned) - self.wish.values) / self.wish.spread
        return np.concatenate([np.where(np.isfinite(off), off, 0.0), self.pull * turned])

    def _slopes(
        self, turned: FloatArray, highest: FloatArray, free: npt.NDArray[np.bool_]
    ) -> FloatArray:
        here = self._residuals(turned)
        steps = np.where(turned + STEP <= highest, STEP, -STEP)
        there = [self._residuals(turned + move) for move in np.diag(steps)[free]]
        return np.asarray(((np.array(there) - here) / steps[free, None]).T)


def _second(
    knobs: Sequence[str], turned: FloatArray, missing: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return where all knobs begin together, (d,), and their ends, (2, d).

    missing: (d,) in standard deviations. Blur and sharpening are two sides of one knob, of which
    one is chosen here.
    """
    begin, ends = turned.copy(), np.stack([-np.ones(len(knobs)), np.ones(len(knobs))])
    for place, knob in enumerate(knobs):
        if knob not in TONE:
            up = knob == "read_noise" or missing[place] > 0
            ends[:, place] = (0.0, 1.0) if up else (-1.0, 0.0)
            begin[place] = (1 if up else -1) * ASIDE * min(1.0, abs(missing[place]))
    return begin, ends
