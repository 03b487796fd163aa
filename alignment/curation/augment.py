"""New scenes made after those whose images look most like the real ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.curation.settings import AugmentSettings
from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.labels.previewer import Previewer
from scenes.layout.touching import touches
from scenes.model.scene import Camera, Placement, Scene
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.sampler import scene_seed

FloatArray = npt.NDArray[np.float64]
AUGMENT_STREAM = 5_000_000
MOST_TRIES = 40  # scenes drawn per scene wanted
FLOOR_M = 1e-3  # what stands this near to z = 0 stands on the floor
CARRIES_M = 1.5  # what is raised within this distance may stand on it
ROOM_SPARE_M = 0.5  # less than rooms leave free around objects and camera


class NoScenes(UserError):
    """Parents whose likenesses show nothing that would be labelled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Workshop:
    """What likenesses are made and looked at with."""

    catalogue: Catalogue
    previewer: Previewer
    settings: AugmentSettings
    run_seed: int


def augmented(parents: Sequence[PlannedScene], work: Workshop) -> Plan:
    """Return a plan of `settings.images` scenes, taking the parents in turn, best first.

    A likeness keeps its parent's look (materials, light, background) and has a seed of its own. It
    is drawn again where an object would meet another that its parent kept it apart from, or where
    the preview shows fewer labelled objects than the parent's does. Raises NoScenes.
    """
    count = work.settings.images
    made: list[PlannedScene] = []
    for number in range(MOST_TRIES * count):
        if len(made) == count:
            break
        parent = parents[number % len(parents)]
        seed = scene_seed(work.run_seed, AUGMENT_STREAM, number)
        scene = likeness(np.random.default_rng(seed), parent.scene, seed, work.settings)
        if _valid(scene, parent.scene, work):
            why = f"like image {parent.index}, seed {parent.scene.seed}"
            made.append(PlannedScene(
                index=len(made), scene=scene, component=parent.component, weight=1 / count, why=why
            ))  # fmt: skip
    if len(made) < count:
        raise NoScenes(
            f"{len(made)} of {MOST_TRIES * count} likenesses show what their parents do; expected "
            f"{count}: make augment.camera_m, camera_deg, object_m smaller, or best_share larger"
        )
    return Plan(scenes=tuple(made))


def likeness(rng: np.random.Generator, scene: Scene, seed: int, settings: AugmentSettings) -> Scene:
    """Return a scene whose camera and standing objects are moved a little.

    Labelled objects on the floor move, unless something stands on them; all else stays where it is.
    """
    objects = tuple(
        _moved(rng, placed, settings) if _is_free(placed, scene.objects) else placed
        for placed in scene.objects
    )
    camera = _turned(rng, scene.camera, settings)
    return replace(scene, seed=seed, objects=objects, camera=camera)


def _is_free(placed: Placement, objects: Sequence[Placement]) -> bool:
    """Return True for a labelled object on the floor with nothing raised near its middle."""
    at = placed.object_to_world[:3, 3]
    if not placed.category_id or abs(at[2]) > FLOOR_M:
        return False
    raised = [o.object_to_world[:3, 3] for o in objects if o.object_to_world[2, 3] > FLOOR_M]
    return all(np.linalg.norm(other[:2] - at[:2]) > CARRIES_M for other in raised)


def _moved(rng: np.random.Generator, placed: Placement, settings: AugmentSettings) -> Placement:
    turn = math.radians(settings.object_deg * float(rng.standard_normal()))
    step = _step(rng, settings.object_m, 2)
    about = np.eye(4)
    about[:2, :2] = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    pose = placed.object_to_world.copy()
    pose[:3, :3] = about[:3, :3] @ pose[:3, :3]
    pose[:2, 3] += step
    return replace(placed, object_to_world=pose)


def _turned(rng: np.random.Generator, camera: Camera, settings: AugmentSettings) -> Camera:
    pose = camera.camera_to_world.copy()
    pitch, yaw = np.radians(settings.camera_deg * rng.standard_normal(2))
    tilt, pan = np.eye(3), np.eye(3)
    tilt[1:, 1:] = [[math.cos(pitch), -math.sin(pitch)], [math.sin(pitch), math.cos(pitch)]]
    pan[::2, ::2] = [[math.cos(yaw), math.sin(yaw)], [-math.sin(yaw), math.cos(yaw)]]
    pose[:3, :3] = pose[:3, :3] @ pan @ tilt
    pose[:3, 3] += _step(rng, settings.camera_m, 3)
    pose[2, 3] = max(pose[2, 3], 0.1)  # above the floor
    return replace(camera, camera_to_world=pose)


def _step(rng: np.random.Generator, spread_m: float, axes: int) -> FloatArray:
    """Return a normal step, never longer than a room has to spare."""
    step = rng.standard_normal(axes) * spread_m
    length = float(np.linalg.norm(step))
    return np.asarray(step * min(1.0, ROOM_SPARE_M / length if length else 1.0))


def _valid(scene: Scene, parent: Scene, work: Workshop) -> bool:
    if _touching(scene, work.catalogue) - _touching(parent, work.catalogue):
        return False
    shown = len(work.previewer.labels(scene).kept)
    return shown > 0 and shown >= len(work.previewer.labels(parent).kept)


def _touching(scene: Scene, catalogue: Catalogue) -> frozenset[tuple[int, int]]:
    """Return the pairs of objects whose surfaces meet."""
    found = set()
    for number, a in enumerate(scene.objects):
        for b in scene.objects[number + 1 :]:
            a_to_b = np.linalg.inv(b.object_to_world) @ a.object_to_world
            if touches(catalogue.get(a.asset_id).mesh(), a_to_b, catalogue.get(b.asset_id).mesh()):
                found.add((a.instance, b.instance))
    return frozenset(found)
