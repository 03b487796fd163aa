"""The loop: views in, a network that was trained and what took effect out."""

import copy
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from alignment.detection.training.batches import Batches, Step
from alignment.detection.training.groups import Group, copies, told
from alignment.detection.training.losses import Wanted
from alignment.detection.training.pacing import LoopSettings, pace
from alignment.detection.training.tensors import tensors_of
from assets.errors import UserError

_TOLD = 100  # times that progress is told


class LossLost(UserError):
    """A loss that is no longer a number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """What came out. model: with the mean of its weights over the last steps.

    losses: (steps,). photos, examples: shown in all. groups: as TookEffect tells them.
    """

    model: nn.Module
    losses: np.ndarray[Any, np.dtype[np.float64]]
    photos: int
    examples: int
    groups: Mapping[str, Mapping[str, float]]


Cost = Callable[[nn.Module, Any, Wanted], Any]


def trained(
    model: nn.Module,
    groups: Mapping[str, Group],
    cost: Cost,
    data: tuple[Batches, LoopSettings],
    say: Callable[[float], None],
) -> Trained:
    """Return a model fitted. cost: of (model, pictures (b, 3, h, w) 0 to 255, what they hold).

    Raises LossLost, PhotoUnreadable.
    """
    batches, how = data
    device = device_of(how.device)
    model = model.to(device, memory_format=torch.channels_last)
    kept, before = copy.deepcopy(model).requires_grad_(False), copies(groups)
    optimiser = _optimiser(groups, how)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: pace(step, how))
    losses, photos, examples = [], 0, 0
    for number, step in enumerate(_steps(batches, how, device)):
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            loss = cost(model, *tensors_of(step, device))
        losses.append(loss.detach())
        _check(losses, number, how)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(_parameters(model), how.clip)
        optimiser.step()
        schedule.step()
        _follow(kept, model, min(how.ema, (1 + number) / (10 + number)))
        photos, examples = photos + step.photos, examples + step.examples
        if number % max(1, how.steps // _TOLD) == 0:
            say(number / how.steps)
    say(1.0)
    return Trained(
        model=kept.eval(),
        losses=torch.stack(losses).double().cpu().numpy(),
        photos=photos,
        examples=examples,
        groups=told(groups, before),
    )


def device_of(wanted: str) -> str:
    """Return "cuda" or "cpu". Raises NoDevice for a GPU that torch does not see."""
    there = bool(torch.cuda.is_available())
    if wanted == "cuda" and not there:
        raise NoDevice("detector.loop.device=cuda, but torch sees no GPU; use device=cpu")
    return "cuda" if there and wanted != "cpu" else "cpu"


class NoDevice(UserError):
    """A GPU that was asked for and is not there."""


def _steps(batches: Batches, how: LoopSettings, device: str) -> Iterator[Step]:
    workers = how.workers
    if workers is None:
        workers = 1 if device == "cpu" else max(1, len(os.sched_getaffinity(0)) - 1)
    return iter(
        DataLoader(
            batches,
            batch_size=None,
            shuffle=False,
            num_workers=workers,
            generator=torch.Generator().manual_seed(0),  # else it would draw from the global one
            prefetch_factor=4 if workers else None,
        )
    )


def _optimiser(groups: Mapping[str, Group], how: LoopSettings) -> Any:
    sets = []
    for group in groups.values():
        told = [p for module in group.modules for p in module.parameters() if p.requires_grad]
        for decays in (True, False):
            some = [p for p in told if (p.ndim > 1) is decays]
            decay = how.weight_decay if decays else 0.0
            if some:
                sets.append({"params": some, "lr": group.rate, "weight_decay": decay})
    return torch.optim.AdamW(sets)


def _parameters(model: nn.Module) -> list[Any]:
    return [p for p in model.parameters() if p.requires_grad]


def _check(losses: list[Any], number: int, how: LoopSettings) -> None:
    # a look at the loss waits for the GPU, so not at every step
    if number % 20 and number + 1 < how.steps and losses[-1].is_cuda:
        return
    if not torch.isfinite(torch.stack(losses[-20:])).all():
        raise LossLost(
            f"the detector's loss is no longer a number at step {number} of {how.steps}; lower "
            "detector.loop.learning_rate"
        )


def _follow(kept: nn.Module, model: nn.Module, share: float) -> None:
    with torch.no_grad():
        pairs = zip(kept.parameters(), model.parameters(), strict=True)
        moving = [(mean, now.detach()) for mean, now in pairs if now.requires_grad]
        torch._foreach_lerp_([m for m, _ in moving], [n for _, n in moving], 1 - share)
        for mean, now in zip(kept.buffers(), model.buffers(), strict=True):
            mean.copy_(now)
