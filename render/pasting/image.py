"""A scene of a plan pasted and written down."""

from assets.catalogue import Catalogue
from render.asked.settings import Settings
from render.pasting.paste import pasted
from scenes.dataset.dataset import write_shard
from scenes.effects.develop import developed
from scenes.labels.labels import label_frame
from scenes.model.scene import Scene


def paste_image(index: int, scene: Scene, settings: Settings, catalogue: Catalogue) -> None:
    """Paste one scene and write its shard into settings.out. Raises UserError of many kinds."""
    colour = settings.quality.colour
    frame = pasted(scene, catalogue, settings.paste, colour=colour)
    if colour:
        frame = developed(frame, scene.post, settings.references)
    labels = label_frame(frame, scene, catalogue, settings.labels)
    write_shard(settings.out, index, frame, labels, settings.write)
