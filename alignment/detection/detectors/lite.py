"""The default: EfficientNet-Lite0 of ImageNet, a light pyramid and an anchor-free head."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alignment.detection.detectors.settings import DetectorSettings, FindingSettings
from alignment.detection.detectors.way import Answer, Way
from alignment.detection.training.backbone import PACKAGES, lite, lite_files
from alignment.detection.training.boxes import without_doubles
from alignment.detection.training.groups import Group
from alignment.detection.training.losses import Wanted, detection_loss
from alignment.detection.training.network import LiteDetector, places

_LOOKED_AT = 1000


def made(settings: DetectorSettings) -> Way:
    """Return the detector. Raises NoWeights, NoDevice."""
    return Way(settings, LitePlan(settings))


class LitePlan:
    """What is this detector's own."""

    packages = PACKAGES

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        self.weights: Mapping[str, Path] = lite_files(settings.lite)

    def network(self, categories: int) -> LiteDetector:
        """Return the network, to be trained."""
        told = self._settings.lite
        return LiteDetector(lite(told), told.width, categories, told.depth)

    def groups(self, net: LiteDetector) -> Mapping[str, Group]:
        """Return all of its parameters, by what they are."""
        how = self._settings.loop
        return {
            "backbone, early": Group(modules=(net.backbone.early,), rate=how.backbone_rate),
            "backbone, late": Group(modules=(net.backbone.late,), rate=how.backbone_rate),
            "pyramid": Group(modules=(net.pyramid,), rate=how.learning_rate),
            "head": Group(modules=(net.head,), rate=how.learning_rate),
        }

    def cost(self, net: LiteDetector, pictures: Any, wanted: Wanted) -> Any:
        """Return the loss, a scalar."""
        middles, _ = places(pictures.shape[2:], pictures.device)
        return detection_loss(net(pictures), wanted, middles)

    def answers(self, net: LiteDetector, pictures: Any) -> list[Answer]:
        """Return what is found on each picture."""
        logits, edges = net(pictures)
        scores, edges = (x.double().cpu().numpy() for x in (logits.sigmoid(), edges))
        finding = self._settings.finding
        return [_single(own, boxes, finding) for own, boxes in zip(scores, edges, strict=True)]


def _single(scores: Any, edges: Any, finding: FindingSettings) -> Answer:
    """Return one box an object of scores (places, categories) and edges (places, 4)."""
    at, labels = np.nonzero(scores >= finding.least_score)
    best = np.argsort(-scores[at, labels], kind="stable")[:_LOOKED_AT]
    at, labels = at[best], labels[best].astype(np.int64)
    kept = without_doubles(edges[at], labels, scores[at, labels], finding.most_overlap)
    at, labels = at[kept], labels[kept]
    return Answer(edges=edges[at], labels=labels, scores=scores[at, labels])
