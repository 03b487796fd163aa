"""What a run of the render room is told, converted once from Hydra."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from omegaconf import DictConfig, OmegaConf

from assets.cards.folder import CutOuts
from assets.lettering.settings import TextSettings
from render.asked.limits import SlurmSettings, WorkerLimits
from render.asked.paste import PasteSettings
from render.asked.quality import Device, Engine, Quality
from scenes.config.from_mapping import BadSetting, from_mapping
from scenes.config.scene import SceneConfig
from scenes.dataset.dataset import WriteOptions
from scenes.effects.colour_transfer import References
from scenes.effects.neural_style import weights_digest
from scenes.labels.policy import LabelSettings
from scenes.passes.passes import PassSettings
from scenes.passes.second_view import SecondView

_INTO_SCENE = ("background", "post")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of conf/render.yaml.

    plan: rendered instead of `images` scenes of `scene`. engine: what makes the pictures; "paste"
    lays cut-outs over photos, as `paste` tells, without Blender. settle: let physics lay
    down first what does not stand on the floor; the plan beside the images then has the poses that
    were rendered. linear: keep what pictures are developed from, so that `make develop` can do it
    again.
    """

    images: int
    out: Path
    seed: int
    plan: Path | None
    settle: bool
    category: str
    category_id: int
    resolution_px: tuple[int, int]
    variants: int
    meshes: Path | None
    fragments: CutOuts
    engine: Engine
    paste: PasteSettings
    text: TextSettings
    device: Device
    threads: int
    workers: Literal["auto"] | int
    worker: WorkerLimits
    executor: Literal["local", "ray", "slurm"]
    slurm: SlurmSettings
    blender: Path | None
    image_format: Literal["png", "jpg"]
    jpeg_quality: int
    segmentation: Literal["rle", "polygon"]
    real_images: Path | None
    style_weights: Path | None
    scene: SceneConfig
    quality: Quality
    labels: LabelSettings
    linear: Literal["keep", "none"]
    passes: PassSettings
    second_view: SecondView

    def __post_init__(self) -> None:
        for name, least in (("images", 1), ("seed", 0), ("threads", 0), ("category_id", 1)):
            if getattr(self, name) < least:
                raise BadSetting(f"{name}={getattr(self, name)}; expected {least} or more")
        if self.workers != "auto" and self.workers < 1:
            raise BadSetting(f"workers={self.workers}; expected auto, or 1 or more")
        if min(self.resolution_px) < 1:
            raise BadSetting(f"resolution_px={list(self.resolution_px)}; expected [width, height]")
        if self.labels.rule == "learned":
            raise BadSetting(
                "labels=learned: there is no real set here to learn from; expected labels=visible "
                "(make align, which knows one, learns)"
            )
        if self._pastes and (self.settle or self._asks_for_passes):
            raise BadSetting(
                "engine=paste: there is nothing to settle and no surface to tell of; expected "
                "settle=false and no passes"
            )
        if self.passes.albedo and not self.quality.colour:
            raise BadSetting(
                "passes.albedo=true: quality.colour is false, so objects have no surfaces; "
                "expected another quality, or passes.albedo=false"
            )

    @property
    def write(self) -> WriteOptions:
        """How images and masks are written."""
        return WriteOptions(
            image_format=self.image_format,
            jpeg_quality=self.jpeg_quality,
            segmentation=self.segmentation,
            pixels=self.quality.colour,
        )

    @property
    def written(self) -> TextSettings | None:
        """What is written on surfaces; None for nothing."""
        return self.text if self.text.share > 0 and self.quality.colour else None

    @property
    def keeps_light(self) -> bool:
        """Whether the workers write linear pictures."""
        return self.linear == "keep" and self.quality.colour

    @property
    def references(self) -> References:
        """What colour transfer takes from beside the plan."""
        return References(photos=self.real_images, style=self.style_weights)

    @property
    def cut_outs(self) -> CutOuts:
        """Which cut-outs stand in scenes; nothing else, where they are pasted."""
        return replace(self.fragments, alone=self.fragments.alone or self._pastes)

    @property
    def _pastes(self) -> bool:
        return self.engine == "paste"

    @property
    def _lettering(self) -> Mapping[str, Any]:
        told = {key: value for key, value in asdict(self.text).items()
                if not isinstance(value, Path | None)}  # fmt: skip
        return {**told, "drawn_from": self.text.digest()}

    @property
    def _asks_for_passes(self) -> bool:
        return any(asdict(self.passes).values())

    @property
    def look(self) -> Mapping[str, Any]:
        """All that changes an image or its labels beside its scene, as plain data."""
        return {
            "quality": asdict(self.quality), "labels": asdict(self.labels),
            "passes": asdict(self.passes), "second_view": asdict(self.second_view),
            "write": asdict(self.write), "variants": self.variants, "linear": self.keeps_light,
            **({"engine": self.engine, "paste": asdict(self.paste)} if self._pastes else {}),
            **({"text": self._lettering} if self.written else {}),
            **({"style": weights_digest(self.style_weights)} if self.style_weights else {}),
        }  # fmt: skip


def settings_of(config: DictConfig) -> Settings:
    """Return the settings of a composed configuration. Raises BadSetting."""
    return from_mapping(Settings, told_of(config))


def told_of(config: DictConfig) -> dict[str, Any]:
    """Return a composed configuration as plain data that `from_mapping(Settings, ...)` takes."""
    return own_keys(OmegaConf.to_container(config, resolve=True))  # type: ignore[arg-type]  # a DictConfig gives a dict


def own_keys(told: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a configuration without the keys that conf/render.yaml has put into scene.

    They are keys of their own on the command line only.
    """
    return {str(key): value for key, value in told.items() if key not in _INTO_SCENE}
