"""How long, how fast and on what a detector is trained; torch is no part of it."""

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class LoopSettings:
    """How long and how fast is trained.

    side_px: of the square views, and of photos when boxes are asked for. early_side_px: of the
    views of the first `early` share of the steps, which cost less. learning_rate: at its highest,
    of what is new; backbone_rate: of what was pretrained. warm_up: share of the steps until then;
    from there it falls along a cosine. ema: of the weights that are kept, a step. clip: largest
    norm of a gradient. threads: of torch on a CPU. workers: processes that draw views; None: one on
    a CPU, all cores but one beside a GPU.
    """

    steps: int
    batch: int
    side_px: int
    early_side_px: int
    early: float
    learning_rate: float
    backbone_rate: float
    weight_decay: float
    warm_up: float
    ema: float
    clip: float
    device: Literal["auto", "cpu", "cuda"]
    threads: int
    workers: int | None

    def __post_init__(self) -> None:
        for name in ("side_px", "early_side_px"):
            side = getattr(self, name)
            if side % 32 or not 64 <= side <= 4096:
                raise ValueError(f"{name} is {side}; expected a multiple of 32, 64 to 4096")
        for name, least in (("steps", 1), ("batch", 1), ("threads", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
        for name in ("early", "warm_up", "ema"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to below 1")
        for name in ("learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected above 0")
        for name in ("backbone_rate", "weight_decay", "workers"):
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")

    @property
    def sides_px(self) -> tuple[int, ...]:
        """The side of the views of each step."""
        early = round(self.early * self.steps)
        return (self.early_side_px,) * early + (self.side_px,) * (self.steps - early)


def pace(step: int, how: LoopSettings) -> float:
    """Return the share of the highest learning rate at a step: up a line, down a cosine."""
    warm = how.warm_up * how.steps
    if step < warm:
        return (step + 1) / (warm + 1)
    done = (step - warm) / max(1.0, how.steps - warm)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
