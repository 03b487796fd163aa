"""A scene of a plan pasted and written down."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from assets.catalogue import Catalogue
from assets.fragments.folder import read_fragments
from render.asked.settings import Settings
from render.pasting.paste import pasted
from scenes.dataset.dataset import write_shard
from scenes.effects.develop import developed
from scenes.labels.labels import label_frame
from scenes.model.scene import Scene


def paste_image(index: int, scene: Scene, settings: Settings, catalogue: Catalogue) -> None:
    """Paste one scene and write its shard into settings.out. Raises UserError of many kinds."""
    colour = settings.quality.colour
    horizons = _horizons(settings.cut_outs.folder)
    frame = pasted(scene, catalogue, settings.paste, colour=colour, horizons=horizons)
    if colour:
        frame = developed(frame, scene.post, settings.references)
    labels = label_frame(frame, scene, catalogue, settings.labels)
    write_shard(settings.out, index, frame, labels, settings.write)


@lru_cache(1)
def _horizons(folder: Path | None) -> Mapping[str, float]:
    """Return by path where the horizon of a folder's photos is, of those where it is known."""
    photos = read_fragments(folder).backgrounds if folder else ()
    return {
        str(one.path.resolve()): one.horizon_row_px / one.size_px[1]
        for one in photos if one.horizon_row_px is not None
    }  # fmt: skip
