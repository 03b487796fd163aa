"""What all detectors share that are trained by our loop: fitting, asking, the record, the name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    Weights,
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
from assets.errors import UserError
from scenes.sets.photos import read_rgb

_MOST_FOUND = 100
_AT_ONCE = 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What a network finds on one view: edges (n, 4) in its pixels, labels and scores (n,)."""

    edges: FloatArray
    labels: IntArray
    scores: FloatArray


class OtherWeights(UserError):
    """Weights to go on from that are another network's."""


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
        return self._fit(mixture, seed, say, (None, self._settings.loop.steps))

    def fit_on(
        self, mixture: Mixture, seed: int, say: Callable[[float], None], start: tuple[Weights, int]
    ) -> "Fit":
        """Return the detector fitted further, with a warm-up and a fall of its rates anew.

        What the optimiser kept is not gone on with. Raises OtherWeights, and what `fit` does.
        """
        return self._fit(mixture, seed, say, start)

    def _fit(
        self, mixture: Mixture, seed: int, say: Callable[[float], None],
        start: tuple[Weights | None, int],
    ) -> "Fit":  # fmt: skip
        (weights, steps), plan = start, self._plan
        how = replace(self._settings.loop, steps=max(1, steps))
        if self._device == "cpu":
            keep_freed_memory()
        with repeatable(seed, how.threads):
            net = plan.network(len(mixture.categories))
            if weights is not None:
                _take(net, weights)
            if not steps:
                laid = net.to(self._device, memory_format=torch.channels_last)  # as what is trained
                return Fit(laid.eval(), self._settings, plan, self._effect(None))
            schedule = Schedule(sides_px=how.sides_px, batch=how.batch, seed=seed)
            batches = Batches(mixture, schedule, self._settings.augment)
            result = trained(net, plan.groups(net), plan.cost, (batches, how), say)
        return Fit(result.model, self._settings, plan, self._effect(result))

    def _effect(self, result: Trained | None) -> TookEffect:
        """Return what took effect; of no step, nothing did."""
        losses = np.zeros(1) if result is None else result.losses
        some = max(1, len(losses) // 20)
        return TookEffect(
            groups={} if result is None else result.groups,
            steps=0 if result is None else len(losses),
            batch=self._settings.loop.batch,
            real_share=0.0 if result is None else result.photos / result.examples,
            loss=(float(losses[:some].mean()), float(losses[-some:].mean())),
            weights=self._hashes,
            versions=self._versions,
            device=self._device,
            precision="bfloat16" if self._device == "cuda" else "float32",
        )


def _take(net: Any, weights: Weights) -> None:
    """Give a network weights. Raises OtherWeights."""
    try:
        net.load_state_dict({name: torch.from_numpy(own) for name, own in weights.items()})
    except (RuntimeError, TypeError) as error:
        raise OtherWeights(
            f"weights of {len(weights)} names are not this network's: {str(error).splitlines()[0]};"
            " expected those that the same detector left"
        ) from None


class Fit:
    """A detector that was fitted."""

    def __init__(
        self, model: Any, settings: DetectorSettings, plan: Plan, took_effect: TookEffect
    ) -> None:
        self.took_effect = took_effect
        self._model, self._settings, self._plan = model, settings, plan

    @property
    def weights(self) -> Weights:
        """All parameters and buffers, as float32 and so on, on the CPU."""
        return {name: own.cpu().numpy() for name, own in self._model.state_dict().items()}

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
