"""conf/align.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from omegaconf import DictConfig, OmegaConf

from alignment.align.matching.settings import MatchSettings
from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.pool.grid import GridSettings
from alignment.align.pool.grow import PoolSettings
from alignment.align.pool.space import SpaceSettings
from alignment.align.population.settings import TargetSettings
from alignment.align.report.settings import ReportSettings
from alignment.real.split import SplitSettings
from assets.cards.folder import CutOuts
from scenes.config.from_mapping import BadSetting, from_mapping
from scenes.formats.names import FormatName
from scenes.labels.policy import LabelSettings

_COPIED = (
    "background",
    "post",
    "attributes",
    "pairs",
    "pixel_attributes",
)  # keys of their own on the command line
_OVERSAMPLING = {
    "oversample": "kind", "weights": "weights", "cells": "cells", "cell_share": "share",
}  # fmt: skip  # of conf/align.yaml, target


@dataclass(frozen=True, kw_only=True)
class ImageSettings:
    """The rendered image. aspect: width / height, used where proportions is "fixed"."""

    long_side_px: int
    proportions: Literal["real", "fixed"]
    aspect: float

    def __post_init__(self) -> None:
        if not 16 <= self.long_side_px <= 8192:
            raise ValueError(f"long_side_px is {self.long_side_px}; expected 16 to 8192")
        if not 0.1 <= self.aspect <= 10:
            raise ValueError(f"aspect is {self.aspect}; expected 0.1 to 10 (width / height)")


@dataclass(frozen=True, kw_only=True)
class EmbeddedSettings:
    """The set that stands in where the user names none: its folder in the project, its category."""

    path: Path
    category: str


@dataclass(frozen=True, kw_only=True)
class CuttingSettings:
    """Fragments of a run's own photos, where no folder of them is told.

    when: "needed": where pictures are pasted, or no family and no mesh serves a category. settings:
    of conf/fragments.yaml, those that are to be others. backgrounds: of rendered scenes, the share
    before the painted photos.
    """

    when: Literal["needed", "always", "never"]
    settings: Mapping[str, Any]
    backgrounds: float

    def __post_init__(self) -> None:
        if not 0 <= self.backgrounds <= 1:
            raise ValueError(f"backgrounds is {self.backgrounds}; expected a share, 0 to 1")


@dataclass(frozen=True, kw_only=True)
class TargetFreeSettings:
    """Scenes of an earlier run without what is labelled, in place of a search; of: its folder.

    like: numbers of scenes, best first, that those in which nothing stands in a target's place are
    taken from before others are drawn. in_place: categories, and in which share of the scenes each
    stands, unlabelled, where targets stood.
    """

    of: Path | None
    like: tuple[int, ...]
    in_place: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        shares = [share for _, share in self.in_place]
        if min(shares, default=0) < 0 or sum(shares) > 1 + 1e-6:
            raise ValueError(
                f"in_place is {self.in_place}; expected shares above 0, together 1 at most"
            )


@dataclass(frozen=True, kw_only=True)
class AlignSettings:
    """One run of `make align` or `make plan`. scene: conf/strategy as plain data, unfilled.

    category: one name, or several with commas between. engine: what makes the pictures. looks: of
    each scene, to choose from.
    """

    real: Path | None
    embedded: EmbeddedSettings
    format: FormatName | None
    category: str | None
    out: Path | None
    images: int
    seed: int
    preset: str
    quality: Mapping[str, Any]
    image_format: Literal["png", "jpg"]
    method: Literal["scenes", "mixture", "config", "uniform"]
    render: bool
    probe: Literal["preview", "render"]
    probe_candidates: int
    probe_images: int
    renderer: Mapping[str, Any]
    style_weights: Path | None
    blender: Path | None
    variants: int
    meshes: Path | None
    fragments: CutOuts
    cutting: CuttingSettings
    engine: Literal["cycles", "paste"]
    image: ImageSettings
    preview_long_side_px: int
    workers: int
    assumed_fov_deg: float
    align_on_estimated: bool
    inferred: Path | None
    looks: int
    look_scale: float
    split: SplitSettings
    target: TargetSettings
    report: ReportSettings
    scene: Mapping[str, Any]
    grid: GridSettings
    space: SpaceSettings
    pool: PoolSettings
    match: MatchSettings
    second_stage: SecondStageSettings
    labels: LabelSettings
    target_free: TargetFreeSettings

    def __post_init__(self) -> None:
        at_least = {"images": 1, "looks": 2, "probe_candidates": 1, "probe_images": 1,
                    "variants": 1, "workers": 0}  # fmt: skip
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
        if self.probe == "render" and self.method != "config":
            raise ValueError(
                f"probe is render and method {self.method}; expected method=config, whose few "
                "configurations can be rendered, or probe=preview"
            )
        if self.target_free.of is not None and not self.render:
            raise ValueError("render is false and target_free.of told; expected render=true")
        if self.method not in ("scenes", "mixture") and self.match.class_weights is not None:
            raise ValueError(
                f"target.class_weights is told and method {self.method}; expected method=scenes or "
                "method=mixture, whose scenes have weights, or target.class_weights=null"
            )
        linear = self.renderer.get("linear")
        if linear not in ("keep", "drop", "none"):
            raise ValueError(f"renderer.linear is {linear}; expected keep, drop or none")
        if not 16 <= self.preview_long_side_px <= 8192:
            raise ValueError(
                f"preview_long_side_px is {self.preview_long_side_px}; expected 16 to 8192"
            )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        if not 1 < self.assumed_fov_deg < 179:
            raise ValueError(f"assumed_fov_deg is {self.assumed_fov_deg}; expected 1 to 179")

    @property
    def cut_outs(self) -> CutOuts:
        """Which cut-outs stand in scenes; nothing else, where they are pasted."""
        return replace(self.fragments, alone=self.fragments.alone or self.engine == "paste")


def settings_from(config: DictConfig) -> AlignSettings:
    """Return the settings of a composed configuration. Raises BadSetting, which names the key."""
    told = OmegaConf.to_container(config, resolve=True, throw_on_missing=False)
    if not isinstance(told, dict):
        raise BadSetting(f"conf/align.yaml: found {type(told).__name__}; expected a mapping")
    return from_mapping(AlignSettings, _own(told))


def _own(told: Mapping[Any, Any]) -> dict[str, Any]:
    """Leave out what conf/align.yaml has put into scene and match; join category=[a,b]."""
    own = {str(key): value for key, value in told.items() if key not in _COPIED}
    category = own["category"]
    own["category"] = ",".join(category) if isinstance(category, list) else category
    target, match = own.get("target"), own.get("match")
    if isinstance(target, dict) and isinstance(match, dict):
        _move_oversampling(target, match, own.get("seed"))
    return own


def _move_oversampling(target: dict[str, Any], match: dict[str, Any], seed: object) -> None:
    """Put how rare boxes are oversampled, which conf/ has in target, into target and match."""
    by = target.get("attributes")
    names = _names([by, match.get("attributes"), match.get("pairs")])
    how = {name: target.pop(key) for key, name in _OVERSAMPLING.items() if key in target}
    how |= {"attributes": list(dict.fromkeys(names)), "by": by, "seed": seed}
    target["oversampling"] = match["oversampling"] = how
    if "class_weights" in target:
        match["class_weights"] = target.pop("class_weights")


def _names(told: object) -> list[str]:
    if isinstance(told, list):
        return [name for one in told for name in _names(one)]
    return [told] if isinstance(told, str) else []
