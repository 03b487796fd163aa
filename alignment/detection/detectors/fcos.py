"""FCOS of torchvision (Tian et al. 2019), on its own ResNet-50 or on Lite0."""

from typing import Any

from torch import nn

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.detectors.torchvision_plan import TorchvisionPlan, torchvision
from alignment.detection.detectors.way import Way
from alignment.detection.training.backbone import STRIDES


def made(settings: DetectorSettings) -> Way:
    """Return the detector. Raises NoWeights, NoTorchvision, NoDevice."""
    return Way(settings, FcosPlan(settings))


class FcosPlan(TorchvisionPlan):
    """What is this detector's own."""

    published = "fcos_resnet50_fpn"
    first_label = 0

    def _finding(self) -> dict[str, Any]:
        told = self._settings.finding
        return {"score_thresh": told.least_score, "nms_thresh": told.most_overlap}

    def _on(self, backbone: nn.Module, categories: int, how: dict[str, Any]) -> Any:
        detection = torchvision("torchvision.models.detection")
        anchors = torchvision("torchvision.models.detection.anchor_utils")
        sides = tuple((stride,) for stride in STRIDES)
        return detection.FCOS(
            backbone,
            num_classes=categories,
            anchor_generator=anchors.AnchorGenerator(sides, ((1.0,),) * len(sides)),
            **how,
        )

    def _head(self, net: Any, categories: int) -> None:
        module = torchvision("torchvision.models.detection.fcos")
        old = net.head.classification_head
        net.head.classification_head = module.FCOSClassificationHead(
            net.backbone.out_channels, old.num_anchors, categories
        )
