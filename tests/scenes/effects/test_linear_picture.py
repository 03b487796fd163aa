from pathlib import Path

import numpy as np

from scenes.effects.linear_picture import as_kept, encode_light, read_light
from scenes.optics.colour import linear, srgb


def test_halves_show_each_of_the_256_codes_as_it_was() -> None:
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(srgb(as_kept(linear(codes))), codes)


def test_what_is_read_back_is_what_was_kept_to_the_bit(tmp_path: Path) -> None:
    light = as_kept(np.random.default_rng(1).random((30, 40, 3), dtype=np.float32) ** 3)
    (tmp_path / "000000.exr").write_bytes(encode_light(light))
    assert read_light(tmp_path / "000000.exr").tobytes() == light.tobytes()
    assert as_kept(light).tobytes() == light.tobytes()
