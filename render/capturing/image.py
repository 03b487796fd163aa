"""A scene of a plan rendered and written down, inside Blender."""

import blenderproc as bproc  # noqa: F401  # isort: skip  # BlenderProc wants to be the first import
from dataclasses import replace

import numpy as np

from assets.catalogue import Catalogue
from render.asked.settings import Settings
from render.blender import session
from render.capturing.capture import capture
from render.capturing.passes import rendered_passes
from render.staging.signs import stick
from render.staging.stage import stage
from scenes.dataset.dataset import write_shard
from scenes.effects.develop import developed
from scenes.effects.linear_picture import FOLDER, encode_light
from scenes.files.exr import encode_exr
from scenes.files.pictures import encode_png
from scenes.labels.labels import label_frame
from scenes.labels.lettering import label_signs
from scenes.model.frame import Frame, View
from scenes.model.scene import Scene
from scenes.passes.correspondences import encode_pair
from scenes.passes.second_view import seeded_second_view
from scenes.sampling.signs import signs_of


def make_image(index: int, scene: Scene, settings: Settings, catalogue: Catalogue) -> None:
    """Render one scene and write its shard into settings.out. Raises UserError of many kinds."""
    frame = _frame(scene, settings, catalogue)
    labels = label_frame(frame, scene, catalogue, settings.labels)
    write_shard(settings.out, index, frame, labels, settings.write)


def _frame(scene: Scene, settings: Settings, catalogue: Catalogue) -> Frame:
    frame = _shot(scene, settings, catalogue)
    passes = rendered_passes(frame, scene.camera, settings.passes)
    if settings.keeps_light and frame.light is not None:
        passes[f"{FOLDER}.exr"] = encode_light(frame.light)
    if settings.passes.correspondences:
        seen_again = seeded_second_view(scene, catalogue, settings.second_view)
        second = _shot(seen_again, settings, catalogue)
        passes |= {
            "second_image.png": encode_png(second.image),
            "second_depth.exr": encode_exr(second.depth_m),
            "second_segmentation.png": encode_png(second.instances.astype(np.uint16)),
            "correspondences.npz": encode_pair(
                View(scene=scene, frame=frame), View(scene=seen_again, frame=second)
            ),
        }
        if settings.keeps_light and second.light is not None:
            passes[f"second_{FOLDER}.exr"] = encode_light(second.light)
    return replace(frame, passes=passes)


def _shot(scene: Scene, settings: Settings, catalogue: Catalogue) -> Frame:
    session.reset()
    stage(scene, catalogue, dressed=settings.quality.colour)
    signs = signs_of(scene, catalogue, settings.written) if settings.written else ()
    stick(signs)
    frame = capture(scene, settings.quality)
    if settings.written and settings.written.annotate:
        frame = replace(frame, lettering=label_signs(signs, frame, scene.camera))
    if not settings.quality.colour:
        return frame
    return developed(frame, scene.post, settings.references)
