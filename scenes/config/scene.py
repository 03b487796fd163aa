"""What a scene is drawn from."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from scenes.config.background import (
    BackgroundConfig,
    BackgroundWeights,
    EnvironmentConfig,
    RoomConfig,
    SunConfig,
)
from scenes.config.span import Span

__all__ = [
    "BackgroundConfig", "BackgroundWeights", "CameraConfig", "CardConfig", "ClutterConfig",
    "EnvironmentConfig", "GroupConfig", "ObjectConfig", "PlacementConfig", "Pose", "PostConfig",
    "RoomConfig", "SceneConfig", "Span", "SunConfig",
]  # fmt: skip


Pose = Literal["side", "back", "upturned", "stacked"]


@dataclass(frozen=True, kw_only=True)
class CameraConfig:
    """Where the camera stands and what it aims at.

    The focus is a point on the group of objects, at a share `focus_height` of a target's height.
    distance_m: camera to focus. height_m: camera above the floor; it gives way where the distance
    does not reach so high. aim_x, aim_y: where in the image the focus falls, as shares of width
    and height from the top left. roll_deg: of the horizon. tilt_deg: how far the camera may look up
    or down from level; its height gives way. focal_mm: on a sensor whose longer side is sensor_mm.
    fill: in place of distance_m, the largest size of the target as a share of the picture's shorter
    side.
    """

    distance_m: Span
    fill: Span | None
    height_m: Span
    aim_x: Span
    aim_y: Span
    focus_height: Span
    roll_deg: Span
    tilt_deg: float
    focal_mm: Span
    sensor_mm: float

    def __post_init__(self) -> None:
        if not 0 < self.tilt_deg <= 90:
            raise ValueError(f"tilt_deg is {self.tilt_deg}; expected more than 0, 90 at most")


@dataclass(frozen=True, kw_only=True)
class ObjectConfig:
    """How many targets, how far apart, how large.

    spread_m: radius round the focus in which targets stand. depth_spread: that radius along the
    view relative to across it. scale: on the asset's own size, one draw an image and a small one
    an object. same_share: how often all targets of an image are one asset in one finish, as a set
    of chairs is.
    """

    count: Span
    spread_m: Span
    depth_spread: float
    scale: Span
    same_share: float
    gap_m: float


@dataclass(frozen=True, kw_only=True)
class ClutterConfig:
    """Objects that are not labelled: occluders stand between the camera and a target.

    cover: the share of a target's width that an occluder is to hide, where the strategy is
    `cluttered`; elsewhere occluders stand where chance puts them.
    """

    categories: tuple[str, ...]
    occluders: Span
    bystanders: Span
    cover: Span


@dataclass(frozen=True, kw_only=True)
class PlacementConfig:
    """What stands on what.

    stands_on: by shape or else category of the catalogue, "floor" or categories of furniture, each
    equally likely, or of who wears it; what is not named stands on the floor. edge_m: what a
    footprint keeps from the rim of what it stands on. tallest_m: what is taller stands on the floor
    and nowhere else; the worn may be taller. turned_away_deg: how far who wears a target may at
    most be turned from showing the camera their back. air_m: height
    of an object's middle, for the strategy `baseline`. poses: by shape or else category, how its
    targets may also be; what is not named stands. lying, upturned: the shares of those that may
    (on their side or back; upside down) that are. stacked: of those that may, how often the next
    of the same asset is put into the one before.
    """

    stands_on: Mapping[str, tuple[str, ...]]
    edge_m: float
    tallest_m: float
    turned_away_deg: float
    air_m: Span
    poses: Mapping[str, tuple[Pose, ...]]
    lying: Span
    upturned: Span
    stacked: Span

    def __post_init__(self) -> None:
        for name in ("lying", "upturned", "stacked"):
            span: Span = getattr(self, name)
            if not 0 <= span.low <= span.high <= 1:
                raise ValueError(f"{name} is [{span.low}, {span.high}]; expected 0 to 1")

    def poses_of(self, category: str, shape: str) -> tuple[Pose, ...]:
        """Return how a shape may also be, beside standing."""
        return self.poses.get(shape, self.poses.get(category, ()))

    def places_of(self, category: str, shape: str) -> tuple[str, ...]:
        """Return what a shape may stand on, or be worn by."""
        return self.stands_on.get(shape, self.stands_on.get(category, ("floor",)))

    def allows(self, category: str, where: str) -> bool:
        """Return True where a category may stand on the floor, or on a category of furniture."""
        return where in self.stands_on.get(category, ("floor",))


@dataclass(frozen=True, kw_only=True)
class GroupConfig:
    """What stands together, for the strategy `grouped`.

    middle: categories, one of which stands in the middle. around: what stands round it facing it;
    a target that is neither does so too. on_top: what stands on it. seats, things: how many, where
    they are not the targets. tuck_m: how far the front of what is around goes under the edge,
    negative where it is drawn back. turn_deg: how far it strays from facing it.
    """

    middle: tuple[str, ...]
    around: tuple[str, ...]
    on_top: tuple[str, ...]
    seats: Span
    things: Span
    tuck_m: Span
    turn_deg: Span


@dataclass(frozen=True, kw_only=True)
class CardConfig:
    """How cut-outs of photos stand: towards the camera, as they were seen.

    yaw_deg: how far one may be turned away. lean: share of the camera's pitch that it leans back;
    1 shows it as its photo does, 0 upright. roll_deg: in its own plane. flip: how often mirrored.
    most_magnified: pixels of the picture that one of its photo's may cover; where it would be more,
    another cut-out with more pixels takes its place. same_share: in place of the objects' own,
    where only cut-outs stand: a photo shows one thing once.
    """

    yaw_deg: float
    lean: Span
    roll_deg: Span
    flip: float
    most_magnified: float
    same_share: float

    def __post_init__(self) -> None:
        if not (0 <= self.yaw_deg <= 80 and 0 <= self.flip <= 1 and self.most_magnified > 0):
            raise ValueError(
                f"yaw_deg is {self.yaw_deg}, flip {self.flip}, most_magnified "
                f"{self.most_magnified}; expected 0 to 80, 0 to 1, and above 0"
            )


@dataclass(frozen=True, kw_only=True)
class PostConfig:
    """Image-level effects after rendering: see PostEffects for the units.

    warmth_mired: white balance, above 0 warmer. jpeg_share: how often there is a JPEG.
    references: file names of the photos that colours are transferred from.
    """

    exposure_stops: Span
    blur_px: Span
    shot_noise: Span
    read_noise: Span
    warmth_mired: Span
    jpeg_share: float
    jpeg_quality: Span
    transfer: Literal["none", "reinhard", "histogram", "style"]
    transfer_strength: Span
    references: tuple[str, ...]
    contrast: Span
    sharpening: Span

    def __post_init__(self) -> None:
        for name, low, high in (
            ("contrast", 0.1, 10), ("sharpening", 0, math.inf),
            ("blur_px", 0, math.inf), ("shot_noise", 0, math.inf), ("read_noise", 0, math.inf),
            ("jpeg_quality", 1, 100), ("transfer_strength", 0, 1), ("warmth_mired", -100, 400),
        ):  # fmt: skip
            span: Span = getattr(self, name)
            if not low <= span.low <= span.high <= high:
                raise ValueError(f"{name} is [{span.low}, {span.high}]; expected {low} to {high}")
        if not 0 <= self.jpeg_share <= 1:
            raise ValueError(f"jpeg_share is {self.jpeg_share}; expected 0 to 1")
        if self.transfer != "none" and not self.references:
            raise ValueError(
                f"transfer={self.transfer} and no photos to take colours from; expected photos of "
                "the real set on disk, post.references=[FILE, ...], or post.transfer=none"
            )

    @property
    def is_neutral(self) -> bool:
        """True where no picture is ever changed."""
        spans = self.exposure_stops, self.blur_px, self.shot_noise, self.read_noise
        zeros = (*spans, self.warmth_mired, self.sharpening)
        still = all(span.low == span.high == 0 for span in zeros)
        still &= self.contrast.low == self.contrast.high == 1
        return still and self.jpeg_share == 0 and self.transfer == "none"


@dataclass(frozen=True, kw_only=True)
class SceneConfig:
    """The distributions of one kind of scene. `id` names it in plans and tables.

    category, category_id: of the real set. shapes: restricts the catalogue's assets of that
    category by shape name; empty means all. weights: how often an asset is picked, by its shape or
    id, 0 for never; its own weight (1, or what meshes.yaml says) where nothing is said.
    resolutions_px: (W, H) drawn with equal chance, so a repeated entry weighs more.
    """

    id: str
    strategy: str
    category: str
    category_id: int
    shapes: tuple[str, ...]
    weights: Mapping[str, float]
    resolutions_px: tuple[tuple[int, int], ...]
    camera: CameraConfig
    objects: ObjectConfig
    clutter: ClutterConfig
    placement: PlacementConfig
    group: GroupConfig
    cards: CardConfig
    background: BackgroundConfig
    post: PostConfig

    def digest(self) -> str:
        """Return 12 hex digits that differ whenever any setting but the id does."""
        told = _fields(self)
        told.pop("id")
        text = json.dumps(told, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(told: object) -> object:
    """Return what JSON can hold of an object: asdict copies it first, at thrice the time."""
    return _fields(told) if is_dataclass(told) else str(told)


def _fields(told: Any) -> dict[str, object]:
    return {field.name: getattr(told, field.name) for field in fields(told)}
