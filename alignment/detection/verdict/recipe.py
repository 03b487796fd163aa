"""The recipe that won: as settings of this project, and what comes near in the usual trainers."""

import math
from dataclasses import dataclass

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.runs.arms import Arm

_LITE_BLOCKS = 16
_YOLO_BACKBONE = 10  # modules, counted from the picture
_RESNET_STAGES = 5
_VIT_PATCH_PX = 56  # what RF-DETR's resolutions are multiples of


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to train on and how.

    photos_last: share of the steps, at their end, on photos alone. copies: of each render and of
    each photo in a list that a trainer draws from alike before these, so that the share of photos
    comes out right. settings: of this project. trainers: by name, the lines that come near in words
    that it knows.
    """

    name: str
    renders: int
    photos: int
    real_share: float | None
    photos_last: float
    copies: tuple[int, int]
    settings: tuple[tuple[str, str], ...]
    trainers: tuple[tuple[str, tuple[str, ...]], ...]


def recipe_of(arm: Arm, how: DetectorSettings) -> Recipe:
    """Return the recipe of an arm."""
    counts, real_share = arm.counts, arm.real_share
    copies = copies_for(counts, real_share)
    listed = max(1, counts[0] * copies[0] + counts[1] * copies[1])
    epochs = max(1, round(how.loop.steps * how.loop.batch / listed))
    return Recipe(
        name=arm.name, renders=counts[0], photos=counts[1], real_share=real_share,
        photos_last=arm.photos_last, copies=copies, settings=_ours(how, arm),
        trainers=(
            ("Ultralytics", _ultralytics(how, epochs)),
            ("torchvision", _torchvision(how, counts, real_share)),
            ("RF-DETR", _rf_detr(how, epochs)),
        ),
    )  # fmt: skip


def copies_for(counts: tuple[int, int], real_share: float | None) -> tuple[int, int]:
    """Return how often to list each render and each photo, so that photos make up their share."""
    renders, photos = counts
    if real_share is None or not renders or not photos:
        return 1, 1
    ratio = real_share / (1 - real_share) * renders / photos
    return (1, max(1, round(ratio))) if ratio >= 1 else (max(1, round(1 / ratio)), 1)


def _ours(how: DetectorSettings, arm: Arm) -> tuple[tuple[str, str], ...]:
    share = () if arm.real_share is None else (("training.real_shares", f"[{arm.real_share:g}]"),)
    if arm.photos_last:
        share = (*share, ("training.photos_last", f"{arm.photos_last:g}"))
    frozen = how.lite.frozen if how.backbone == "lite" else how.own.frozen
    return (
        *share,
        ("detector.name", how.name),
        ("detector.backbone", how.backbone),
        (f"detector.{how.backbone}.frozen", f"{frozen}"),
        ("detector.loop.steps", f"{how.loop.steps}"),
        ("detector.loop.batch", f"{how.loop.batch}"),
        ("detector.loop.side_px", f"{how.loop.side_px}"),
        ("detector.loop.learning_rate", f"{how.loop.learning_rate:g}"),
        ("detector.loop.backbone_rate", f"{how.loop.backbone_rate:g}"),
        ("detector.augment.flip", f"{how.augment.flip:g}"),
        ("detector.augment.scale", f"[{how.augment.scale[0]:g},{how.augment.scale[1]:g}]"),
        ("detector.augment.turn_deg", f"{how.augment.turn_deg:g}"),
        ("detector.augment.mosaic", f"{how.augment.mosaic:g}"),
    )


def _frozen_share(how: DetectorSettings) -> float:
    """Return the share of the backbone that stays as it was."""
    if how.backbone == "own":
        return how.own.frozen / _RESNET_STAGES
    return max(0, how.lite.frozen + 1) / (_LITE_BLOCKS + 1)


def _ultralytics(how: DetectorSettings, epochs: int) -> tuple[str, ...]:
    photometry, gain = how.augment.photometry, max(how.augment.scale[1] - 1, 0)
    return (
        f"epochs={epochs} batch={how.loop.batch} imgsz={how.loop.side_px}",
        f"optimizer=AdamW lr0={how.loop.learning_rate:g} weight_decay={how.loop.weight_decay:g} "
        "cos_lr=True",
        f"freeze={round(_frozen_share(how) * _YOLO_BACKBONE)}",
        f"fliplr={how.augment.flip:g} scale={min(gain, 0.9):g} degrees={how.augment.turn_deg:g} "
        f"mosaic={how.augment.mosaic:g}",
        f"hsv_h={photometry.hue_deg / 360:.3g} hsv_s={math.expm1(photometry.saturation):.2g} "
        f"hsv_v={photometry.brightness:g}",
    )


def _torchvision(
    how: DetectorSettings, counts: tuple[int, int], real_share: float | None
) -> tuple[str, ...]:
    trained = _RESNET_STAGES - round(_frozen_share(how) * _RESNET_STAGES)
    lines = [
        f"trainable_backbone_layers={trained} min_size={how.loop.side_px}",
        f"AdamW, lr={how.loop.backbone_rate:g}, weight_decay={how.loop.weight_decay:g}, "
        f"CosineAnnealingLR, {how.loop.steps} steps of {how.loop.batch} pictures",
        f"v2.RandomHorizontalFlip({how.augment.flip:g}), v2.RandomPhotometricDistort(), "
        f"v2.ScaleJitter(scale_range=({how.augment.scale[0]:g}, {how.augment.scale[1]:g}))",
    ]
    if real_share is not None and all(counts):
        renders, photos = (1 - real_share) / counts[0], real_share / counts[1]
        lines.append(
            f"WeightedRandomSampler: {renders:.3g} for each render, {photos:.3g} for each photo"
        )
    return tuple(lines)


def _rf_detr(how: DetectorSettings, epochs: int) -> tuple[str, ...]:
    side_px = max(1, round(how.loop.side_px / _VIT_PATCH_PX)) * _VIT_PATCH_PX
    encoder = 0.0 if _frozen_share(how) > 0.5 else how.loop.backbone_rate / 2
    return (
        f"epochs={epochs} batch_size={how.loop.batch} grad_accum_steps=1 resolution={side_px}",
        f"lr={how.loop.backbone_rate:g} lr_encoder={encoder:g} "
        f"weight_decay={how.loop.weight_decay:g}",
    )
