"""A scene of cut-outs as a picture: laid over its photo from far to near."""

from dataclasses import dataclass, field

import numpy as np

from assets.cards.card import Card
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.lettering.settings import TextSettings
from render.asked.paste import PasteSettings
from render.pasting.behind import Photos, behind
from render.pasting.layer import layer_of
from render.pasting.lettering import lettered, still_seen
from render.pasting.plausible import Thing
from scenes.model.frame import FAR_M, Frame
from scenes.model.lettering import Lettering
from scenes.model.scene import Placement, Scene
from scenes.optics.camera import world_to_camera
from scenes.pasting.blending import laid
from scenes.pasting.layer import Layer
from scenes.pasting.look import draw_look
from scenes.plan.digest import shot_of

STREAM = 0x9A57E  # of a scene's seed, apart from those that the scene is drawn from


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What is laid under things. photos: see `behind`. text: on their surfaces; None for none."""

    photos: Photos = field(default_factory=dict)
    text: TextSettings | None = None


NOTHING_TOLD = Grounds()


class NoCutOut(UserError):
    """A thing in a scene that is to be pasted and is no cut-out."""


def pasted(
    scene: Scene,
    catalogue: Catalogue,
    settings: PasteSettings,
    *,
    colour: bool,
    grounds: Grounds = NOTHING_TOLD,
) -> Frame:
    """Return a scene's picture, instances and depth, without its post-effects.

    The same scene and settings give the same arrays. colour: False leaves the image black.
    Raises NoCutOut, NoPhoto, BadPhoto, ChangedCutOut.
    """
    rng = np.random.default_rng([scene.seed, STREAM])
    width, height = scene.camera.resolution_px
    shown = _far_to_near(scene, catalogue)
    bare = np.zeros((height, width, 3), np.uint8)
    written: tuple[Lettering, ...] = ()
    if colour:
        things = [
            Thing(category=one.category, box_px=box)
            for one in shown if (box := one.layer.box_px) is not None
        ]  # fmt: skip
        place = behind(rng, scene, things, settings, grounds.photos)
        if grounds.text is not None:
            place, written = lettered(scene.seed, place, grounds.text, scene.camera.focal_px)
        bare = place.image
    image, ids = bare.copy(), np.zeros((height, width), np.int32)
    depth_m = np.full((height, width), FAR_M, np.float32)
    looks = {one.instance: draw_look(rng, settings) for one in scene.objects}
    for one in shown:
        if colour:
            laid(image, bare, one.layer, looks[one.instance])
        rows, columns = one.layer.window
        own = one.layer.inside
        ids[rows, columns][own] = one.instance
        depth_m[rows, columns][own] = one.layer.depth_m[own]
    return Frame(
        shot=shot_of(scene), image=image, instances=ids, depth_m=depth_m,
        lettering=still_seen(written, ids) if grounds.text and grounds.text.annotate else None,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Shown:
    instance: int
    category: str
    layer: Layer


def _far_to_near(scene: Scene, catalogue: Catalogue) -> list[_Shown]:
    """Return what the camera sees, by the depth of the middles of the things."""
    view = world_to_camera(scene.camera)
    found = []
    for placed in scene.objects:
        layer = layer_of(_card(placed, catalogue), placed, scene.camera)
        if layer is not None:
            asset = catalogue.get(placed.asset_id)
            middle = placed.object_to_world @ (0, 0, asset.size_m[2] / 2, 1)
            shown = _Shown(instance=placed.instance, category=asset.category, layer=layer)
            found.append((float(view[2] @ middle), placed.instance, shown))
    found.sort(key=lambda told: told[:2])
    return [shown for _, _, shown in found]


def _card(placed: Placement, catalogue: Catalogue) -> Card:
    card = catalogue.get(placed.asset_id).imported
    if not isinstance(card, Card):
        raise NoCutOut(
            f"engine=paste: {placed.asset_id!r} is no cut-out, and only those can be pasted; "
            "expected a plan made with engine=paste, or engine=cycles"
        )
    return card
