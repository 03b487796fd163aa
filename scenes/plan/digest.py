"""What tells one scene from another: the hash of all that it says."""

import hashlib

from scenes.files.canonical_json import json_bytes
from scenes.model.scene import Scene
from scenes.model.shot import Shot


def scene_digest(scene: Scene) -> str:
    """Return the SHA-256 of a scene's JSON: equal scenes, equal digests."""
    return hashlib.sha256(json_bytes(scene.to_json())).hexdigest()


def shot_of(scene: Scene) -> Shot:
    """Return what a dataset says of a scene's picture."""
    return Shot(
        resolution_px=scene.camera.resolution_px, focal_px=scene.camera.focal_px, seed=scene.seed,
        config_id=scene.config_id, digest=scene_digest(scene),
    )  # fmt: skip
