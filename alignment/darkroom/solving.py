"""Effects for every image of a rendered set, as photos or conf/post would have them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from alignment.align.pixels.compared import Fineness, comparisons, sentence
from alignment.align.pixels.fit import Negative, before, fit
from alignment.align.pixels.settings import KNOBS
from alignment.align.pixels.solved_file import Record, digest, keep, kept
from alignment.darkroom.photos import Photos
from alignment.darkroom.settings import DevelopSettings
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import PostConfig
from scenes.dataset.developing import light_path
from scenes.effects.colour_transfer import References
from scenes.effects.develop import recoloured
from scenes.effects.linear_picture import read_light
from scenes.model.effects import UNTOUCHED, PostEffects
from scenes.optics.colour import Linear
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.effects import seeded_post

STREAM = 15  # of the run's seed, as make align has it
SOLVED = "solved.json"
_STILL: Mapping[str, Mapping[str, Any]] = {  # what each knob is at where it does nothing
    "exposure_stops": {"exposure_stops": 0.0}, "contrast": {"contrast": 1.0},
    "detail": {"blur_px": 0.0, "sharpening": 0.0}, "read_noise": {"read_noise": 0.0},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Developed:
    """A plan with its effects, and what is to be said of them."""

    plan: Plan
    notes: tuple[str, ...]


def given_effects(settings: DevelopSettings, plan: Plan, photos: Photos | None) -> Plan:
    """Return the plan with the effects to begin with.

    Drawn anew where they are asked for, as the scenes would have drawn them; else the plan's own,
    less those that are to be solved.
    """
    if settings.post is None:
        knobs = {KNOBS[name] for name in settings.second_stage.attributes}
        still = {key: value for knob in knobs for key, value in _STILL[knob].items()}
        return _with(plan, lambda one: replace(one.scene.post or UNTOUCHED, **still))
    told = dict(settings.post)
    if told["transfer"] != "none" and not told["references"] and photos is not None:
        told["references"] = photos.names
    config = from_mapping(PostConfig, told)
    return _with(plan, lambda one: seeded_post(one.scene.seed, config))


def solved(
    settings: DevelopSettings, plan: Plan, photos: Photos, folders: tuple[Path, Path],
    report: Callable[[int, int], None],
) -> Developed:  # fmt: skip
    """Return the plan with effects solved so that its pixels measure what the photos' do.

    folders: of the set, and where what was solved is kept.
    """
    source, out = folders
    stage, fineness = settings.second_stage, Fineness(**vars(settings.report))
    exposed = photos.measured(max(max(one.scene.camera.resolution_px) for one in plan.scenes))
    path, key = out / SOLVED, digest(plan, exposed, stage)
    record = kept(path, key)
    if record is None:
        references = References(photos=photos.folder, style=settings.style_weights)
        there = [one for one in plan.scenes if light_path(source, one.index).is_file()]
        shots = [_negative(one, source, references) for one in there]
        rng = np.random.default_rng([settings.seed, STREAM])
        first = before(shots, stage.attributes)
        found = fit(rng, exposed, shots, stage, lambda done: report(done, len(shots)))
        record = Record(indices=tuple(one.index for one in there), before=first, solved=found)
        keep(path, key, record)
    posts = {index: one.post for index, one in zip(record.indices, record.solved, strict=True)}
    rng = np.random.default_rng([settings.seed, STREAM, 1])
    told = comparisons(rng, exposed, record.before, record.solved, (stage.attributes, fineness))
    return Developed(
        plan=_with(plan, lambda one: posts.get(one.index, one.scene.post)),
        notes=tuple(map(sentence, told)),
    )


def _negative(one: PlannedScene, source: Path, references: References) -> Negative:
    light = partial(_light, light_path(source, one.index), one.scene.post, references)
    return Negative(light=light, base=one.scene.post or UNTOUCHED, seed=one.scene.seed)


def _light(path: Path, post: PostEffects | None, references: References) -> Linear:
    return recoloured(read_light(path), post, references)


def _with(plan: Plan, post: Callable[[PlannedScene], PostEffects | None]) -> Plan:
    return Plan(scenes=tuple(
        replace(one, scene=replace(one.scene, post=post(one))) for one in plan.scenes
    ))  # fmt: skip
