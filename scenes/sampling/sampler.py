"""A configuration and a seed make a Scene: every draw is made here, in numpy, and written down."""

from dataclasses import dataclass, replace

import numpy as np

from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.config.cast import Cast, cast_of
from scenes.config.scene import SceneConfig
from scenes.layout.facing import faced
from scenes.layout.standing import Layout, Standing
from scenes.model.background import FloatArray
from scenes.model.scene import Background, Light, Material, Placement, Scene
from scenes.optics.camera import horizon_share
from scenes.sampling.background import bare_background, draw_surroundings
from scenes.sampling.effects import seeded_post
from scenes.sampling.room import Held
from scenes.sampling.stock import Stock, finished
from scenes.strategies.registry import STRATEGIES


class UnknownStrategy(UserError):
    """A strategy name that no file in scenes/strategies serves."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SceneSampler:
    """Draws the scenes of one configuration. Make it with `of`."""

    config: SceneConfig
    cast: Cast
    stock: Stock

    @classmethod
    def of(cls, config: SceneConfig, catalogue: Catalogue) -> "SceneSampler":
        """Return a sampler. Raises UnknownStrategy, UnknownShape, UnknownAsset or BadWeight."""
        if config.strategy not in STRATEGIES:
            raise UnknownStrategy(
                f"strategy {config.strategy!r}; expected one of {', '.join(sorted(STRATEGIES))}"
            )
        cast = cast_of(config, catalogue)
        return cls(config=config, cast=cast, stock=Stock.of(config, catalogue))

    def sample(self, seed: int, *, dressed: bool = True, look: int = 0) -> Scene:
        """Return the scene of a 32-bit seed: the same one, always and everywhere.

        look: 0 for the scene's own finishes, light and background; others give other ones.

        Geometry, look and post-effects have streams of their own, so a scene sampled without its
        look (`dressed=False`, for previews) has the very geometry of the dressed one.
        """
        geometry, looks, _ = np.random.SeedSequence(seed).spawn(3)  # the last is of effects
        rng = np.random.default_rng(geometry)
        layout = STRATEGIES[self.config.strategy](rng, self.config, self.cast)
        layout = faced(rng, layout, self.config.cards, self.cast)
        if not dressed:
            return self._scene(seed, layout, _bare_materials(layout), (), bare_background())
        rng = np.random.default_rng(looks.spawn(look)[-1] if look else looks)
        materials = _materials(rng, layout)
        background, lights = draw_surroundings(
            rng, self.config.background, self.stock, _held(layout)
        )
        scene = self._scene(seed, layout, materials, lights, background)
        return replace(scene, post=seeded_post(seed, self.config.post))

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


def scene_seed(run_seed: int, stream: int, number: int) -> int:
    """Return the 32-bit seed of one scene of a run: streams (configs) never share a scene."""
    return int(np.random.SeedSequence([run_seed, stream, number]).generate_state(1)[0])


def _materials(rng: np.random.Generator, layout: Layout) -> list[tuple[Material, ...]]:
    """Return each object's materials; one asset has one finish in an image, as in a set."""
    painted: dict[str, tuple[Material, ...]] = {}
    for standing in layout.standing:
        if standing.asset.id not in painted:
            painted[standing.asset.id] = finished(rng, standing.asset.mesh())
    return [painted[standing.asset.id] for standing in layout.standing]


def _bare_materials(layout: Layout) -> list[tuple[Material, ...]]:
    return [() for _ in layout.standing]


def _held(layout: Layout) -> Held:
    """Return what the surroundings must hold: the camera, and the box round every object."""
    return Held(
        camera_m=layout.camera.camera_to_world[:3, 3],
        corners_m=np.stack([_box_m(standing) for standing in layout.standing]),
        horizon=horizon_share(layout.camera),
    )


def _box_m(standing: Standing) -> FloatArray:
    half = np.array(standing.asset.size_m) / 2
    signs = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, 2)])
    pose = standing.object_to_world()
    box: FloatArray = (signs * half) @ pose[:3, :3].T + pose[:3, 3]
    return box
