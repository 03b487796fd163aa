"""The default: EfficientNet-Lite0 of ImageNet, a light pyramid and an anchor-free head."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from alignment.detection.detectors.detector import Asked, Found, Mixture, TookEffect
from alignment.detection.detectors.identity import identity_of
from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.training.backbone import lite, lite_weights, sha256, versions
from alignment.detection.training.batches import Batches, Schedule
from alignment.detection.training.boxes import without_doubles
from alignment.detection.training.groups import Group
from alignment.detection.training.loop import Trained, device_of, trained
from alignment.detection.training.losses import Wanted, detection_loss
from alignment.detection.training.network import LiteDetector, places
from alignment.detection.training.repeatable import repeatable
from alignment.detection.training.view import sized_of
from alignment.detection.training.warp import fitted
from scenes.photos import read_rgb

_MOST_FOUND, _LOOKED_AT = 100, 1000
_AT_ONCE = 16


def made(settings: DetectorSettings) -> "LiteWay":
    """Return the detector. Raises NoWeights, NoDevice."""
    return LiteWay(settings)


class LiteWay:
    """A way to fit."""

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        self._weights = lite_weights() if settings.lite.pretrained else None
        self._device = device_of(settings.loop.device)
        self._hashes = (
            {} if self._weights is None else {"efficientnet-lite0": sha256(self._weights)}
        )
        self.identity = identity_of(settings, self._device, self._hashes, versions())

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> "LiteFitted":
        """Return the detector fitted. Raises LossLost, PhotoUnreadable."""
        how = self._settings.loop
        with repeatable(seed, how.threads):
            net = self._network(len(mixture.categories))
            schedule = Schedule(sides_px=how.sides_px, batch=how.batch, seed=seed)
            batches = Batches(mixture, schedule, self._settings.augment)
            result = trained(net, _groups(net, self._settings), _cost, (batches, how), say)
        return LiteFitted(result, self._settings, self._effect(result))

    def _network(self, categories: int) -> LiteDetector:
        told = self._settings.lite
        return LiteDetector(lite(told.frozen, self._weights), told.width, categories, told.depth)

    def _effect(self, result: Trained) -> TookEffect:
        how = self._settings.loop
        some = max(1, how.steps // 20)
        return TookEffect(
            groups=result.groups,
            steps=len(result.losses),
            batch=how.batch,
            real_share=result.photos / result.examples,
            loss=(float(result.losses[:some].mean()), float(result.losses[-some:].mean())),
            weights=self._hashes,
            versions=versions(),
            device=self._device,
            precision="bfloat16" if self._device == "cuda" else "float32",
        )


class LiteFitted:
    """A detector that was fitted."""

    def __init__(
        self, result: Trained, settings: DetectorSettings, took_effect: TookEffect
    ) -> None:
        self.took_effect = took_effect
        self._model = result.model
        self._settings = settings

    def find(self, photos: Sequence[Asked]) -> tuple[Found, ...]:
        """Return what is found on each photo. Raises PhotoUnreadable."""
        found: list[Found] = []
        with repeatable(0, self._settings.loop.threads), torch.inference_mode():
            for first in range(0, len(photos), _AT_ONCE):
                found += self._some(photos[first : first + _AT_ONCE])
        return tuple(found)

    def _some(self, photos: Sequence[Asked]) -> list[Found]:
        side_px, device = self._settings.loop.side_px, self.took_effect.device
        read = [read_rgb(photo.path, photo.size_px) for photo in photos]
        views = [fitted((rgb.shape[1], rgb.shape[0]), side_px).picture(rgb) for rgb in read]
        pictures = torch.from_numpy(np.stack(views)).to(device).permute(0, 3, 1, 2).float()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            logits, edges = self._model(pictures)
        scores = logits.sigmoid().double().cpu().numpy()
        told = edges.double().cpu().numpy()
        return [
            self._told(photo, own, boxes)
            for photo, own, boxes in zip(photos, scores, told, strict=True)
        ]

    def _told(self, photo: Asked, scores: Any, edges: Any) -> Found:
        finding, side_px = self._settings.finding, self._settings.loop.side_px
        edges = np.clip(edges * (max(photo.size_px) / side_px), 0, (*photo.size_px, *photo.size_px))
        at, labels = np.nonzero(scores >= finding.least_score)
        best = np.argsort(-scores[at, labels], kind="stable")[:_LOOKED_AT]
        at, labels = at[best], labels[best]
        kept = without_doubles(edges[at], labels, scores[at, labels], finding.most_overlap)
        kept = kept[:_MOST_FOUND]
        return Found(
            boxes=sized_of(edges[at[kept]]),
            labels=labels[kept].astype(np.int64),
            scores=scores[at[kept], labels[kept]],
        )


def _groups(net: LiteDetector, settings: DetectorSettings) -> Mapping[str, Group]:
    how = settings.loop
    return {
        "backbone, early": Group(modules=(net.backbone.early,), rate=how.backbone_rate),
        "backbone, late": Group(modules=(net.backbone.late,), rate=how.backbone_rate),
        "pyramid": Group(modules=(net.pyramid,), rate=how.learning_rate),
        "head": Group(modules=(net.head,), rate=how.learning_rate),
    }


def _cost(model: Any, pictures: Any, wanted: Wanted) -> Any:
    middles, _ = places(pictures.shape[2:], pictures.device)
    return detection_loss(model(pictures), wanted, middles)
