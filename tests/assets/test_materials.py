from dataclasses import asdict

import numpy as np
import pytest

from assets.materials import (
    BadMaterials,
    MaterialKind,
    UnknownMaterial,
    draw_material,
    floor_kinds,
    material_kinds,
)
from scenes.model.scene import Material

every_kind = pytest.mark.parametrize("kind", material_kinds())


@every_kind
def test_draws_lie_inside_a_range_of_their_kind(kind):
    rng, told = np.random.default_rng(0), material_kinds()[kind]
    for _ in range(200):
        drawn = draw_material(rng, kind)
        assert any(
            all(
                low <= c <= high
                for low, c, high in zip(darkest, drawn.color, lightest, strict=True)
            )
            for darkest, lightest in told.colors
        )
        assert told.roughness[0] <= drawn.roughness <= told.roughness[1]
        assert drawn.metallic == told.metallic and 0 <= drawn.seed < 2**32


@every_kind
def test_every_range_of_colour_is_drawn(kind):
    rng, told = np.random.default_rng(1), material_kinds()[kind]
    drawn = np.array([draw_material(rng, kind).color for _ in range(300)])
    for darkest, lightest in told.colors:
        assert ((drawn >= darkest) & (drawn <= lightest)).all(axis=1).any()


def test_the_same_generator_draws_the_same_material():
    first, second = (draw_material(np.random.default_rng(5), "wood") for _ in range(2))
    assert first == second


def test_a_draw_has_exactly_the_fields_of_a_scene_s_material():
    drawn = draw_material(np.random.default_rng(0), "fabric")
    left = {"texture": None, "print": None}
    assert asdict(Material(**drawn._asdict())) == {**drawn._asdict(), **left}


def test_there_are_floors_and_they_have_every_look():
    assert {material_kinds()[name].pattern for name in floor_kinds()} == {
        "planks", "tiles", "weave", "noise",
    }  # fmt: skip


def test_an_unknown_kind_s_error_lists_the_kinds():
    with pytest.raises(UnknownMaterial, match=r"'gold'.*wood, metal"):
        draw_material(np.random.default_rng(0), "gold")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pattern": "zigzag"}, "pattern 'zigzag'; expected one of"),
        ({"roughness": (0.9, 0.2)}, "low before high"),
        ({"colors": (((0.1, 0.1, 0.1), (1.2, 0.2, 0.2)),)}, r"in \[0, 1\]"),
    ],
)
def test_a_kind_that_cannot_be_drawn_from_is_refused(wrong, message):
    good = {
        "name": "x", "pattern": "plain", "roughness": (0.1, 0.2), "metallic": 0.0,
        "colors": (((0.1, 0.1, 0.1), (0.2, 0.2, 0.2)),),
    }  # fmt: skip
    with pytest.raises(BadMaterials, match=message):
        MaterialKind(**{**good, **wrong})
