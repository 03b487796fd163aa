"""Signs: ink lies where the words are said to be, in fonts that have their letters."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from assets.lettering.fonts import font_files, has_glyphs
from assets.lettering.settings import NoLettering, TextSettings
from assets.lettering.sign import Sign, draw_sign


def settings(**changed: Any) -> TextSettings:
    return TextSettings(**({"share": 1.0, "most": 1, "board": 0.0, "logo": 1.0, "fonts": None,
                            "words": None, "logos": None, "annotate": True} | changed))  # fmt: skip


def sign(seed: int, aspect: float = 2.0, **changed: Any) -> Sign:
    rng = np.random.default_rng(seed)
    return draw_sign(rng, settings(**changed), aspect, on_bright=True)


@pytest.mark.parametrize("seed", range(8))
def test_every_word_has_ink_in_its_corners_and_none_is_beyond(seed: int) -> None:
    drawn = sign(seed, aspect=[0.3, 1.0, 2.0, 6.0][seed % 4])
    left = drawn.rgba[..., 3].copy()
    for mark in drawn.marks:
        (x0, y0), (x1, y1) = np.floor(mark.quad[0]).astype(int), np.ceil(mark.quad[2]).astype(int)
        own = left[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]
        assert own.max() > 200
        own[:] = 0
    assert not left.any()


def test_the_same_seed_writes_the_same_and_another_something_else() -> None:
    assert np.array_equal(sign(1).rgba, sign(1).rgba)
    assert [m.said for m in sign(1).marks] != [m.said for m in sign(2).marks]


def test_a_users_texts_are_written_word_by_word(tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text("Bitte nicht stürzen\n\n", encoding="utf-8")
    drawn = sign(3, words=tmp_path / "said.txt")
    assert [mark.said for mark in drawn.marks] == ["Bitte", "nicht", "stürzen"]


def test_a_logo_keeps_its_proportions_and_its_name(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "maker.png"), np.full((40, 80, 4), 255, np.uint8))
    first = sign(4, logos=tmp_path).marks[0]
    wide, high = np.ptp(first.quad, axis=0)
    assert (first.kind, first.said) == ("logo", "maker")
    assert wide / high == pytest.approx(2.0, rel=0.03)


def test_without_a_font_pillows_own_writes(tmp_path: Path) -> None:
    assert has_glyphs(None, "Twinset 17")
    assert not has_glyphs(None, "\u4e2d")  # which it lacks
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert font_files(tmp_path)
    assert sign(5, fonts=tmp_path).rgba.any()


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"fonts": "none"}, "expected a folder with .ttf or .otf"),
     ({"logos": "none"}, "expected a folder with .png"),
     ({"words": "none"}, "a text a line")],
)  # fmt: skip
def test_what_is_not_there_is_a_mistake_that_says_so(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    with pytest.raises(NoLettering, match=told):
        settings(**{key: tmp_path / name for key, name in changed.items()}).digest()
