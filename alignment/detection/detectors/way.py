"""What all detectors share that are trained by our loop: fitting, asking, the record, the name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from alignment.detection.detector import (
    Asked,
    FloatArray,
    Found,
    IntArray,
    Mixture,
    TookEffect,
)
from alignment.detection.detectors.identity import identity_of, versions_of
from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.training.allocation import keep_freed_memory
from alignment.detection.training.backbone import sha256
from alignment.detection.training.batches import Batches, Schedule
from alignment.detection.training.groups import Group
from alignment.detection.training.loop import Trained, device_of, trained
from alignment.detection.training.losses import Wanted
from alignment.detection.training.repeatable import repeatable
from alignment.detection.training.views.view import sized_of
from alignment.detection.training.views.warp import fitted
from scenes.sets.photos import read_rgb

_MOST_FOUND = 100
_AT_ONCE = 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What a network finds on one view: edges (n, 4) in its pixels, labels and scores (n,)."""

    edges: FloatArray
    labels: IntArray
    scores: FloatArray


class Plan(Protocol):
    """What is a detector's own."""

    @property
    def weights(self) -> Mapping[str, Path]:
        """The files that it starts from, by name."""
        ...

    @property
    def packages(self) -> tuple[str, ...]:
        """What its figures depend on."""
        ...

    def network(self, categories: int) -> Any:
        """Return the network, to be trained. Raises NoWeights."""
        ...

    def groups(self, net: Any) -> Mapping[str, Group]:
        """Return all of its parameters, by what they are."""
        ...

    def cost(self, net: Any, pictures: Any, wanted: Wanted) -> Any:
        """Return the loss, a scalar. pictures: (b, 3, h, w), 0 to 255."""
        ...

    def answers(self, net: Any, pictures: Any) -> list[Answer]:
        """Return what a trained network finds on each of (b, 3, h, w), doubles left out."""
        ...


class Way:
    """A way to fit."""

    def __init__(self, settings: DetectorSettings, plan: Plan) -> None:
        self._settings, self._plan = settings, plan
        self._device = device_of(settings.loop.device)
        self._hashes = {name: sha256(path) for name, path in plan.weights.items()}
        self._versions = versions_of(plan.packages)
        self.identity = identity_of(settings, self._device, self._hashes, self._versions)

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> "Fit":
        """Return the detector fitted. Raises LossLost, PhotoUnreadable, NoWeights."""
        how, plan = self._settings.loop, self._plan
        if self._device == "cpu":
            keep_freed_memory()
        with repeatable(seed, how.threads):
            net = plan.network(len(mixture.categories))
            schedule = Schedule(sides_px=how.sides_px, batch=how.batch, seed=seed)
            batches = Batches(mixture, schedule, self._settings.augment)
            result = trained(net, plan.groups(net), plan.cost, (batches, how), say)
        return Fit(result.model, self._settings, plan, self._effect(result))

    def _effect(self, result: Trained) -> TookEffect:
        some = max(1, len(result.losses) // 20)
        return TookEffect(
            groups=result.groups,
            steps=len(result.losses),
            batch=self._settings.loop.batch,
            real_share=result.photos / result.examples,
            loss=(float(result.losses[:some].mean()), float(result.losses[-some:].mean())),
            weights=self._hashes,
            versions=self._versions,
            device=self._device,
            precision="bfloat16" if self._device == "cuda" else "float32",
        )


class Fit:
    """A detector that was fitted."""

    def __init__(
        self, model: Any, settings: DetectorSettings, plan: Plan, took_effect: TookEffect
    ) -> None:
        self.took_effect = took_effect
        self._model, self._settings, self._plan = model, settings, plan

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
            answers = self._plan.answers(self._model, pictures)
        return [self._found(photo, told) for photo, told in zip(photos, answers, strict=True)]

    def _found(self, photo: Asked, told: Answer) -> Found:
        scale = max(photo.size_px) / self._settings.loop.side_px
        edges = np.clip(told.edges * scale, 0, (*photo.size_px, *photo.size_px))
        kept = np.argsort(-told.scores, kind="stable")[:_MOST_FOUND]
        kept = kept[told.scores[kept] >= self._settings.finding.least_score]
        return Found(
            boxes=sized_of(edges[kept]), labels=told.labels[kept], scores=told.scores[kept]
        )
