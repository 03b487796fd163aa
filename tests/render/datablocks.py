# Run by BlenderProc: counts Blender's data after one emptied scene and after six.
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import json
import sys
from pathlib import Path

# Blender leaves it out
HERE = Path(__file__).resolve()
sys.path.insert(0, str(next(p for p in HERE.parents if (p / "pyproject.toml").is_file())))

import bpy
import numpy as np

from assets.catalogue import load_catalogue
from render.blender import session
from render.capturing.capture import capture
from render.asked.quality import Quality
from render.staging.stage import stage
from scenes.optics.camera import pose_aiming_at
from scenes.sampling.sampler import SceneSampler
from tests.render.rendered import camera, loud_texture, placed, scene
from tests.scenes.configs import background_settings, scene_config

QUALITY = Quality(
    colour=True, samples=1, noise_threshold=0.0, denoiser="none", guides="raw", max_bounces=1,
    diffuse_bounces=1, glossy_bounces=1, transmission_bounces=1, ambient_after=0,
    view_transform="AgX", look="None", metering=1.0, exposure_stops=0.0,
)  # fmt: skip

LOUD = loud_texture(session.temporary_folder() / "loud")
BACKGROUND = background_settings("room", textures=str(LOUD), texture_share=1.0)
ROOMS = SceneSampler.of(
    scene_config(background=BACKGROUND, resolutions_px=[[32, 24]]), load_catalogue(1)
)


def counts() -> dict[str, int]:
    """Return how many blocks each of Blender's collections of data holds."""
    held = {name: getattr(bpy.data, name) for name in dir(bpy.data)}
    kinds = bpy.types.bpy_prop_collection
    return {name: len(blocks) for name, blocks in held.items() if isinstance(blocks, kinds)}


def render_one(seed: int) -> None:
    """Stage, capture and empty: a scene by hand, and one in a room with the loud texture."""
    pose = pose_aiming_at(np.array([2.0, -2.0, 1.5]), np.array([0.0, 0.0, 0.5]), (0.0, 0.0), 0.0)
    shown = scene(camera((32, 24), pose), (placed(1, "chair/stool/0", 1, (0, 0, seed)),), seed)
    for one in (shown, ROOMS.sample(seed)):
        session.reset()
        stage(one, load_catalogue(1), dressed=True)
        capture(one, QUALITY)
    session.reset()


with session.chatter_to(session.temporary_folder() / "blender.log"):
    session.start("cpu", 0)
    render_one(0)
    first = counts()
    for number in range(1, 6):
        render_one(number)
sys.stderr.write(json.dumps([first, counts()]) + "\n")
