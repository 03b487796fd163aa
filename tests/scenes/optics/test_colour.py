"""sRGB by looking up is sRGB by its formula, to the code."""

import numpy as np
import numpy.typing as npt

from scenes.optics.colour import coded, codes, linear, srgb


def test_codes_that_are_looked_up_are_those_of_the_formula() -> None:
    light = np.random.default_rng(0).uniform(-0.1, 1.1, (200, 300, 3)).astype(np.float32)
    dark = light * np.float32(0.01)
    for seen in (light, dark, light[:, ::2], np.array([[0.0, 1.0, np.inf, -np.inf]], np.float32)):
        assert np.array_equal(srgb(seen), codes(coded(seen)))


def test_every_code_survives_linear_light_and_a_float_to_either_side() -> None:
    every: npt.NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
    light = linear(every)
    for near in (light, np.nextafter(light, np.float32(0)), np.nextafter(light, np.float32(1))):
        assert np.array_equal(srgb(near), every)
