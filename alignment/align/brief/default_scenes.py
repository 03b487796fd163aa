"""The default configurations of a run, one a category, and what is labelled in their scenes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alignment.align.brief.real_set import RealSet, fixed_resolution
from alignment.align.brief.settings import AlignSettings
from assets.catalogue import Catalogue
from scenes.config.from_mapping import from_mapping
from scenes.config.pasting import backdrops_of, for_pasting
from scenes.config.scene import SceneConfig
from scenes.labels.policy import LabelCategory, LabelSettings
from scenes.sampling.studio import BASELINE_STREAM, EmptyScenes, Seen, Studio

NEARER = (1.0, 0.5, 0.25, 0.125)  # of the asked distance: what is tried in turn
HARDLY = 10  # scenes for one that sees what would be labelled, beyond which cameras come nearer
FIRST = 20  # scenes that tell


def baselines_of(
    settings: AlignSettings, real: RealSet, catalogue: Catalogue
) -> tuple[SceneConfig, ...]:
    """Return the default configuration of each category. Raises BadSetting, NotPastable."""
    told = _together(_scene(settings, real), real, catalogue)
    configs = tuple(
        from_mapping(SceneConfig, {**told, "category": name, "category_id": key}, "scene")
        for key, name in real.categories.items()
    )
    if settings.engine != "paste":
        return configs
    photos = backdrops_of(settings.cut_outs, catalogue)
    return tuple(for_pasting(config, catalogue, photos) for config in configs)


def draw_baseline(
    baselines: Sequence[SceneConfig], studio: Studio, images: int,
    say: Callable[[str], None] = lambda _: None,
) -> list[Seen]:  # fmt: skip
    """Return `images` default scenes, of each category as many, one more of the first ones.

    Cameras of which hardly one sees what would be labelled come nearer, and `say` is told so: it is
    a yardstick, and no run ends for want of one. Raises EmptyScenes where that does not help.
    """
    parts = len(baselines)
    return [
        seen
        for number, config in enumerate(baselines)
        for seen in _near_enough(
            config, (studio, BASELINE_STREAM + number),
            images // parts + (number < images % parts), say,
        )
    ]  # fmt: skip


def _near_enough(
    config: SceneConfig, by: tuple[Studio, int], images: int, say: Callable[[str], None]
) -> list[Seen]:
    studio, stream = by
    for share in NEARER:
        camera = replace(config.camera, distance_m=config.camera.distance_m.times(share))
        last = share == NEARER[-1] or config.camera.fill is not None
        near = replace(config, camera=camera)
        try:
            if not last:
                studio.draw(near, stream, min(images, FIRST), tries=HARDLY)
            found = studio.draw(near, stream, images)
        except EmptyScenes:
            if last:
                raise
            continue
        if share < 1:
            say(f"default scenes of {config.category}: cameras at {share:g} of their distances, as "
                "from further away hardly one sees what would be labelled")  # fmt: skip
        return found
    raise AssertionError("the last share returns or raises")


def _together(told: Mapping[str, Any], real: RealSet, catalogue: Catalogue) -> Mapping[str, Any]:
    """Return the scene's settings under which each category may stand beside the others.

    They join the clutter, which is labelled then; and none furnishes a room, where it would not be.
    """
    if len(real.categories) == 1:
        return told
    families = [_family(name, catalogue) for name in real.names]
    clutter, background = told["clutter"], told["background"]
    others = [one for one in clutter["categories"] if one not in families]
    furniture = [one for one in background["room"]["furniture"] if one not in families]
    room = {**background["room"], "furniture": furniture}
    return {
        **told, "clutter": {**clutter, "categories": [*others, *families]},
        "background": {**background, "room": room},
    }  # fmt: skip


def labels_of(labels: LabelSettings, real: RealSet, catalogue: Catalogue) -> LabelSettings:
    """Return the settings by which all of several categories are labelled in every scene."""
    if len(real.categories) == 1:
        return labels
    asked = {_family(name, catalogue): LabelCategory(id=key, name=name)
             for key, name in real.categories.items()}  # fmt: skip
    return replace(labels, categories={**labels.categories, **asked})


def _family(name: str, catalogue: Catalogue) -> str:
    return catalogue.of_category(name)[0].category


def _scene(settings: AlignSettings, real: RealSet) -> Mapping[str, Any]:
    sizes = (
        real.resolutions_px(settings.image.long_side_px)
        if settings.image.proportions == "real"
        else fixed_resolution(settings)
    )
    post = {**settings.scene["post"]}
    if post["transfer"] != "none" and not post["references"]:
        post["references"] = real.photo_names
    return {**settings.scene, "resolutions_px": sizes, "post": post}
