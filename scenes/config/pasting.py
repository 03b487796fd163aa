"""What of a configuration can be shown by cut-outs over photos, without anything else."""

import statistics
from collections.abc import Iterable
from dataclasses import replace

from assets.cards.folder import CutOuts, photos_of
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.fragments.background import Ground
from scenes.config.background import Backdrop, BackgroundWeights
from scenes.config.scene import SceneConfig

LONE_STRATEGIES = ("on_surface", "baseline")  # need nothing to stand on, and no clutter
CLUTTERED = "cluttered"


USUAL_M = 0.9  # height of a thing that cameras of conf/strategy and conf/space are meant for
EYE_M = 1.5  # and how high above the ground these cameras are
SCALED = ("camera.distance_m", "camera.height_m", "objects.spread_m")
NEAREST_M = 0.25  # a camera stands no nearer, whatever is asked


class NotPastable(UserError):
    """A strategy that asks for what only meshes show."""


def for_pasting(
    config: SceneConfig, catalogue: Catalogue, photos: Iterable[Backdrop]
) -> SceneConfig:
    """Return the configuration with what a catalogue of cut-outs serves, before photos.

    Cut-outs of other categories than the target's are the clutter. photos: what lies behind, where
    no folder of backgrounds is told. Cameras come as near as `nearness` says. Raises NotPastable.
    """
    background = config.background
    if background.folder is None:
        background = replace(background, photos=tuple(photos))
    weights = BackgroundWeights(room=0.0, environment=0.0, photo=1.0, white=0.0)
    own = catalogue.serving(config.category)
    clutter = tuple(name for name in catalogue.categories if name != own)
    strategies = strategies_of(clutter)
    if config.strategy not in strategies:
        raise NotPastable(
            f"engine=paste, strategy={config.strategy}: asks for what only meshes show; expected "
            f"one of {', '.join(strategies)}"
        )
    group, room = config.group, background.room
    nearer, camera = nearness(config.category, catalogue, background.photos), config.camera
    return replace(
        config,
        camera=replace(
            camera,
            distance_m=camera.distance_m.times(nearer),
            height_m=camera.height_m.times(nearer),
        ),
        objects=replace(
            config.objects,
            spread_m=config.objects.spread_m.times(nearer),
            same_share=config.cards.same_share,
        ),
        clutter=replace(config.clutter, categories=clutter),
        placement=replace(config.placement, stands_on={}),
        group=replace(group, middle=(), around=(), on_top=()),
        background=replace(background, weights=weights, room=replace(room, furniture=())),
    )


def nearness(category: str, catalogue: Catalogue, photos: Iterable[Backdrop]) -> float:
    """Return by how much cameras come nearer than usual ones.

    As much as the photos were taken from lower than EYE_M, where they tell it, in the median. Else
    as the category is smaller than USUAL_M: it stands on whatever they show, a table as well.
    """
    told = [photo.camera_m for photo in photos if photo.camera_m is not None]
    if told:
        return statistics.median(told) / EYE_M
    return min(1.0, catalogue.real_height_m(category) / USUAL_M)


def backdrops_of(wanted: CutOuts, catalogue: Catalogue) -> tuple[Backdrop, ...]:
    """Return the photos of a folder of cut-outs, and what their grounds tell of the camera."""
    return tuple(
        Backdrop(
            path=str(one.path.resolve()), camera_m=_camera_m(one.ground, catalogue),
            horizon=None if one.horizon_row_px is None else one.horizon_row_px / one.size_px[1],
        )
        for one in photos_of(wanted)
    )  # fmt: skip


def _camera_m(ground: Ground | None, catalogue: Catalogue) -> float | None:
    """Return how high a photo was taken: a thing's height by what the ground has for it."""
    told = [
        catalogue.real_height_m(category) / by_row
        for category, by_row in (ground.height_px_per_row if ground else {}).items()
        if catalogue.serving(category) is not None
    ]
    return statistics.median(told) if told else None


def strategies_of(clutter: Iterable[str]) -> tuple[str, ...]:
    """Return the strategies that cut-outs alone can be laid out by."""
    return (*LONE_STRATEGIES, CLUTTERED) if tuple(clutter) else LONE_STRATEGIES
