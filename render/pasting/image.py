"""A scene of a plan pasted and written down."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from assets.cards.known import as_known
from assets.catalogue import Catalogue
from assets.fragments.folder import read_fragments
from render.asked.settings import Settings
from render.pasting.behind import Photos
from render.pasting.paste import Grounds, pasted
from scenes.dataset.dataset import write_shard
from scenes.effects.develop import developed
from scenes.effects.linear_picture import FOLDER, as_kept, encode_light
from scenes.labels.labels import label_frame
from scenes.model.scene import Scene
from scenes.optics.colour import linear


def paste_image(index: int, scene: Scene, settings: Settings, catalogue: Catalogue) -> None:
    """Paste one scene and write its shard into settings.out. Raises UserError of many kinds."""
    colour = settings.quality.colour
    grounds = Grounds(photos=_photos(settings.cut_outs.folder), text=settings.written)
    frame = pasted(scene, catalogue, settings.paste, colour=colour, grounds=grounds)
    if settings.keeps_light:
        light = as_kept(linear(frame.image))
        frame = replace(frame, light=light, passes={f"{FOLDER}.exr": encode_light(light)})
    if colour:
        frame = developed(frame, scene.post, settings.references)
    labels = label_frame(frame, scene, catalogue, settings.labels)
    write_shard(settings.out, index, frame, labels, settings.write)


@lru_cache(1)
def _photos(folder: Path | None) -> Photos:
    """Return what a folder of cut-outs tells of its photos, by their paths."""
    photos = read_fragments(folder).backgrounds if folder else ()
    return {str(one.path.resolve()): as_known(one) for one in photos}
