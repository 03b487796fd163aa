"""Scenes by hand, rendered as a user would render them, and what the render left on disk."""

import dataclasses
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from assets.project import PROJECT
from scenes.model.scene import Background, Camera, Light, Material, Placement, Scene
from scenes.plan.plan import Plan, PlannedScene
from scenes.sets.depth_maps import read_depth_map

GREY = Material(kind="paint", color=(0.5, 0.5, 0.5), roughness=0.6, metallic=0.0, seed=1)
INTERIOR = Background(
    environment="interior.exr", strength=1.0, rotation_deg=0.0, floor=GREY, floor_size_m=40.0
)
NOON = np.eye(4)  # a sun that shines straight down


def blenderproc(
    script: Path | str, *words: str, cwd: Path = PROJECT
) -> subprocess.CompletedProcess[str]:
    """Run a script in the embedded Blender."""
    command = [
        str(PROJECT / ".venv" / "bin" / "blenderproc"), "run", str(script), *words,
        "--custom-blender-path", str(PROJECT / ".blender"),
    ]  # fmt: skip
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


def render(*words: str, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run render/main.py."""
    return blenderproc(PROJECT / "render" / "main.py", *words, cwd=cwd)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shot:
    """One rendered scene as it lies on disk; depth is NaN where nothing was hit."""

    scene: Scene
    image: npt.NDArray[np.uint8]
    instances: npt.NDArray[np.uint16]
    depth_m: npt.NDArray[np.float32]


def shots(out: Path, scenes: tuple[Scene, ...], *words: str) -> tuple[Shot, ...]:
    """Render scenes through a plan file and read them back."""
    plan = out.with_suffix(".jsonl")
    Plan(
        scenes=tuple(
            PlannedScene(index=i, scene=s, component=-1, weight=1.0, why="test")
            for i, s in enumerate(scenes)
        )
    ).write(plan)
    done = render(f"plan={plan}", f"out={out}", "image_format=png", *words)
    assert done.returncode == 0, done.stderr
    return tuple(_shot(out, index, scene) for index, scene in enumerate(scenes))


def camera(resolution_px: tuple[int, int], pose: npt.NDArray[np.float64]) -> Camera:
    """A 30 mm lens on a 36 mm sensor."""
    return Camera(
        camera_to_world=pose, focal_mm=30.0, sensor_mm=36.0, resolution_px=resolution_px,
        clip_start_m=0.05, clip_end_m=200.0,
    )  # fmt: skip


def looking_down(height_m: float) -> npt.NDArray[np.float64]:
    """A pose above the origin; without rotation a camera looks along -z."""
    pose = np.eye(4)
    pose[2, 3] = height_m
    return pose


def placed(
    instance: int, asset_id: str, slots: int, x_y_turn: tuple[float, float, float]
) -> Placement:
    """An object on the floor, grey all over."""
    x, y, turn = x_y_turn
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    pose[:2, 3] = x, y
    return Placement(
        instance=instance, asset_id=asset_id, category="chair", category_id=1,
        object_to_world=pose, materials=(GREY,) * slots,
    )  # fmt: skip


def scene(view: Camera, objects: tuple[Placement, ...], seed: int = 1) -> Scene:
    """A scene in the interior environment under a sun."""
    sun = Light(kind="sun", light_to_world=NOON, energy=2.0, size_m=0.1, color=(1.0, 0.95, 0.9))
    return Scene(
        seed=seed, config_id="by hand", objects=objects, camera=view, lights=(sun,),
        background=INTERIOR,
    )  # fmt: skip


def loud_texture(folder: Path) -> Path:
    """A folder with a texture set in magenta, laid out as ambientCG's."""
    folder.mkdir(parents=True)
    for name, color in (("Color", (200, 20, 200)), ("Roughness", (255, 255, 255)),
                        ("NormalGL", (255, 128, 128))):  # fmt: skip
        cv2.imwrite(str(folder / f"loud_{name}.png"), np.full((8, 8, 3), color, np.uint8))
    return folder


def reseeded(old: Scene, seed: int) -> Scene:
    """The same scene with another seed for Cycles."""
    return dataclasses.replace(old, seed=seed)


def _shot(out: Path, index: int, shown: Scene) -> Shot:
    name = f"{index:06d}"
    return Shot(
        scene=shown,
        image=cv2.imread(str(out / "images" / f"{name}.png"), cv2.IMREAD_COLOR),
        instances=cv2.imread(str(out / "segmentation" / f"{name}.png"), cv2.IMREAD_UNCHANGED),
        depth_m=read_depth_map(out / "depth" / f"{name}.exr"),
    )
