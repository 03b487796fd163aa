"""Vases: hollow bodies with an open mouth."""

from collections.abc import Callable, Iterator

from assets.families.family import Parameters, Part, Shape, choice, family, names, rim, span
from assets.families.solids import ellipse, fillet, lathe, sweep
from assets.families.vessel import vessel

_WARE = ("ceramic", "ceramic", "glass", "metal")
_WALL_M = 0.005

Profile = Callable[[Parameters], list[tuple[float, float]]]


def _turned(profile: Profile) -> Callable[[Parameters], Iterator[Part]]:
    def parts(p: Parameters) -> Iterator[Part]:
        tall = p["height_m"]
        outside = fillet(profile(p), 0.3 * tall, 9)
        marks = (*rim("rim", 12), *rim("base", -12))
        yield Part(_WARE[int(p["ware"])], vessel(outside, _WALL_M, 48), marks)
        yield from _twigs(p)

    return parts


def _twigs(p: Parameters) -> Iterator[Part]:
    """Dry twigs that stand on the floor of the vase and lean on its mouth."""
    for i in range(int(p["twigs"])):
        out, tall = 0.7 * p["mouth_m"] / 2 - 0.004, p["height_m"]
        rise = tall * (1.5 + 0.1 * (i % 3))
        bend = [(0, 0, 0.011), (out, 0, tall), (out * 1.6 + 0.05, 0, rise)]
        twig = sweep(fillet(bend, 0.1, 5), ellipse(0.0036, 0.0036, 8), bevel_m=0)
        turn = 137.5 * i
        yield Part("wood", twig.turned(2, turn))
        bud = lathe([(0, -0.02), (0.008, -0.01), (0.011, 0.004), (0.006, 0.018), (0, 0.024)], 12)
        yield Part("leaf", bud.at(out * 1.6 + 0.05, 0, rise).turned(2, turn))


def _belly(p: Parameters) -> list[tuple[float, float]]:
    tall, belly, mouth = p["height_m"], p["diameter_m"] / 2, p["mouth_m"] / 2
    return [(0.55 * belly, 0.0), (1.25 * belly, p["widest"] * tall), (0.75 * mouth, 0.86 * tall),
            (mouth, tall)]  # fmt: skip


def _column(p: Parameters) -> list[tuple[float, float]]:
    tall, radius, mouth = p["height_m"], p["diameter_m"] / 2, p["mouth_m"] / 2
    return [(radius, 0.0), (radius, 0.4 * tall), (mouth, tall)]


def _flared(p: Parameters) -> list[tuple[float, float]]:
    tall, waist, mouth = p["height_m"], p["diameter_m"] / 2, p["mouth_m"] / 2
    return [(1.05 * waist, 0.0), (0.8 * waist, 0.45 * tall), (waist, 0.7 * tall), (mouth, tall)]


def _flask(p: Parameters) -> list[tuple[float, float]]:
    tall, belly, neck = p["height_m"], p["diameter_m"] / 2, p["mouth_m"] / 2
    return [(0.7 * belly, 0.0), (1.15 * belly, 0.22 * tall), (neck, 0.5 * tall), (neck, tall)]


def _vase(name: str, source: str, profile: Profile, **own: tuple[float, float]) -> Shape:
    ranges = {key: span(*told) for key, told in own.items()}
    return Shape(
        name=name,
        source=f"common {source}",
        parts=_turned(profile),
        ranges={**ranges, "ware": choice(3), "twigs": choice(5)},
    )


BELLY = _vase(
    "belly_vase", "bellied vases: 0.20 to 0.34 m high, 0.15 to 0.24 m across", _belly,
    height_m=(0.20, 0.34), diameter_m=(0.15, 0.22), mouth_m=(0.08, 0.12), widest=(0.35, 0.6),
)  # fmt: skip
COLUMN = _vase(
    "column_vase", "cylinder vases: 0.20 to 0.40 m high, 0.09 to 0.15 m across", _column,
    height_m=(0.20, 0.40), diameter_m=(0.09, 0.14), mouth_m=(0.09, 0.15),
)  # fmt: skip
FLARED = _vase(
    "flared_vase", "trumpet vases: 0.22 to 0.38 m high, mouths of 0.13 to 0.20 m", _flared,
    height_m=(0.22, 0.38), diameter_m=(0.08, 0.12), mouth_m=(0.13, 0.20),
)  # fmt: skip
FLASK = _vase(
    "neck_vase", "bottle vases: 0.22 to 0.36 m high, necks of 0.035 to 0.06 m", _flask,
    height_m=(0.22, 0.36), diameter_m=(0.13, 0.19), mouth_m=(0.04, 0.06),
)  # fmt: skip
KEYPOINTS = names(rim("rim"), rim("base"))
VASE = family("vase", KEYPOINTS, BELLY, COLUMN, FLARED, FLASK)
