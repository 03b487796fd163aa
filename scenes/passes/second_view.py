"""A second camera on a scene: what makes an image one of a pair."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.model.scene import Camera, Placement, Scene
from scenes.optics.camera import world_to_camera

FloatArray = npt.NDArray[np.float64]
STREAM = 0x5EC0D  # of a scene's seed, apart from those its geometry and look are drawn from
TRIES = 24
CLEARANCE_M = 0.15  # from objects, floor, walls and ceiling


@dataclass(frozen=True, kw_only=True)
class SecondView:
    """How far apart two views of a pair may be.

    baseline: between the cameras, as a share (low, high) of the first one's distance to the nearest
    object's middle. off_deg: by how much at most the second one's aim misses that middle, along
    each axis, more than the first one's does. roll_deg: at most.
    """

    baseline: tuple[float, float]
    off_deg: float
    roll_deg: float

    def __post_init__(self) -> None:
        if not 0 <= self.baseline[0] <= self.baseline[1] <= 2:
            raise ValueError(f"baseline is {list(self.baseline)}; expected 0 <= low <= high <= 2")
        for name in ("off_deg", "roll_deg"):
            if not 0 <= getattr(self, name) <= 180:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 180")


def second_view(
    rng: np.random.Generator, scene: Scene, catalogue: Catalogue, bounds: SecondView
) -> Scene:
    """Return the scene from a second camera, which turns to where the first one looks.

    The camera keeps clear of objects, floor, walls and ceiling; a draw that does not is made again
    with a shorter baseline, at last with none. `Scene.seed` is another, so that noise differs.
    """
    to_middle_m = _to_middle_m(scene, catalogue)
    seed = _seed(rng)
    for share in np.linspace(1, 0, TRIES):
        pose = _moved(rng, scene.camera.camera_to_world, to_middle_m, (bounds, float(share)))
        if share == 0 or _is_free(pose[:3, 3], scene, catalogue):
            break
    camera = replace(scene.camera, camera_to_world=pose)
    return replace(scene, camera=camera, seed=seed)


def seeded_second_view(scene: Scene, catalogue: Catalogue, bounds: SecondView) -> Scene:
    """Return the second view that belongs to a scene's own seed: always the same one."""
    return second_view(np.random.default_rng([scene.seed, STREAM]), scene, catalogue, bounds)


def second_seed(seed: int) -> int:
    """Return the seed of what `seeded_second_view` makes of a scene of this seed."""
    return _seed(np.random.default_rng([seed, STREAM]))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**32))


def _moved(
    rng: np.random.Generator, pose: FloatArray, to_middle_m: float, within: tuple[SecondView, float]
) -> FloatArray:
    bounds, share = within
    length_m = float(rng.uniform(*bounds.baseline)) * share * to_middle_m
    direction = rng.normal(size=3) * (1.0, 0.6, 0.6)  # people step aside more than they climb
    step_m = direction / np.linalg.norm(direction) * length_m
    pivot = np.array([0.0, 0.0, -to_middle_m])
    turn = _turn(np.array([0.0, 0.0, -1.0]), (pivot - step_m) / np.linalg.norm(pivot - step_m))
    off = np.radians(rng.uniform(-bounds.off_deg, bounds.off_deg, 2))
    roll = math.radians(float(rng.uniform(-bounds.roll_deg, bounds.roll_deg)))
    moved = np.eye(4)
    moved[:3, :3] = (
        pose[:3, :3] @ turn @ _about("x", off[0]) @ _about("y", off[1]) @ _about("z", roll)
    )
    moved[:3, 3] = pose[:3, 3] + pose[:3, :3] @ step_m
    return moved


def _to_middle_m(scene: Scene, catalogue: Catalogue) -> float:
    """Return the planar depth of the nearest labelled object's middle, or of any object's."""
    view = world_to_camera(scene.camera)
    placed = [o for o in scene.objects if o.category_id] or list(scene.objects)
    ahead = (float(-(view @ _middle(o, catalogue))[2]) for o in placed)
    return min((depth for depth in ahead if depth > 0), default=2.0)


def _middle(placed: Placement, catalogue: Catalogue) -> FloatArray:
    height_m = catalogue.get(placed.asset_id).size_m[2]
    middle: FloatArray = placed.object_to_world @ (0.0, 0.0, height_m / 2, 1.0)
    return middle


def _is_free(at_m: FloatArray, scene: Scene, catalogue: Catalogue) -> bool:
    if at_m[2] < CLEARANCE_M:
        return False
    room = scene.background.room
    if room is not None:
        inside = np.linalg.inv(room.to_world()) @ (*at_m, 1.0)
        width_m, depth_m, height_m = room.size_m
        least = np.array([width_m / 2, depth_m / 2]) - CLEARANCE_M
        if (np.abs(inside[:2]) > least).any() or inside[2] > height_m - CLEARANCE_M:
            return False
    return not any(_is_near(at_m, *solid) for solid in _solids(scene, catalogue))


def _solids(
    scene: Scene, catalogue: Catalogue
) -> Iterator[tuple[FloatArray, tuple[float, float, float]]]:
    for placed in scene.objects:
        yield placed.object_to_world, catalogue.get(placed.asset_id).size_m
    room = scene.background.room
    for piece in room.furniture if room else ():
        yield piece.object_to_world(), catalogue.get(piece.asset_id).size_m


def _is_near(at_m: FloatArray, pose: FloatArray, size_m: tuple[float, float, float]) -> bool:
    """Return True where a point is within the clearance of an object's box."""
    own = np.linalg.inv(pose) @ (*at_m, 1.0)
    gap_m = CLEARANCE_M / float(np.linalg.norm(pose[:3, 0]))
    off = np.abs(own[:3] - (0.0, 0.0, size_m[2] / 2)) - np.array(size_m) / 2
    return bool((off < gap_m).all())


def _turn(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the least rotation that takes one unit vector to another, not opposite, one."""
    axis, cosine = np.cross(before, after), float(before @ after)
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: FloatArray = np.eye(3) + cross + cross @ cross / (1.0 + cosine)
    return turn


def _about(axis: str, angle: float) -> FloatArray:
    cos, sin = math.cos(angle), math.sin(angle)
    if axis == "x":
        return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
    if axis == "y":
        return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def intrinsics(camera: Camera) -> FloatArray:
    """Return (3, 3) K: x right, y down, z ahead, to pixels with centres at +0.5."""
    width, height = camera.resolution_px
    f = camera.focal_px
    return np.array([[f, 0.0, width / 2], [0.0, f, height / 2], [0.0, 0.0, 1.0]])
