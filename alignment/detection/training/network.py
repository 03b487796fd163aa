"""A light pyramid and an anchor-free head over features at strides 8, 16 and 32."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from alignment.detection.training.backbone import STRIDES, WIDTHS, Lite

_GROUPS = 8
_FIRST_SCORE = 0.01  # of every place before training: nearly all of them show nothing
_FIRST_REACH = 2.5  # from a place to each edge before training, in strides


class Unit(nn.Module):
    """A depthwise and a pointwise convolution, group norms, and a bend.

    Group norms, because what a batch norm learns of renders would not hold for photos.
    """

    def __init__(self, came: int, goes: int, *, stride: int = 1) -> None:
        super().__init__()
        self.deep = nn.Conv2d(came, came, 3, stride, 1, groups=came, bias=False)
        self.point = nn.Conv2d(came, goes, 1, bias=False)
        self.norm = nn.GroupNorm(_GROUPS, goes)

    def forward(self, x: Any) -> Any:
        """Return (b, goes, h / stride, w / stride) of (b, came, h, w)."""
        return functional.relu(self.norm(self.point(self.deep(x))))


class Pyramid(nn.Module):
    """Features of all strides told to each other, coarse to fine and back. Source: Liu 2018."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(came, width, 1, bias=False), nn.GroupNorm(_GROUPS, width))
            for came in WIDTHS
        )
        self.wide = Wide(width)
        self.down = nn.ModuleList(Unit(width, width) for _ in STRIDES[1:])
        self.halve = nn.ModuleList(Unit(width, width, stride=2) for _ in STRIDES[1:])
        self.up = nn.ModuleList(Unit(width, width) for _ in STRIDES[1:])

    def forward(self, features: Sequence[Any]) -> list[Any]:
        """Return [(b, width, h, w)] of the same strides."""
        levels = [functional.relu(to(x)) for to, x in zip(self.lateral, features, strict=True)]
        levels[-1] = self.wide(levels[-1])
        for at in (1, 0):
            coarse = functional.interpolate(levels[at + 1], scale_factor=2.0, mode="nearest")
            levels[at] = self.down[at](levels[at] + coarse)
        for at in (1, 2):
            levels[at] = self.up[at - 1](levels[at] + self.halve[at - 1](levels[at - 1]))
        return levels


class Wide(nn.Module):
    """What is around a place, near and far, and the whole picture. Source: He et al. 2015."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = Unit(4 * width, width)

    def forward(self, x: Any) -> Any:
        """Return (b, width, h, w) of the same."""
        near = [functional.max_pool2d(x, side, 1, side // 2) for side in (3, 7)]
        whole = x.mean(dim=(2, 3), keepdim=True).expand_as(x)
        return x + self.mix(torch.cat([x, *near, whole], dim=1))


class Head(nn.Module):
    """For every place of every stride: how likely each category is, and where the edges are.

    The two go through towers of their own, the same ones on every stride, but for a scale.
    """

    def __init__(self, width: int, categories: int, depth: int) -> None:
        super().__init__()
        self.towers = nn.ModuleList(
            nn.Sequential(*(Unit(width, width) for _ in range(depth))) for _ in range(2)
        )
        self.scores = nn.Conv2d(width, categories, 1)
        self.reaches = nn.Conv2d(width, 4, 1)
        self.scales = nn.Parameter(torch.zeros(len(STRIDES)))
        nn.init.normal_(self.scores.weight, std=0.01)
        nn.init.constant_(self.scores.bias, -math.log(1 / _FIRST_SCORE - 1))
        nn.init.normal_(self.reaches.weight, std=0.01)
        nn.init.constant_(self.reaches.bias, math.log(_FIRST_REACH))

    def forward(self, levels: Sequence[Any]) -> tuple[Any, Any]:
        """Return logits (b, places, categories) and reaches (b, places, 4) in pixels."""
        scores, reaches = [], []
        for at, (x, stride) in enumerate(zip(levels, STRIDES, strict=True)):
            scores.append(_listed(self.scores(self.towers[0](x))))
            told = _listed(self.reaches(self.towers[1](x))) + self.scales[at]
            reaches.append(told.float().clamp(-5, 5).exp() * stride)
        return torch.cat(scores, dim=1).float(), torch.cat(reaches, dim=1)


class LiteDetector(nn.Module):
    """Backbone, pyramid and head in one."""

    def __init__(self, backbone: Lite, width: int, categories: int, depth: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.pyramid = Pyramid(width)
        self.head = Head(width, categories, depth)

    def forward(self, pictures: Any) -> tuple[Any, Any]:
        """Return logits (b, places, categories) and edges (b, places, 4) in pixels.

        pictures: (b, 3, h, w), 0 to 255.
        """
        logits, reaches = self.head(self.pyramid(self.backbone(pictures)))
        middles, _ = places(pictures.shape[2:], pictures.device)
        return logits, torch.cat([middles - reaches[..., :2], middles + reaches[..., 2:]], dim=-1)


def places(size: Sequence[int], device: Any) -> tuple[Any, Any]:
    """Return the middles (places, 2) in pixels, and the strides (places,), of all places."""
    middles, strides = [], []
    for stride in STRIDES:
        down = (torch.arange(size[0] // stride, device=device) + 0.5) * stride
        across = (torch.arange(size[1] // stride, device=device) + 0.5) * stride
        y, x = torch.meshgrid(down, across, indexing="ij")
        middles.append(torch.stack([x, y], dim=-1).reshape(-1, 2))
        strides.append(torch.full((len(middles[-1]),), float(stride), device=device))
    return torch.cat(middles), torch.cat(strides)


def _listed(x: Any) -> Any:
    return x.permute(0, 2, 3, 1).flatten(1, 2)
