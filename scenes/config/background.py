"""What a background is drawn from."""

from dataclasses import asdict, dataclass
from pathlib import Path

from scenes.config.span import Span


@dataclass(frozen=True, kw_only=True)
class BackgroundWeights:
    """How often each kind of background is drawn, relative to each other."""

    room: float
    environment: float
    photo: float
    white: float

    def __post_init__(self) -> None:
        weights = asdict(self)
        if min(weights.values()) < 0 or sum(weights.values()) <= 0:
            raise ValueError(f"weights are {weights}; expected none below 0 and one above")


@dataclass(frozen=True, kw_only=True)
class EnvironmentConfig:
    """Environments (Blender's own by file name) and the floor in them.

    floor_size_m: its diameter, grown to hold every object and the camera. floor_fade: the share of
    its radius over which it fades out.
    """

    names: tuple[str, ...]
    strength: Span
    floor_size_m: Span
    floor_fade: float


@dataclass(frozen=True, kw_only=True)
class SunConfig:
    """How often the sun shines, in W/m2, its colour and how high it stands."""

    share: float
    energy: Span
    kelvin: Span
    elevation_deg: Span


@dataclass(frozen=True, kw_only=True)
class RoomConfig:
    """Rooms. Sizes are grown until objects and camera keep clearance_m from walls and ceiling.

    lamp_w_m2: radiant power of the ceiling lamps, a square metre of floor. furniture: categories
    of the catalogue that may stand along the walls; the target's own never does.
    """

    width_m: Span
    depth_m: Span
    height_m: Span
    clearance_m: float
    skirting_m: Span
    windows: Span
    window_width_m: Span
    sill_m: Span
    outside: tuple[str, ...]
    outside_strength: Span
    sun_share: float
    sun_energy: Span
    lamps_share: float
    lamp_w_m2: Span
    lamp_kelvin: Span
    pictures: Span
    furniture: tuple[str, ...]
    furniture_count: Span


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """A photo that can lie behind. horizon: share of its height from the top; None: unknown.

    camera_m: how high above the ground it was taken, None where nobody knows.
    """

    path: str
    horizon: float | None
    camera_m: float | None


@dataclass(frozen=True, kw_only=True)
class BackgroundConfig:
    """What the image looks like beside its objects: surroundings and light. Never seen by boxes.

    folder: the user's own environments and photos. photos: in place of the folder's.
    textures: the user's texture sets, of which each repeat covers texture_size_m; a floor or wall
    takes one with chance texture_share. adaptation: the share of a light's colour that the camera's
    white balance takes away.
    """

    weights: BackgroundWeights
    folder: Path | None
    photos: tuple[Backdrop, ...]
    textures: Path | None
    texture_share: float
    texture_size_m: float
    environment: EnvironmentConfig
    sun: SunConfig
    adaptation: float
    room: RoomConfig
