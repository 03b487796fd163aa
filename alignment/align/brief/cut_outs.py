"""Which cut-outs of photos stand in a run's scenes, and that none is of a photo that judges it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from alignment.align.brief.real_set import RealSet
from alignment.align.brief.settings import AlignSettings
from alignment.align.pool.space import Range, SpaceSettings
from alignment.command.stages import Stages
from alignment.command.words import words
from assets.cards.by_ground import ByGround
from assets.cards.folder import cut_outs
from assets.catalogue import Catalogue
from assets.meshes.folder import catalogue_of
from scenes.config.pasting import NEAREST_M, SCALED, nearness, strategies_of
from scenes.config.scene import SceneConfig

HEIGHT, DISTANCE, TILT = "camera.height_m", "camera.distance_m", "camera.tilt_deg"
MOST_APART = 0.1  # of the photos at either end: their own heights may be off
STRAY = 1.15  # beyond the others
AHEAD = 1.2  # times as far as it is high a camera is at least


def kept_apart(settings: AlignSettings, real: RealSet) -> AlignSettings:
    """Return settings by which no cut-out and no background is of a photo that only judges.

    Photos are known by the bytes of their files, whatever they are called.
    """
    held = sorted({hashlib.sha256(path.read_bytes()).hexdigest() for path in real.judging})
    without = tuple(dict.fromkeys((*settings.fragments.without, *held)))
    return replace(settings, fragments=replace(settings.fragments, without=without))


def pastable(
    space: SpaceSettings, baselines: Sequence[SceneConfig], catalogue: Catalogue
) -> SpaceSettings:
    """Return what of a space can be searched where cut-outs are pasted, as the photos were taken.

    baselines: made by `for_pasting`.
    """
    photos = baselines[0].background.photos
    nearer = min(nearness(config.category, catalogue, photos) for config in baselines)
    ranges = {
        path: _nearer(told, nearer) if path in SCALED else told
        for path, told in space.ranges.items()
    }
    high_m = [photo.camera_m for photo in photos if photo.camera_m is not None]
    space = replace(space, ranges=ranges)
    if high_m:
        space = _as_taken(space, high_m)
    if "strategy" not in space.choices:
        return space
    lone = strategies_of(baselines[0].clutter.categories)
    kept = tuple(name for name in space.choices["strategy"] if name in lone)
    rest = {path: told for path, told in space.choices.items() if path != "strategy"}
    return replace(space, choices={**rest, **({"strategy": kept} if kept else {})})


def _as_taken(space: SpaceSettings, high_m: Sequence[float]) -> SpaceSettings:
    """Return a space whose cameras are as high as photos were taken from, and look ahead.

    A ground that runs away is not seen from straight above; and a camera that is told to look down
    no further than it may comes lower than it is told.
    """
    low, high = np.quantile(high_m, [MOST_APART, 1 - MOST_APART]) * (1 / STRAY, STRAY)
    ranges, choices = dict(space.ranges), dict(space.choices)
    if HEIGHT in ranges:
        ranges[HEIGHT] = replace(ranges[HEIGHT], low=float(low), high=float(high))
    if DISTANCE in ranges:
        told = ranges[DISTANCE]
        nearest = max(told.low, min(AHEAD * float(low), told.high / 2))
        ranges[DISTANCE] = replace(told, low=nearest)
    if TILT in choices:
        choices[TILT] = (min(choices[TILT]),)
    return replace(space, ranges=ranges, choices=choices)


def _nearer(told: Range, nearer: float) -> Range:
    low = max(told.low * nearer, min(told.low, NEAREST_M))
    return replace(told, low=low, high=max(told.high * nearer, 2 * low))


def say_cut_outs(settings: AlignSettings, stages: Stages) -> None:
    """Say how many cut-outs there are, what else serves, and whose size is a guess."""
    wanted = settings.cut_outs
    if wanted.folder is None:
        return
    others = catalogue_of(settings.variants, settings.meshes)
    found = cut_outs(others, wanted)
    count = Counter(asset.category for asset in found.assets)
    for category, number in count.items():
        stages.say(
            f"cut-outs of {wanted.folder}: {number} {category}{_beside(settings, others, category)}"
        )
    if found.left_out:
        stages.say(f"  {found.left_out} left out, of photos that only judge")
    for line in _supposed(found.supposed):
        stages.say(f"  {line}")


def _supposed(supposed: ByGround) -> Iterator[str]:
    """Yield what is taken for the size of each category of which nobody told it."""
    up = f", the camera being {supposed.camera_m:.2g} m above it" if supposed.camera_m else ""
    for category, metres in supposed.height_m.items():
        (word,) = words("fragments.height_m", {category: 0.1})
        cure = word.replace("0.1", "METRES")
        if category in supposed.guessed:
            yield f"{category}: nobody tells its size; taken to be {metres:.2g} m high: {cure}"
        else:
            yield f"{category}: {metres:.2g} m high by the ground{up}; else {cure}"


def _beside(settings: AlignSettings, others: Catalogue, category: str) -> str:
    if settings.cut_outs.alone:
        return ", pasted"
    if others.serving(category) is None:
        return ", from the photos alone: no family and no mesh serves it"
    return f", picked {settings.fragments.share:.0%} of the time beside meshes"
