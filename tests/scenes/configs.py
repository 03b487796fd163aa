"""Scene configurations for tests, from the project's own conf/."""

from functools import cache
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from assets.project import CONF
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig

SIZES = [[320, 240], [240, 320]]


def scene_settings(**changes: Any) -> dict[str, Any]:
    return strategy_settings("on_surface", **changes)


def strategy_settings(name: str, **changes: Any) -> dict[str, Any]:
    """conf/strategy/NAME.yaml as Hydra composes it for conf/render.yaml."""
    told = composed(name)["scene"]
    filled = {"category": "chair", "category_id": 62, "resolutions_px": SIZES,
              "background": background_settings("environment")}  # fmt: skip
    return {**told, **filled, **changes}


@cache
def composed(name: str) -> dict[str, Any]:
    """conf/render.yaml with a strategy."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose("render", [f"strategy={name}"])
    composed: dict[str, Any] = OmegaConf.to_container(told, resolve=True)  # type: ignore[assignment]  # of a mapping
    return composed


def labels_of(strategy: str) -> dict[str, Any]:
    """The label policy that a strategy comes with."""
    told: dict[str, Any] = composed(strategy)["labels"]
    return told


def background_settings(kind: str, **changes: Any) -> dict[str, Any]:
    """conf/background with all weight on one kind."""
    told = yaml.safe_load((CONF / "background" / "mixed.yaml").read_text())
    weights = {name: float(name == kind) for name in told["weights"]}
    return {**told, "weights": weights, **changes}


def scene_config(**changes: Any) -> SceneConfig:
    return from_mapping(SceneConfig, scene_settings(**changes), "scene")


def strategy_config(name: str, **changes: Any) -> SceneConfig:
    return from_mapping(SceneConfig, strategy_settings(name, **changes), "scene")


def fixed(value: float) -> dict[str, Any]:
    return {"low": value, "high": value, "log": False}
