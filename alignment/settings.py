"""conf/align.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from omegaconf import DictConfig, OmegaConf

from alignment.adaptive import PoolSettings
from alignment.grid import GridSettings
from alignment.second_stage.settings import SecondStageSettings
from alignment.space import SpaceSettings
from scenes.metadata import NAMED, check_attributes
from scenes.policy import LabelSettings
from scenes.settings import BadSetting, from_mapping

LOOKED = frozenset({"background_similarity"})  # of objects, and matched by choosing looks
_COPIED = (
    "background",
    "post",
    "attributes",
    "pairs",
    "pixel_attributes",
)  # keys of their own on the command line


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
class SplitSettings:
    """Which shares of the real images are kept from every fit; the rest is exposed to it."""

    validation: float
    test: float

    def __post_init__(self) -> None:
        for name in ("validation", "test"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} is {getattr(self, name)}; expected a share from 0 up to 1"
                )
        if self.validation + self.test >= 1:
            raise ValueError(
                f"validation {self.validation} and test {self.test} leave nothing to fit to; "
                "expected a sum below 1"
            )


@dataclass(frozen=True, kw_only=True)
class MatchSettings:
    """conf/align.yaml, match: what method=mixture and method=scenes match.

    attributes: each by itself, numbers or NAMED. pairs: of numbers, jointly. bins, pair_bins: cells
    along an axis. tau: the entropy's strength, None to choose it by cross-validation inside the
    exposed photos.
    """

    attributes: tuple[str, ...]
    pairs: tuple[tuple[str, ...], ...]
    bins: int
    pair_bins: int
    tau: float | None

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes, NAMED)
        for pair in self.pairs:
            check_attributes("pairs", pair)
        if not self.names:
            raise ValueError(
                f"attributes {list(self.attributes)} and no pairs; expected one at least that a "
                "preview can tell, which scenes are weighted for"
            )
        if self.bins < 2 or self.pair_bins < 2:
            raise ValueError(f"bins {self.bins}, pair_bins {self.pair_bins}; expected 2 or more")
        if any(len(pair) != 2 for pair in self.pairs):
            raise ValueError(f"pairs {self.pairs}; expected two attributes each")
        if self.tau is not None and self.tau <= 0:
            raise ValueError(f"tau is {self.tau}; expected above 0, or null")

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """What scenes are weighted for, each a tuple of attributes; those by themselves first."""
        alone = ((name,) for name in self.attributes if name not in LOOKED)
        return (*alone, *self.pairs)

    @property
    def looked_at(self) -> tuple[tuple[str, ...], ...]:
        """What looks are chosen for, since only pixels tell it."""
        return tuple((name,) for name in self.attributes if name in LOOKED)


@dataclass(frozen=True, kw_only=True)
class TargetSettings:
    """What of the real set is matched, and how it is clustered."""

    attributes: tuple[str, ...]
    clustering: Literal["gmm", "kmeans"]
    most_components: int
    covariance_floor: float

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes)
        if not 1 <= self.most_components <= 50:
            raise ValueError(f"most_components is {self.most_components}; expected 1 to 50")
        if not 1e-6 <= self.covariance_floor <= 1:
            raise ValueError(f"covariance_floor is {self.covariance_floor}; expected 1e-6 to 1")


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What the report compares, and how often it resamples."""

    attributes: tuple[str, ...]
    bins: int
    splits: int
    cross_fits: int
    sheet_images: int

    def __post_init__(self) -> None:
        check_attributes("attributes", self.attributes, NAMED)
        for name, least in (("bins", 2), ("splits", 1), ("cross_fits", 0), ("sheet_images", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, kw_only=True)
class EmbeddedSettings:
    """The set that stands in where the user names none: its folder in the project, its category."""

    path: Path
    category: str


@dataclass(frozen=True, kw_only=True)
class AlignSettings:
    """One run of `make align` or `make plan`. scene: conf/strategy as plain data, unfilled.

    category: one name, or several with commas between. looks: of each scene, to choose from.
    """

    real: Path | None
    embedded: EmbeddedSettings
    format: Literal["coco", "voc", "yolo"] | None
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
    image: ImageSettings
    preview_long_side_px: int
    workers: int
    assumed_fov_deg: float
    align_on_estimated: bool
    inferred: Path | None
    looks: int
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
        if not 16 <= self.preview_long_side_px <= 8192:
            raise ValueError(
                f"preview_long_side_px is {self.preview_long_side_px}; expected 16 to 8192"
            )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        if not 1 < self.assumed_fov_deg < 179:
            raise ValueError(f"assumed_fov_deg is {self.assumed_fov_deg}; expected 1 to 179")


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
    return {**own, "category": ",".join(category) if isinstance(category, list) else category}
