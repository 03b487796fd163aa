"""What tells one scene from another: the hash of all that it says."""

import hashlib

from scenes.files.canonical_json import json_bytes
from scenes.scene import Scene


def scene_digest(scene: Scene) -> str:
    """Return the SHA-256 of a scene's JSON: equal scenes, equal digests."""
    return hashlib.sha256(json_bytes(scene.to_json())).hexdigest()
