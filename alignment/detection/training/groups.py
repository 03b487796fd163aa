"""Groups of parameters that are trained alike, and how far each of them went."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Parameters that are trained alike. rate: against that of the schedule."""

    modules: tuple[nn.Module, ...]
    rate: float


def copies(groups: Mapping[str, Group]) -> Mapping[str, list[Any]]:
    """Return the parameters of each group as they are now."""
    return {name: [p.detach().clone() for p in _all(group)] for name, group in groups.items()}


def _all(group: Group) -> list[Any]:
    return [p for module in group.modules for p in module.parameters()]


def told(
    groups: Mapping[str, Group], before: Mapping[str, list[Any]]
) -> Mapping[str, Mapping[str, float]]:
    """Return groups as TookEffect tells them. before: what `copies` gave before training."""
    found = {}
    for name, group in groups.items():
        now = _all(group)
        trainable = sum(p.numel() for p in now if p.requires_grad)
        found[name] = {
            "parameters": sum(p.numel() for p in now),
            "trainable": trainable,
            "learning_rate": group.rate if trainable else 0.0,
            "moved": _moved(before[name], now),
        }
    return found


def _moved(before: list[Any], now: list[Any]) -> float:
    if not now:
        return 0.0
    change = sum(
        float((n.detach() - b).double().pow(2).sum()) for b, n in zip(before, now, strict=True)
    )
    was = sum(float(b.double().pow(2).sum()) for b in before)
    return math.sqrt(change) / math.sqrt(was) if was else math.inf
