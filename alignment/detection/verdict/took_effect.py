"""What the trainings really did, in rows for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alignment.detection.detector import TookEffect
from alignment.detection.verdict.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One arm, means over its seeds.

    real_share: of all pictures that were shown. groups: by name the share of its parameters that
    could be trained, the learning rate, and how far it moved, against what it was.
    """

    name: str
    steps: int
    batch: int
    real_share: float
    loss: tuple[float, float]
    groups: Mapping[str, tuple[float, float, float]]


def effects_of(standings: Sequence[Standing]) -> tuple[Effect, ...]:
    """Return a row an arm."""
    return tuple(_effect(one.name, list(one.took_effect.values())) for one in standings)


def shared_facts(standings: Sequence[Standing]) -> tuple[tuple[str, str], ...]:
    """Return what all trainings ran with: device, precision, versions and weights."""
    told = [effect for one in standings for effect in one.took_effect.values()]
    facts: dict[str, set[str]] = {}
    for one in told:
        for name, value in (
            ("device", one.device), ("precision", one.precision), *one.versions.items(),
            *((f"SHA-256 of {key}", value) for key, value in one.weights.items()),
        ):  # fmt: skip
            facts.setdefault(name, set()).add(value)
    return tuple((name, ", ".join(sorted(values))) for name, values in facts.items())


def _effect(name: str, told: Sequence[TookEffect]) -> Effect:
    first, last = np.mean([one.loss for one in told], axis=0).tolist()
    return Effect(
        name=name, steps=told[0].steps, batch=told[0].batch,
        real_share=float(np.mean([one.real_share for one in told])), loss=(first, last),
        groups={group: _group(group, told) for group in told[0].groups},
    )  # fmt: skip


def _group(name: str, told: Sequence[TookEffect]) -> tuple[float, float, float]:
    rows = [one.groups[name] for one in told if name in one.groups]
    share = rows[0]["trainable"] / max(rows[0]["parameters"], 1)
    moved = float(np.mean([row["moved"] for row in rows]))
    return share, rows[0]["learning_rate"], moved
