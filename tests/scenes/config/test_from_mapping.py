from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from scenes.config.from_mapping import BadSetting, from_mapping


@dataclass(frozen=True, kw_only=True)
class Inner:
    share: float
    pair: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: str
    kind: Literal["a", "b"]
    path: Path | None
    inner: Inner
    many: tuple[Inner, ...]
    axes: Mapping[str, tuple[float, ...]]
    on: bool


GOOD: dict[str, Any] = {
    "name": "n",
    "kind": "a",
    "path": None,
    "inner": {"share": 1, "pair": [1, 2]},
    "many": [{"share": 0.5, "pair": [3, 4]}],
    "axes": {"x.y": [1, 2.5]},
    "on": True,
}


def test_nested_settings_arrive_as_frozen_dataclasses() -> None:
    made = from_mapping(Outer, GOOD)
    assert made.inner == Inner(share=1.0, pair=(1, 2))
    assert made.many == (Inner(share=0.5, pair=(3, 4)),)
    assert made.axes == {"x.y": (1.0, 2.5)}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"nmae": "n"}, "nmae"),
        ({"inner": {"share": 1}}, "inner.pair"),
        ({"inner": {"share": "x", "pair": [1, 2]}}, "inner.share"),
        ({"inner": {"share": float("nan"), "pair": [1, 2]}}, "inner.share"),
        ({"inner": {"share": 1, "pair": [1, 2, 3]}}, "inner.pair"),
        ({"many": [{"share": 1, "pair": [1, True]}]}, r"many\[0\].pair\[1\]"),
        ({"kind": "c"}, "kind.*a, b"),
        ({"on": 1}, "on"),
        ({"axes": {"x": "words"}}, "axes.x"),
        ({"inner": 3}, "inner"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        from_mapping(Outer, {**GOOD, **change})
