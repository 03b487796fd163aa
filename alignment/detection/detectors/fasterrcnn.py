"""Faster R-CNN of torchvision (Ren et al. 2015), on its own ResNet-50 or on Lite0."""

from typing import Any

from torch import nn

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.detectors.torchvision_plan import TorchvisionPlan, torchvision
from alignment.detection.detectors.way import Way

_SIDES_PX = ((24, 40), (64, 96), (144, 224))  # of anchors at strides 8, 16 and 32
_ASPECTS = (0.5, 1.0, 2.0)


def made(settings: DetectorSettings) -> Way:
    """Return the detector. Raises NoWeights, NoTorchvision, NoDevice."""
    return Way(settings, FasterRcnnPlan(settings))


class FasterRcnnPlan(TorchvisionPlan):
    """What is this detector's own."""

    published = "fasterrcnn_resnet50_fpn_v2"
    first_label = 1  # 0 is the background

    def _finding(self) -> dict[str, Any]:
        told = self._settings.finding
        return {"box_score_thresh": told.least_score, "box_nms_thresh": told.most_overlap}

    def _on(self, backbone: nn.Module, categories: int, how: dict[str, Any]) -> Any:
        detection = torchvision("torchvision.models.detection")
        anchors = torchvision("torchvision.models.detection.anchor_utils")
        pooling = torchvision("torchvision.ops")
        return detection.FasterRCNN(
            backbone,
            num_classes=categories + 1,
            rpn_anchor_generator=anchors.AnchorGenerator(_SIDES_PX, (_ASPECTS,) * len(_SIDES_PX)),
            box_roi_pool=pooling.MultiScaleRoIAlign(["0", "1", "2"], 7, 2),
            **how,
        )

    def _head(self, net: Any, categories: int) -> None:
        faster = torchvision("torchvision.models.detection.faster_rcnn")
        came = net.roi_heads.box_predictor.cls_score.in_features
        net.roi_heads.box_predictor = faster.FastRCNNPredictor(came, categories + 1)
