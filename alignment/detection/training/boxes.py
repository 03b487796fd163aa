"""Boxes as tensors: overlap, generalised overlap, and one box for each object."""

from typing import Any

import numpy as np
import torch

from alignment.detection.detector import FloatArray, IntArray


def overlaps(one: Any, other: Any) -> Any:
    """Return the IoU (..., n, m) of every pair of edges (..., n, 4) and (..., m, 4)."""
    one, other = one[..., :, None, :], other[..., None, :, :]
    shared = _area(torch.maximum(one[..., :2], other[..., :2]),
                   torch.minimum(one[..., 2:], other[..., 2:]))  # fmt: skip
    both = _area(one[..., :2], one[..., 2:]) + _area(other[..., :2], other[..., 2:])
    return shared / (both - shared).clamp(min=1e-6)


def generalised(one: Any, other: Any) -> Any:
    """Return the GIoU (n,) of pairs of edges (n, 4), -1 to 1. Source: Rezatofighi et al. 2019."""
    shared = _area(torch.maximum(one[:, :2], other[:, :2]), torch.minimum(one[:, 2:], other[:, 2:]))
    both = _area(one[:, :2], one[:, 2:]) + _area(other[:, :2], other[:, 2:]) - shared
    hull = _area(torch.minimum(one[:, :2], other[:, :2]), torch.maximum(one[:, 2:], other[:, 2:]))
    return shared / both.clamp(min=1e-6) - (hull - both) / hull.clamp(min=1e-6)


def without_doubles(
    edges: FloatArray, labels: IntArray, scores: FloatArray, most_overlap: float
) -> IntArray:
    """Return which boxes stay, best first, where none overlaps a better one of its label more.

    Ours, since torchvision's needs a build that fits torch's, and OpenCV's rounds to pixels.
    """
    order = np.argsort(-scores, kind="stable")
    told = torch.from_numpy(edges[order])
    shared = overlaps(told, told).numpy() > most_overlap
    shared &= labels[order][:, None] == labels[order]
    stays = np.ones(len(order), dtype=bool)
    for place in range(len(order)):
        if stays[place]:
            stays[place + 1 :] &= ~shared[place, place + 1 :]
    return np.asarray(order[stays], dtype=np.int64)


def _area(low: Any, high: Any) -> Any:
    return (high - low).clamp(min=0).prod(dim=-1)
