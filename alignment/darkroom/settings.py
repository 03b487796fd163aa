"""conf/develop.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from alignment.align.pixels.settings import SecondStageSettings
from scenes.config.from_mapping import BadSetting, from_mapping
from scenes.formats.names import FormatName


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """How distances are told: bins of the histograms, halvings behind the floor."""

    bins: int
    splits: int


@dataclass(frozen=True, kw_only=True)
class DevelopSettings:
    """One run of `make develop`.

    set: what is developed. real: photos that its pixels are to be like. post: effects that are
    drawn anew, as conf/post has them; None for those that the plan has. out: None for in place.
    """

    set: Path | None
    real: Path | None
    format: FormatName | None
    out: Path | None
    seed: int
    workers: int
    style_weights: Path | None
    post: Mapping[str, Any] | None
    second_stage: SecondStageSettings
    report: ReportSettings

    def __post_init__(self) -> None:
        if self.set is None:
            raise ValueError("set is not told; give SET=, the OUT of make align or of a render")
        if self.real is None and self.post is None:
            raise ValueError(
                "neither real nor post is told; give REAL=photos to be like, or effects, such as "
                "OPTIONS=post=mild"
            )
        if self.workers < 0:
            raise ValueError(f"workers is {self.workers}; expected 0 or more")
        if self.second_stage.lamps != (1.0,):
            raise ValueError("second_stage.lamps asks for other light; expected [1.0]: no Blender")


def settings_from(config: DictConfig) -> DevelopSettings:
    """Return the settings of a composed configuration. Raises BadSetting, which names the key."""
    told = OmegaConf.to_container(config, resolve=True, throw_on_missing=False)
    if not isinstance(told, dict):
        raise BadSetting(f"conf/develop.yaml: found {type(told).__name__}; expected a mapping")
    # a key of its own on the command line, which stands in second_stage as well
    own = {str(key): value for key, value in told.items() if key != "pixel_attributes"}
    return from_mapping(DevelopSettings, own)
