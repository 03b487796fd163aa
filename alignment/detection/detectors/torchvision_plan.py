"""What torchvision's detectors share: their weights, their losses, their way of being asked."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.detectors.way import Answer
from alignment.detection.training.backbone import PACKAGES, WIDTHS, NoWeights, lite, lite_files
from alignment.detection.training.groups import Group
from alignment.detection.training.losses import Wanted

_COCO = 91  # labels of the published weights, and the background


class NoTorchvision(NoWeights):
    """Torchvision that is not there, or was built for another torch."""


class LitePyramid(nn.Module):
    """Lite0 with torchvision's pyramid, as its detectors want a backbone."""

    def __init__(self, backbone: nn.Module, width: int) -> None:
        super().__init__()
        ops = torchvision("torchvision.ops")
        self.body, self.out_channels = backbone, width
        self.fpn = ops.FeaturePyramidNetwork(list(WIDTHS), width)

    def forward(self, pictures: Any) -> Any:
        """Return {"0": (b, width, h/8, w/8), "1": ..., "2": ...}."""
        named = {str(at): x for at, x in enumerate(self.body(pictures))}
        return self.fpn(named)


class TorchvisionPlan:
    """What a detector of torchvision is: a subclass says how it is built and how labels count.

    What is unsure of a view is taken for background: these losses have no place for it.
    """

    packages = ("torchvision", *PACKAGES)
    published: str  # name of the model in torchvision
    first_label: int  # what label 0 is to it

    def __init__(self, settings: DetectorSettings) -> None:
        torchvision("torchvision")
        self._settings = settings
        self._on_lite = settings.backbone == "lite"
        self.weights: Mapping[str, Path] = (
            lite_files(settings.lite) if self._on_lite else {self.published: self._file()}
        )

    def network(self, categories: int) -> Any:
        """Return the network, to be trained. Raises NoWeights."""
        told, side_px = self._settings, self._settings.loop.side_px
        sizes = {"min_size": side_px, "max_size": side_px, **self._finding()}
        if self._on_lite:
            backbone = LitePyramid(lite(told.lite), told.lite.width)
            plain = {"image_mean": [0.0] * 3, "image_std": [1.0] * 3}  # Lite0 has its own
            return self._on(backbone, categories, {**sizes, **plain})
        models = torchvision("torchvision.models")
        net = models.get_model(
            self.published, weights=None, weights_backbone=None, num_classes=_COCO,
            trainable_backbone_layers=5 - told.own.frozen, **sizes,
        )  # fmt: skip
        _load(net, self.weights[self.published])
        self._head(net, categories)
        return net

    def groups(self, net: Any) -> Mapping[str, Group]:
        """Return all of its parameters, by what they are."""
        how, body = self._settings.loop, net.backbone.body
        rest = [part for name, part in net.named_children() if name != "backbone"]
        return {
            "backbone": Group(modules=(body,), rate=how.backbone_rate),
            "pyramid": Group(modules=(net.backbone.fpn,), rate=how.learning_rate),
            "head": Group(modules=tuple(rest), rate=how.learning_rate),
        }

    def cost(self, net: Any, pictures: Any, wanted: Wanted) -> Any:
        """Return the sum of its losses."""
        targets = [
            {"boxes": edges[labels >= 0], "labels": labels[labels >= 0] + self.first_label}
            for edges, labels in zip(wanted.edges, wanted.labels, strict=True)
        ]
        return sum(net(self._given(pictures), targets).values())

    def answers(self, net: Any, pictures: Any) -> list[Answer]:
        """Return what is found on each picture."""
        return [
            Answer(
                edges=found["boxes"].double().cpu().numpy(),
                labels=found["labels"].cpu().numpy().astype(np.int64) - self.first_label,
                scores=found["scores"].double().cpu().numpy(),
            )
            for found in net(self._given(pictures))
        ]

    def _given(self, pictures: Any) -> list[Any]:
        return list(pictures if self._on_lite else pictures / 255)

    def _finding(self) -> dict[str, Any]:
        raise NotImplementedError

    def _on(self, backbone: nn.Module, categories: int, how: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _head(self, net: Any, categories: int) -> None:
        raise NotImplementedError

    def _file(self) -> Path:
        folder = self._settings.own.weights or Path("weights")
        file = folder / f"{self._settings.name}.pth"
        if file.is_file():
            return file
        raise NoWeights(
            f"detector={self._settings.name} wants the weights of COCO, and there is no {file}; "
            f'fetch them with `.venv/bin/python -c "import torch, torchvision.models as m; '
            f"torch.save(m.get_model('{self.published}', weights='DEFAULT').state_dict(), "
            f"'{file}')\"` and give WEIGHTS={folder}, or use OPTIONS=detector.backbone=lite"
        )


def torchvision(module: str) -> Any:
    """Return a module of torchvision. Raises NoTorchvision."""
    try:
        return importlib.import_module(module)
    except (ImportError, RuntimeError, OSError) as error:
        told = str(error).splitlines()[0]
        raise NoTorchvision(
            f"this detector needs a torchvision that was built for torch {torch.__version__}, and "
            f"{module} does not load ({told}); install the two together, e.g. `.venv/bin/python -m "
            "pip install torch==2.13.0 torchvision==0.28.0`, or use detector=lite"
        ) from None


def _load(net: nn.Module, file: Path) -> None:
    try:
        net.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    except (RuntimeError, OSError, ValueError, TypeError, AttributeError) as error:
        raise NoWeights(
            f"{file}: {str(error).splitlines()[0]}; expected the state_dict of the published model"
        ) from None
