"""Scene configurations for tests, from the project's own conf/."""

from pathlib import Path
from typing import Any

import yaml

from scenes.config import SceneConfig
from scenes.settings import from_mapping

CONF = Path(__file__).parents[2] / "conf"
SIZES = [[320, 240], [240, 320]]


def scene_settings(**changes: Any) -> dict[str, Any]:
    told = yaml.safe_load((CONF / "scene" / "on_surface.yaml").read_text())
    filled = {"category": "chair", "category_id": 62, "resolutions_px": SIZES,
              "background": background_settings("environment"),
              "post": yaml.safe_load((CONF / "post" / "none.yaml").read_text())}  # fmt: skip
    return {**told, **filled, **changes}


def background_settings(kind: str, **changes: Any) -> dict[str, Any]:
    """conf/background with all weight on one kind."""
    told = yaml.safe_load((CONF / "background" / "mixed.yaml").read_text())
    weights = {name: float(name == kind) for name in told["weights"]}
    return {**told, "weights": weights, **changes}


def scene_config(**changes: Any) -> SceneConfig:
    return from_mapping(SceneConfig, scene_settings(**changes), "scene")


def fixed(value: float) -> dict[str, Any]:
    return {"low": value, "high": value, "log": False}
