"""Style transfer with networks a few channels wide; only where torch is installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenes.effects.neural_style import DECODER, ENCODER, NoStyle, _renormalised, stylized

torch = pytest.importorskip("torch")

WIDTHS = [
    3,
    4,
    4,
    6,
    6,
    8,
    8,
    8,
    8,
    10,
]  # of the encoder's ten convolutions, mirrored by the decoder


def save(folder: Path, name: str, letters: str, widths: list[int]) -> None:
    """Random weights, small enough that nothing saturates."""
    generator, state, had = torch.Generator().manual_seed(1), {}, widths[0]
    out = iter(widths[1:])
    for number, letter in enumerate(letters):
        if letter == "c":
            side, wide = (1, 3) if number == 0 and letters == ENCODER else (3, next(out))
            shape = (wide, had, side, side)
            state[f"{number}.weight"] = torch.randn(shape, generator=generator) * 0.15
            state[f"{number}.bias"] = torch.rand(wide, generator=generator) * 0.1
            had = wide
    torch.save(state, folder / f"{name}.pth")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    save(tmp_path, "encoder", ENCODER, WIDTHS)
    save(tmp_path, "decoder", DECODER, [*WIDTHS[::-1]])
    return tmp_path


def noise(seed: int, size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(32, 48), (37, 51), (9, 8)])
def test_a_picture_keeps_its_size_and_one_input_gives_one_output(
    weights: Path, size: tuple[int, int]
) -> None:
    shown = [stylized(noise(1, size), noise(2, (40, 64)), 1.0, weights) for _ in range(2)]
    assert shown[0].shape == (*size, 3)
    assert np.array_equal(*shown)


def test_style_changes_the_picture_and_strength_zero_takes_none_of_it(weights: Path) -> None:
    content = noise(1, (32, 32))
    none = [stylized(content, noise(s, (32, 32)) // s, 0.0, weights) for s in (2, 6)]
    whole = [stylized(content, noise(s, (32, 32)) // s, 1.0, weights) for s in (2, 6)]
    assert np.array_equal(*none)
    assert not np.array_equal(*whole)


def test_features_take_the_mean_and_spread_of_the_style() -> None:
    ours, theirs = torch.rand(1, 5, 8, 9), 3 * torch.rand(1, 5, 7, 6) + 2
    moved = _renormalised(ours, theirs)
    assert torch.allclose(moved.mean((2, 3)), theirs.mean((2, 3)), atol=1e-4)
    assert torch.allclose(moved.std((2, 3)), theirs.std((2, 3)), atol=1e-3)


@pytest.mark.parametrize("content", [b"no weights", {"1.weight": [1.0]}, {"other": 1}])
def test_weights_of_something_else_are_refused(weights: Path, content: Any) -> None:
    path = weights / "encoder.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(NoStyle, match=r"encoder\.pth|layer"):
        stylized(noise(1, (16, 16)), noise(2, (16, 16)), 1.0, weights)
