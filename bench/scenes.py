"""What every bench looks at: scenes of about 20,000 triangles, from the project's own conf/."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from assets.catalogue import Catalogue, load_catalogue
from assets.project import CONF
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.labels.policy import LabelPolicy, LabelSettings
from scenes.model.scene import Scene
from scenes.optics.camera import world_to_camera
from scenes.sampling.sampler import SceneSampler

SIZES_PX = ((160, 120), (320, 240), (640, 480))
TRIANGLES = range(18_000, 22_001)


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A configuration of conf/strategy, the assets it draws from, and what would be labelled."""

    catalogue: Catalogue
    config: SceneConfig
    labels: LabelSettings

    @classmethod
    def of_conf(cls, *words: str) -> "Studio":
        """Return the one of conf/render.yaml under overrides, at the largest of the sizes."""
        told = composed("render", f"resolution_px={list(SIZES_PX[-1])}", *words)
        return cls(
            catalogue=load_catalogue(told["variants"]),
            config=from_mapping(SceneConfig, told["scene"], "scene"),
            labels=from_mapping(LabelSettings, told["labels"], "labels"),
        )

    @property
    def policy(self) -> LabelPolicy:
        """The limits of what is labelled."""
        return self.labels.policy

    @property
    def sampler(self) -> SceneSampler:
        """What draws the scenes."""
        return SceneSampler.of(self.config, self.catalogue)

    def seeds(self, number: int) -> tuple[int, ...]:
        """Return the first seeds whose scenes have TRIANGLES, all of them before the camera.

        The last because bench/search/numpy_zbuffer.py does not clip.
        """
        return tuple(islice(self._fitting(), number))

    def scenes(self, number: int, size_px: tuple[int, int]) -> tuple[Scene, ...]:
        """Return the dressed scenes of those seeds, seen at (W, H)."""
        drawn = (self.sampler.sample(seed) for seed in self.seeds(number))
        return tuple(replace(s, camera=s.camera.at_resolution(size_px)) for s in drawn)

    def triangles(self, scene: Scene) -> int:
        """Return how many triangles a scene's objects have."""
        return sum(len(self.catalogue.get(o.asset_id).mesh().triangles) for o in scene.objects)

    def _fitting(self) -> Iterator[int]:
        sampler = self.sampler
        for seed in count():
            scene = sampler.sample(seed, dressed=False)
            if self.triangles(scene) in TRIANGLES and self._all_ahead(scene):
                yield seed

    def _all_ahead(self, scene: Scene) -> bool:
        view = world_to_camera(scene.camera)
        for placed in scene.objects:
            to_camera = view @ placed.object_to_world
            vertices = self.catalogue.get(placed.asset_id).mesh().vertices
            depth_m = -(vertices @ to_camera[2, :3] + to_camera[2, 3])
            if depth_m.min() <= scene.camera.clip_start_m:
                return False
        return True


def composed(name: str, *words: str) -> Mapping[str, Any]:
    """Return one of conf/'s configurations under overrides, as plain data."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose(name, overrides=list(words))
    return OmegaConf.to_container(told, resolve=True)  # type: ignore[return-value]  # it is one


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes by the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
