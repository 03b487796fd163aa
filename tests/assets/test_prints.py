import cv2
import numpy as np
import pytest

from assets.prints import ROUND_PX, TALL_PX, draw_print

SEEDS = range(24)


def test_a_seed_makes_one_print_and_another_seed_another() -> None:
    first, again, other = (draw_print(seed, TALL_PX) for seed in (7, 7, 8))
    assert first.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("wide_px", [TALL_PX, ROUND_PX])
def test_a_print_has_its_size_and_neither_is_empty_nor_covers_all(wide_px: int) -> None:
    for seed in SEEDS:
        shown = draw_print(seed, wide_px)
        assert shown.shape == (TALL_PX, wide_px, 4) and shown.dtype == np.uint8
        assert 0.003 < (shown[..., 3] > 128).mean() < 0.8


def test_prints_are_of_one_to_three_inks_that_reach_beyond_what_they_cover() -> None:
    for seed in SEEDS:
        shown = draw_print(seed, TALL_PX)
        assert len(np.unique(shown[..., :3].reshape(-1, 3), axis=0)) <= 3
        beside = cv2.dilate(shown[..., 3], np.ones((3, 3), np.uint8)) > 0
        inked = {tuple(c) for c in shown[shown[..., 3] > 0][:, :3].tolist()}
        assert {tuple(c) for c in shown[beside][:, :3].tolist()} == inked
