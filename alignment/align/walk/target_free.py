"""Scenes of an earlier plan without what is labelled in them: a detector is to find nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from alignment.align.brief.brief import Job, begin
from alignment.align.brief.settings import AlignSettings
from alignment.align.walk.rendering import rendered
from alignment.command.stages import Stages
from assets.cards.card import Card
from assets.catalogue import Asset, Catalogue
from assets.errors import UserError
from scenes.dataset.dataset import refuse_other_plan
from scenes.dataset.light import drop_light
from scenes.files.atomic import writing
from scenes.files.lock import locked
from scenes.model.scene import Placement, Scene
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.stock import finished

STREAM = 17  # of the run's seed
InPlace = Mapping[str, float]  # catalogue category to its share of the scenes


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """How many scenes are wanted, and which.

    like: numbers of scenes that are taken first. in_place: by catalogue category in which share of
    the scenes one of its assets, not labelled, stands where each labelled object stood.
    """

    count: int
    in_place: InPlace
    like: tuple[int, ...] = ()


class TooFewScenes(UserError):
    """A plan with fewer scenes than are wanted without their targets."""


def target_free(settings: AlignSettings, stages: Stages) -> Path:
    """Render scenes of an earlier run without what is labelled; return the folder.

    Camera, light, surroundings, effects and all that is not labelled are that run's. Raises
    UserError of many kinds: TooFewScenes, BadPlan, RenderFailed.
    """
    job = begin(settings, stages)
    assert settings.target_free.of is not None  # else there is nothing to do this with
    stages.begin("planning")
    earlier = Plan.read(settings.target_free.of / "plan.jsonl")
    served = _served(job, settings.target_free.in_place, stages)
    rng = np.random.default_rng([settings.seed, STREAM])
    wanted = Emptied(count=settings.images, like=settings.target_free.like, in_place=served)
    plan = emptied(rng, earlier, wanted, job.catalogue)
    path = job.plan_path.with_name("unsettled.jsonl" if job.settles else "plan.jsonl")
    with locked(job.out), writing(job.out):
        refuse_other_plan(job.out, plan, path.name)
        plan.write(path)
        write_mesh_record(path, plan, job.catalogue)
        job.real.record.write(path)
    rendered(job, path, len(plan), stages)
    if not job.keeps_light:
        drop_light(job.out)
    return job.out


def _served(job: Job, in_place: Sequence[tuple[str, float]], stages: Stages) -> InPlace:
    """Return catalogue categories with their shares, those left out that cannot stand for any."""
    labelled = {job.catalogue.serving(name) for name in job.real.categories.values()}
    found: dict[str, float] = {}
    for name, share in in_place:
        serving = job.catalogue.serving(name)
        if serving is None or serving in labelled | set(job.labels.categories):
            why = "nothing serves it" if serving is None else "it is what is labelled"
            stages.say(f"{name}: {why}; those scenes stay without")
        else:
            found[serving] = found.get(serving, 0.0) + share
    return found


def emptied(rng: np.random.Generator, plan: Plan, wanted: Emptied, catalogue: Catalogue) -> Plan:
    """Return as many of a plan's scenes without their labelled objects, drawn or named.

    Named ones (`like`) are those in which nothing stands in their place. A cut-out is replaced by a
    cut-out, a mesh by a mesh. Raises TooFewScenes.
    """
    count = wanted.count
    shows = [place for place, one in enumerate(plan.scenes) if _shows_something(one.scene)]
    if count > len(shows):
        raise TooFewScenes(
            f"images={count}, but {len(shows)} of the plan's {len(plan)} scenes show anything "
            "beside what is labelled; expected as many at most (make improve: negatives.share=0)"
        )
    names = _names(count, wanted.in_place)
    like = [place for place in dict.fromkeys(wanted.like) if place in shows][: names.count(None)]
    del names[len(names) - len(like) :]  # the last ones are those of nothing
    others = [place for place in shows if place not in like]
    drawn = sorted(rng.choice(others, len(names), replace=False).tolist())
    standing = dict(zip(drawn, rng.permutation(np.array(names, dtype=object)), strict=True))
    return Plan(scenes=tuple(
        _line(rng, number, plan.scenes[place], catalogue, standing.get(place))
        for number, place in enumerate(sorted([*like, *drawn]))
    ))  # fmt: skip


def _shows_something(scene: Scene) -> bool:
    """Return False where plain white would be left, which Blender refuses to render."""
    return scene.background.kind != "white" or any(not o.category_id for o in scene.objects)


def _names(count: int, in_place: InPlace) -> list[str | None]:
    """Return what stands in each scene, by shares rounded so that they add up."""
    ends = [min(count, round(count * end)) for end in np.cumsum(list(in_place.values()))]
    names: list[str | None] = []
    for name, end in zip(in_place, ends, strict=True):
        names += [name] * (end - len(names))
    return names + [None] * (count - len(names))


def _line(
    rng: np.random.Generator, number: int, one: PlannedScene, catalogue: Catalogue,
    name: str | None,
) -> PlannedScene:  # fmt: skip
    own = catalogue.of_category(name) if name else ()
    scene, stands = _without(rng, one.scene, catalogue, own)
    why = f"scene {one.index} without what is labelled"
    return PlannedScene(
        index=number, scene=scene, component=-1, weight=one.weight,
        why=f"{why}, {name} in its place" if stands else why,
    )  # fmt: skip


def _without(
    rng: np.random.Generator, scene: Scene, catalogue: Catalogue, own: Sequence[Asset]
) -> tuple[Scene, bool]:
    """Return a scene whose labelled objects are others or gone, and whether any other stands."""
    kept: list[Placement] = []
    stands = False
    for placed in scene.objects:
        if not placed.category_id:
            kept.append(placed)
            continue
        alike = _alike(own, catalogue.get(placed.asset_id))
        if alike:
            asset = alike[int(rng.integers(len(alike)))]
            kept.append(replace(
                placed, asset_id=asset.id, category=asset.category, category_id=0,
                materials=finished(rng, asset.mesh()),
            ))  # fmt: skip
            stands = True
    return replace(scene, objects=_numbered(kept)), stands


def _alike(own: Iterable[Asset], gone: Asset) -> Sequence[Asset]:
    flat = isinstance(gone.imported, Card)
    return [asset for asset in own if isinstance(asset.imported, Card) is flat]


def _numbered(placed: Collection[Placement]) -> tuple[Placement, ...]:
    return tuple(replace(one, instance=number) for number, one in enumerate(placed, 1))
