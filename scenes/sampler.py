"""A configuration and a seed make a Scene: every draw is made here, in numpy, and written down."""

from dataclasses import dataclass

import numpy as np

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.materials import draw_material, floor_kinds
from scenes.cast import Cast, cast_of
from scenes.config import SceneConfig
from scenes.scene import Background, Light, Material, Placement, Scene
from scenes.strategies import STRATEGIES
from scenes.strategies.layout import Layout, Standing

_BARE = Material(kind="plain", color=(0.5, 0.5, 0.5), roughness=0.5, metallic=0.0, seed=0)


class UnknownStrategy(UserError):
    """A strategy name that no file in scenes/strategies serves."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SceneSampler:
    """Draws the scenes of one configuration. Make it with `of`."""

    config: SceneConfig
    cast: Cast

    @classmethod
    def of(cls, config: SceneConfig, catalogue: Catalogue) -> "SceneSampler":
        """Return a sampler. Raises UnknownStrategy, UnknownShape, UnknownAsset or BadWeight."""
        if config.strategy not in STRATEGIES:
            raise UnknownStrategy(
                f"strategy {config.strategy!r}; expected one of {', '.join(sorted(STRATEGIES))}"
            )
        return cls(config=config, cast=cast_of(config, catalogue))

    def sample(self, seed: int, *, dressed: bool = True) -> Scene:
        """Return the scene of a 32-bit seed: the same one, always and everywhere.

        Geometry and look have streams of their own, so a scene sampled without its look
        (`dressed=False`, for previews) has the very geometry of the dressed one.
        """
        geometry, look = np.random.SeedSequence(seed).spawn(2)
        rng = np.random.default_rng(geometry)
        layout = STRATEGIES[self.config.strategy](rng, self.config, self.cast)
        if not dressed:
            return self._scene(seed, layout, _bare_materials(layout), (), _bare_background())
        rng = np.random.default_rng(look)
        return self._scene(
            seed, layout, _materials(rng, layout), self._lights(rng), self._background(rng)
        )

    def _scene(
        self,
        seed: int,
        layout: Layout,
        materials: list[tuple[Material, ...]],
        lights: tuple[Light, ...],
        background: Background,
    ) -> Scene:
        placed = tuple(
            self._placement(number, standing, painted)
            for number, (standing, painted) in enumerate(
                zip(layout.standing, materials, strict=True), 1
            )
        )
        return Scene(
            seed=seed, config_id=self.config.id, objects=placed, camera=layout.camera,
            lights=lights, background=background,
        )  # fmt: skip

    def _placement(
        self, instance: int, standing: Standing, materials: tuple[Material, ...]
    ) -> Placement:
        target = standing.is_target
        return Placement(
            instance=instance,
            asset_id=standing.asset.id,
            category=self.config.category if target else standing.asset.category,
            category_id=self.config.category_id if target else 0,
            object_to_world=standing.object_to_world(),
            materials=materials,
        )

    def _lights(self, rng: np.random.Generator) -> tuple[Light, ...]:
        look = self.config.look
        shines, energy = rng.random() < look.sun_share, look.sun_energy.draw(rng)
        yaw, tilt = rng.uniform(-np.pi, np.pi), rng.uniform(np.radians(20), np.radians(65))
        warmth = float(rng.uniform(0.0, 1.0))
        if not shines:
            return ()
        return (
            Light(
                kind="sun", light_to_world=_sun_pose(float(yaw), float(tilt)), energy=energy,
                size_m=0.05, color=(1.0, 1.0 - 0.15 * warmth, 1.0 - 0.35 * warmth),
            ),
        )  # fmt: skip

    def _background(self, rng: np.random.Generator) -> Background:
        look, floors = self.config.look, floor_kinds()
        return Background(
            environment=look.environments[rng.integers(len(look.environments))],
            strength=look.strength.draw(rng),
            rotation_deg=float(rng.uniform(0.0, 360.0)),
            floor=_material(rng, floors[rng.integers(len(floors))]),
            floor_size_m=look.floor_size_m,
        )


def scene_seed(run_seed: int, stream: int, number: int) -> int:
    """Return the 32-bit seed of one scene of a run: streams (configs) never share a scene."""
    return int(np.random.SeedSequence([run_seed, stream, number]).generate_state(1)[0])


def _materials(rng: np.random.Generator, layout: Layout) -> list[tuple[Material, ...]]:
    """Return each object's materials; one asset has one finish in an image, as in a set."""
    painted: dict[str, tuple[Material, ...]] = {}
    for standing in layout.standing:
        if standing.asset.id not in painted:
            slots = standing.asset.mesh().slot_names
            painted[standing.asset.id] = tuple(_material(rng, kind) for kind in slots)
    return [painted[standing.asset.id] for standing in layout.standing]


def _bare_materials(layout: Layout) -> list[tuple[Material, ...]]:
    return [() for _ in layout.standing]


def _bare_background() -> Background:
    return Background(environment="", strength=1.0, rotation_deg=0.0, floor=_BARE, floor_size_m=1.0)


def _material(rng: np.random.Generator, kind: str) -> Material:
    drawn = draw_material(rng, kind)
    return Material(
        kind=drawn.kind, color=drawn.color, roughness=drawn.roughness,
        metallic=drawn.metallic, seed=drawn.seed,
    )  # fmt: skip


def _sun_pose(yaw_rad: float, tilt_rad: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return light_to_world of a sun shining along its -z, tilted from the vertical."""
    cos_y, sin_y = np.cos(yaw_rad), np.sin(yaw_rad)
    cos_t, sin_t = np.cos(tilt_rad), np.sin(tilt_rad)
    pose = np.eye(4)
    pose[:3, :3] = np.array([[cos_y, -sin_y, 0], [sin_y, cos_y, 0], [0, 0, 1]]) @ np.array(
        [[1, 0, 0], [0, cos_t, -sin_t], [0, sin_t, cos_t]]
    )
    pose[2, 3] = 10.0
    return pose
