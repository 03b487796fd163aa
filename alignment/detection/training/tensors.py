"""Views as tensors."""

from typing import Any

import numpy as np
import torch

from alignment.detection.training.batches import Step
from alignment.detection.training.losses import Wanted


def tensors_of(step: Step, device: str) -> tuple[Any, Wanted]:
    """Return the pictures (b, 3, h, w) of a step, 0 to 255, and what they hold."""
    stacked = torch.from_numpy(np.stack([view.picture for view in step.views]))
    pictures = stacked.to(device, non_blocking=True).permute(0, 3, 1, 2).float()
    edges = _filled([view.boxes for view in step.views], 0.0)
    labels = _filled([view.labels[:, None] for view in step.views], -1)[..., 0]
    unsure = _filled([view.unsure for view in step.views], 0.0)
    return pictures, Wanted(
        edges=torch.from_numpy(edges).float().to(device),
        labels=torch.from_numpy(labels).long().to(device),
        unsure=torch.from_numpy(unsure).float().to(device),
    )


def _filled(rows: list[Any], nothing: float) -> Any:
    most = max(1, *(len(row) for row in rows))
    made = np.full((len(rows), most, rows[0].shape[1]), nothing, dtype=rows[0].dtype)
    for place, row in enumerate(rows):
        made[place, : len(row)] = row
    return made
