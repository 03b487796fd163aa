"""A cut-out's triangles cover its alpha, once and nothing else."""

import numpy as np
import pytest

from assets.cards.outline import filled, outline
from tests.cut_outs import disc


def area_px(vertices: np.ndarray, triangles: np.ndarray) -> float:
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    u, v = b - a, c - a
    return float(np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum() / 2)


@pytest.mark.parametrize("hole", [False, True])
def test_triangles_cover_as_much_as_alpha_does(hole: bool) -> None:
    alpha = disc((80, 120), hole=hole)[..., 3]
    vertices, triangles = filled(outline(alpha, 0.1))
    assert area_px(vertices, triangles) == pytest.approx((alpha > 127).sum(), rel=0.01)


def test_a_straight_edge_lies_between_its_pixels() -> None:
    alpha = np.zeros((20, 30), np.uint8)
    alpha[5:15, 10:20] = 255
    points = np.concatenate(outline(alpha, 0.05))
    assert points.min(axis=0) == pytest.approx((10, 5), abs=0.01)
    assert points.max(axis=0) == pytest.approx((20, 15), abs=0.01)


def test_two_parts_stay_two_and_a_speck_goes() -> None:
    alpha = np.zeros((60, 60), np.uint8)
    alpha[5:25, 5:25], alpha[35:55, 35:55], alpha[2, 50] = 255, 255, 255
    rings = outline(alpha, 0.1)
    assert len(rings) == 2
    assert area_px(*filled(rings)) == pytest.approx(800, rel=0.01)


def test_a_looser_outline_has_fewer_corners_and_stays_within_its_tolerance() -> None:
    alpha = disc((200, 200))[..., 3]
    fine, loose = outline(alpha, 0.1)[0], outline(alpha, 2.0)[0]
    assert len(loose) < len(fine) / 2
    away = np.abs(np.hypot(*(loose - 100.5).T) - np.hypot(*(fine - 100.5).T).mean())
    assert away.max() < 2.5
