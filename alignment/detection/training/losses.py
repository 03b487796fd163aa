"""Which places answer for which box, and what a prediction costs."""

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from alignment.detection.training.backbone import STRIDES
from alignment.detection.training.boxes import generalised, overlaps

_SCORE_POWER, _OVERLAP_POWER = 0.5, 4.0
_ANSWER = 10  # places that answer for a box, at most
_BOX_WEIGHT = 2.0
_LEAST_HALF_PX = STRIDES[0] / 2 + 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Wanted:
    """What views hold, as tensors filled up with nothing.

    edges: (b, n, 4), n at least 1. labels: (b, n), -1 where there is nothing. unsure: (b, m, 4), of
    no area where there is nothing.
    """

    edges: Any
    labels: Any
    unsure: Any


def detection_loss(predicted: tuple[Any, Any], wanted: Wanted, middles: Any) -> Any:
    """Return what logits (b, p, c) and edges (b, p, 4) of places at middles (p, 2) cost.

    Scores are asked to be the overlap with the box that a place answers for, 0 elsewhere, and cost
    their cross entropy, the less the nearer they are (Li et al. 2020, quality focal loss); boxes
    cost 1 - GIoU, weighed by what the score is asked to be.
    """
    logits, edges = predicted
    with torch.no_grad():
        quality, which = answering(predicted, wanted, middles)
        asked, sure = _asked(logits, quality, which, wanted), _sure(middles, quality, wanted)
    weight = (asked - logits.sigmoid()).abs().pow(2) * sure[..., None]
    entropy = functional.binary_cross_entropy_with_logits(logits, asked, reduction="none")
    held = quality > 0
    sought = torch.gather(wanted.edges, 1, which[..., None].expand(-1, -1, 4))
    apart = (1 - generalised(edges[held], sought[held])) * quality[held]
    return ((entropy * weight).sum() + _BOX_WEIGHT * apart.sum()) / quality.sum().clamp(min=1)


def answering(predicted: tuple[Any, Any], wanted: Wanted, middles: Any) -> tuple[Any, Any]:
    """Return the quality (b, p) asked of each place, 0 where it answers for nothing, and the box.

    Of the places in a box, those that already find it best answer for it (Feng et al. 2021, task
    alignment): the powers of its label's score and of the overlap multiplied. The quality is this
    measure, scaled to reach the box's best overlap.
    """
    logits, edges = predicted
    inside, there = _inside(middles, _met(wanted.edges)), wanted.labels >= 0
    overlap = overlaps(wanted.edges, edges)
    labels = wanted.labels.clamp(min=0)[..., None].expand(-1, -1, logits.shape[1])
    score = torch.gather(logits.sigmoid().transpose(1, 2), 1, labels)
    fit = score**_SCORE_POWER * overlap**_OVERLAP_POWER + 1e-9
    fit = fit * (inside & there[..., None])
    best = torch.topk(fit, min(_ANSWER, fit.shape[2]), dim=2).values[..., -1:]
    fit = fit * (fit >= best)
    which = fit.argmax(dim=1)
    mine = functional.one_hot(which, fit.shape[1]).transpose(1, 2).bool()
    fit, overlap = fit * mine, overlap * mine * (fit > 0)
    top = overlap.amax(dim=2, keepdim=True).clamp(min=0.1)
    quality = fit / fit.amax(dim=2, keepdim=True).clamp(min=1e-12) * top
    return quality.sum(dim=1), which


def _asked(logits: Any, quality: Any, which: Any, wanted: Wanted) -> Any:
    asked = torch.zeros_like(logits)
    labels = torch.gather(wanted.labels, 1, which).clamp(min=0)
    return asked.scatter_(2, labels[..., None], quality[..., None])


def _sure(middles: Any, quality: Any, wanted: Wanted) -> Any:
    unsure = _inside(middles, wanted.unsure).any(dim=1)
    return (~unsure | (quality > 0)).to(quality.dtype)


def _met(edges: Any) -> Any:
    """Return edges (b, n, 4) widened where a box could lie between all places."""
    middles, halves = (edges[..., :2] + edges[..., 2:]) / 2, (edges[..., 2:] - edges[..., :2]) / 2
    halves = halves.clamp(min=_LEAST_HALF_PX)
    return torch.cat([middles - halves, middles + halves], dim=-1)


def _inside(middles: Any, edges: Any) -> Any:
    """Return (b, n, p): which of middles (p, 2) are in which of edges (b, n, 4)."""
    near = torch.cat([middles - edges[..., None, :2], edges[..., None, 2:] - middles], dim=-1)
    return (near > 0).all(dim=-1)
