"""RT-DETR v2 of transformers (Lv et al. 2024), on its own backbone or on Lite0."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch import nn

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.detectors.way import Answer, Way
from alignment.detection.training.backbone import (
    PACKAGES,
    STRIDES,
    WIDTHS,
    NoWeights,
    lite,
    lite_files,
)
from alignment.detection.training.groups import Group
from alignment.detection.training.losses import Wanted

_FETCH = "hf download PekingU/rtdetr_v2_r18vd --local-dir {folder}"
_LAYERS = 3  # of the decoder on Lite0, as in the smallest that was published


def made(settings: DetectorSettings) -> Way:
    """Return the detector. Raises NoWeights, NoDevice."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return Way(settings, RtdetrPlan(settings))


class LiteMaps(nn.Module):
    """Lite0, as this detector wants a backbone."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.model = backbone

    def forward(self, pictures: Any, mask: Any) -> list[Any]:  # noqa: ARG002  # nothing is masked
        """Return [(features, mask)] of strides 8, 16 and 32."""
        found = self.model(pictures)
        return [(x, torch.ones_like(x[:, 0], dtype=torch.bool)) for x in found]


class RtdetrPlan:
    """What is this detector's own. What is unsure of a view is taken for background."""

    packages = ("transformers", *PACKAGES)

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        self._on_lite = settings.backbone == "lite"
        self._folder = (settings.own.weights or Path("weights")) / "rtdetr"
        self.weights: Mapping[str, Path] = (
            lite_files(settings.lite) if self._on_lite else {"rtdetr": self._file()}
        )

    def network(self, categories: int) -> Any:
        """Return the network, to be trained. Raises NoWeights."""
        if self._on_lite:
            net = transformers.RTDetrV2ForObjectDetection(self._small(categories))
            net.model.backbone = LiteMaps(lite(self._settings.lite))
            return net.train()
        net = self._published(categories)
        for stage in _stages(net)[: self._settings.own.frozen]:
            stage.requires_grad_(False)
        return net.train()

    def groups(self, net: Any) -> Mapping[str, Group]:
        """Return all of its parameters, by what they are."""
        how, body = self._settings.loop, net.model.backbone
        rest = [part for name, part in net.model.named_children() if name != "backbone"]
        return {
            "backbone": Group(modules=(body,), rate=how.backbone_rate),
            "encoder and decoder": Group(modules=tuple(rest), rate=how.learning_rate),
        }

    def cost(self, net: Any, pictures: Any, wanted: Wanted) -> Any:
        """Return the loss of the matched queries."""
        height, width = pictures.shape[2:]
        sides = torch.tensor([width, height] * 2, device=pictures.device)
        labels = []
        for edges, own in zip(wanted.edges, wanted.labels, strict=True):
            middle, size = (edges[:, :2] + edges[:, 2:]) / 2, edges[:, 2:] - edges[:, :2]
            boxes = torch.cat([middle, size], dim=1) / sides
            labels.append({"boxes": boxes[own >= 0], "class_labels": own[own >= 0]})
        return net(pixel_values=self._given(pictures), labels=labels).loss

    def answers(self, net: Any, pictures: Any) -> list[Answer]:
        """Return what is found on each picture; queries do not double, so all of them stay."""
        told = net(pixel_values=self._given(pictures))
        height, width = pictures.shape[2:]
        boxes = told.pred_boxes.double().cpu().numpy() * [width, height, width, height]
        scores = told.logits.double().sigmoid().cpu().numpy()
        return [_answer(own, found) for own, found in zip(scores, boxes, strict=True)]

    def _given(self, pictures: Any) -> Any:
        return pictures if self._on_lite else pictures / 255

    def _small(self, categories: int) -> Any:
        width, heads = self._settings.lite.width, 8
        body = transformers.RTDetrResNetConfig(
            embedding_size=8, hidden_sizes=[8, *WIDTHS], depths=[1] * 4, layer_type="basic",
            out_features=["stage2", "stage3", "stage4"],
        )  # fmt: skip
        return transformers.RTDetrV2Config(
            backbone_config=body, num_labels=categories, feat_strides=list(STRIDES),
            encoder_in_channels=list(WIDTHS), encoder_hidden_dim=width, d_model=width,
            encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width, decoder_layers=_LAYERS,
            decoder_in_channels=[width] * 3, encoder_attention_heads=heads,
            decoder_attention_heads=heads, num_queries=100, hidden_expansion=0.5,
        )  # fmt: skip

    def _published(self, categories: int) -> Any:
        try:
            return transformers.RTDetrV2ForObjectDetection.from_pretrained(
                self._folder, local_files_only=True, num_labels=categories,
                ignore_mismatched_sizes=True,
            )  # fmt: skip
        except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
            raise NoWeights(
                f"{self._folder}: {str(error).splitlines()[0]}; {self._cure()}"
            ) from None

    def _file(self) -> Path:
        file = self._folder / "model.safetensors"
        if not file.is_file() or not (self._folder / "config.json").is_file():
            raise NoWeights(
                f"detector=rtdetr wants the weights of COCO, and {self._folder} has no config.json "
                f"with model.safetensors; {self._cure()}"
            )
        return file

    def _cure(self) -> str:
        return (
            f"fetch them, e.g. `{_FETCH.format(folder=self._folder)}`, and give "
            f"WEIGHTS={self._folder.parent}, or use OPTIONS=detector.backbone=lite"
        )


def _stages(net: Any) -> list[Any]:
    body = net.model.backbone.model
    return [body.embedder, *body.encoder.stages]


def _answer(scores: Any, boxes: Any) -> Answer:
    """Return all of scores (queries, categories) with boxes (queries, 4) of middles and sizes."""
    query, labels = np.indices(scores.shape).reshape(2, -1)
    edges = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2])
    return Answer(edges=edges[query], labels=labels.astype(np.int64), scores=scores[query, labels])
