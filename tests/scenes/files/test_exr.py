import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.files.exr import BadPicture, encode_exr, read_half_rgb

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"  # OpenCV asks once, when it first meets an EXR
import cv2

Depth = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exr") / "depth.exr"


def read_by_opencv(path: Path, depth: Depth) -> Depth:
    path.write_bytes(encode_exr(depth))
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_opencv_reads_back_every_bit_of_any_float(path: Path, h: int, w: int, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 2**32, (h, w), dtype=np.uint32)
    depth = bits.view(np.float32)  # NaN, infinities and denormals among them
    assert read_by_opencv(path, depth).tobytes() == depth.tobytes()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_opencv_reads_back_three_channels_as_blue_green_red(
    path: Path, h: int, w: int, seed: int
) -> None:
    rgb = np.random.default_rng(seed).standard_normal((h, w, 3)).astype(np.float32)
    assert np.array_equal(read_by_opencv(path, rgb)[..., ::-1], rgb)


def test_two_channels_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 2, 2\) float32; expected"):
        encode_exr(np.ones((2, 2, 2), dtype=np.float32))


def test_smooth_depth_is_compressed_and_still_exact(path: Path) -> None:
    depth = np.linspace(1, 9, 240 * 320, dtype=np.float32).reshape(240, 320)
    assert read_by_opencv(path, depth).tobytes() == depth.tobytes()
    assert path.stat().st_size < depth.nbytes / 2


def test_integers_are_refused_rather_than_widened() -> None:
    with pytest.raises(ValueError, match="int32; expected"):
        encode_exr(np.ones((2, 2), dtype=np.int32))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_half_floats_are_read_back_to_the_bit_by_us_and_by_opencv(
    path: Path, h: int, w: int, seed: int
) -> None:
    bits = np.random.default_rng(seed).integers(0, 0x7C00, (h, w, 3), dtype=np.uint16)
    half = bits.view(np.float16)  # all that is finite and not negative, denormals among them
    path.write_bytes(encode_exr(half))
    assert read_half_rgb(path).tobytes() == half.tobytes()
    assert np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1], half)


def test_a_flat_picture_of_halves_is_small_and_exact(path: Path) -> None:
    half = np.full((50, 70, 3), 0.18, dtype=np.float16)
    path.write_bytes(encode_exr(half))
    assert path.stat().st_size < half.nbytes / 10
    assert np.array_equal(read_half_rgb(path), half)


def test_a_picture_cut_off_or_of_another_kind_is_refused_in_one_line(path: Path) -> None:
    whole = encode_exr(np.random.default_rng(0).random((40, 30, 3)).astype(np.float16))
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:20], b"",
                    encode_exr(np.ones((4, 4, 3), dtype=np.float32))):  # fmt: skip
        path.write_bytes(content)
        with pytest.raises(BadPicture, match="expected the EXR of half floats"):
            read_half_rgb(path)
