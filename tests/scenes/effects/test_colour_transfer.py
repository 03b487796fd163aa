from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2lab

from assets.errors import UserError
from scenes.effects.colour_transfer import (
    MissingReference,
    References,
    histogram_matched,
    reinhard,
    transferred,
)
from scenes.effects.neural_style import NoStyle
from scenes.model.effects import PostEffects, Transfer, TransferMethod


def muted(seed: int, mean: tuple[int, int, int], spread: float) -> np.ndarray:
    """Colours well inside the gamut, so that none is clipped."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, spread, (60, 80, 1))
    return np.clip(np.array(mean) + shared + rng.normal(0, spread / 3, (60, 80, 3)), 0, 255).astype(
        np.uint8
    )


RENDER, PHOTO = muted(1, (150, 150, 140), 12.0), muted(2, (110, 95, 80), 20.0)[:50, 5:]


def moments(image: np.ndarray) -> np.ndarray:
    lab = rgb2lab(image).reshape(-1, 3)
    return np.stack([lab.mean(axis=0), lab.std(axis=0)])


def test_reinhard_reaches_the_lab_mean_and_spread_of_the_photo() -> None:
    assert np.abs(moments(RENDER) - moments(PHOTO)).max() > 5
    assert np.abs(moments(reinhard(RENDER, PHOTO, 1.0)) - moments(PHOTO)).max() < 0.3


def test_histogram_matching_reaches_the_photos_histogram() -> None:
    matched = histogram_matched(RENDER, PHOTO, 1.0)
    for channel in range(3):
        ours, theirs = (np.sort(image[..., channel].ravel()) for image in (matched, PHOTO))
        quantiles = np.linspace(0.01, 0.99, 50)
        assert np.abs(np.quantile(ours, quantiles) - np.quantile(theirs, quantiles)).max() <= 3


@pytest.mark.parametrize("transfer", [reinhard, histogram_matched])
def test_strength_goes_from_the_picture_to_the_photos_colours(transfer: object) -> None:
    none, half, whole = (transfer(RENDER, PHOTO, s) for s in (0.0, 0.5, 1.0))  # type: ignore[operator]
    assert np.abs(none.astype(int) - RENDER).max() <= 1
    between = (moments(RENDER)[0] + moments(whole)[0]) / 2
    assert np.abs(moments(half)[0] - between).max() < 0.5


def test_a_picture_of_one_colour_takes_the_photos_mean() -> None:
    flat = np.full((20, 20, 3), 90, dtype=np.uint8)
    assert np.abs(moments(reinhard(flat, PHOTO, 1.0))[0] - moments(PHOTO)[0]).max() < 0.5


def test_the_photo_is_found_below_the_folder_by_the_plans_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    Image.fromarray(PHOTO).save(tmp_path / "sub" / "one.png")
    transfer = Transfer(method="reinhard", reference="sub/one.png", strength=1.0)
    shown = transferred(RENDER, transfer, References(photos=tmp_path, style=None))
    assert np.array_equal(shown, reinhard(RENDER, PHOTO, 1.0))


@pytest.mark.parametrize(
    ("method", "reference", "error", "told"),
    [
        ("reinhard", "gone.png", MissingReference, "has no photo 'gone.png'"),
        ("reinhard", "../one.png", MissingReference, "has no photo"),
        ("style", "one.png", NoStyle, "torch|style_weights=FOLDER"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_rendered(
    tmp_path: Path, method: TransferMethod, reference: str, error: type[UserError], told: str
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in (folder / "one.png", tmp_path / "one.png"):
        Image.fromarray(PHOTO).save(path)
    post = PostEffects(
        transfer=Transfer(method=method, reference=reference, strength=1.0), exposure_stops=0.0,
        blur_px=0.0, shot_noise=0.0, read_noise=0.0, gains=(1.0, 1.0, 1.0),
        jpeg_quality=None,
    )  # fmt: skip
    with pytest.raises(error, match=told):
        References(photos=folder, style=None).check([None, post])


def test_without_a_folder_of_photos_the_option_is_named() -> None:
    with pytest.raises(MissingReference, match="real_images=FOLDER"):
        References(photos=None, style=None).photo("one.jpg")
