"""The walk of `make develop`: read, solve, develop, merge; Blender has no part in it."""

import json
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from alignment.command.stages import Stages
from alignment.darkroom.photos import HELD_OUT, Photos, photos_of
from alignment.darkroom.settings import DevelopSettings
from alignment.darkroom.solving import Developed, given_effects, solved
from scenes.dataset.dataset import begin_dataset, merge_shards
from scenes.dataset.developing import Darkroom, NoLight, develop_images, is_developed
from scenes.dataset.light import light_taken, write_options
from scenes.dataset.provenance import MergeRecord
from scenes.effects.colour_transfer import References
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.lock import locked
from scenes.files.placing import copy
from scenes.plan.plan import Plan
from scenes.plan.splits import SplitRecord

TOLD = "development.json"
STALE = ("report.html", "report.json")
MESHES = "plan.meshes.json"


def develop(settings: DevelopSettings, stages: Stages) -> Path:
    """Develop a set; return its folder. Raises UserError of many kinds.

    Whatever stops this, the same command goes on, and ends with the same bytes.
    """
    assert settings.set is not None
    stages.begin("reading")
    source, out = settings.set, settings.out or settings.set
    plan, record = Plan.read(source / "plan.jsonl"), MergeRecord.read(source)
    _check(source)
    split = SplitRecord.beside(source / "plan.jsonl")
    photos = None if settings.real is None else photos_of(settings.real, settings.format, split)
    make_folder(out)
    with locked(out):
        found = _effects(settings, plan, photos, stages)
        split = split if photos is None else _shaped_by(photos, split)
        _begin(source, out, found.plan, split)
        record = replace(record, provenance=replace(record.provenance, splits=split))
        record.write(out)
        _develop(settings, found.plan, (record, photos), stages)
        _tell(out, settings, photos, found)
    stages.say(f"{light_taken(out)}; shared with SET where OUT is another")
    stages.say(f"developed: {out}")
    return out


def _check(source: Path) -> None:
    if not light_taken(source).pictures:
        raise NoLight(
            f"SET={source} has no linear pictures to develop; expected a set rendered with "
            "linear=keep (make align has them unless renderer.linear=drop): render it again"
        )


def _effects(
    settings: DevelopSettings, plan: Plan, photos: Photos | None, stages: Stages
) -> Developed:
    begin = given_effects(settings, plan, photos)
    if photos is None:
        return Developed(plan=begin, notes=())
    stages.say(f"REAL: {len(photos.names)} photos")
    if photos.held_out:
        stages.say(f"REAL: {len(photos.held_out)} photos that splits.json keeps to judge left out")
    if not settings.second_stage.attributes:
        return Developed(plan=begin, notes=())
    stages.begin("solving")
    assert settings.set is not None
    folders = settings.set, settings.out or settings.set
    found = solved(settings, begin, photos, folders, stages.counting("solved"))
    for note in found.notes:
        stages.say(note)
    return found


def _begin(source: Path, out: Path, plan: Plan, split: SplitRecord | None) -> None:
    """Lay down what precedes images; a folder of another plan or settings is refused."""
    if out.absolute() == source.absolute():
        plan.write(out / "plan.jsonl")
    else:
        told: dict[str, Any] = json.loads((source / "shards" / "settings.json").read_bytes())
        begin_dataset(out, plan, told)
        if (source / MESHES).is_file():
            copy(source / MESHES, out / MESHES)
    if split is not None:
        split.write(out / "plan.jsonl")


def _shaped_by(photos: Photos, split: SplitRecord | None) -> SplitRecord:
    """Return the record of photos that shaped the set, these ones among them."""
    parts: dict[str, tuple[str, ...]] = dict.fromkeys(("exposed", *HELD_OUT), ())
    parts |= split.images if split else {}
    known = {name for part in parts.values() for name in part}
    base = {Path(name).name for name in known}
    new = tuple(name for name in photos.names if name not in known and Path(name).name not in base)
    parts["exposed"] = (*parts["exposed"], *new)
    if split is not None:
        return replace(split, images=parts)
    return SplitRecord(seed=0, shares={}, images=parts)


def _develop(
    settings: DevelopSettings, plan: Plan, of: tuple[MergeRecord, Photos | None], stages: Stages
) -> None:
    assert settings.set is not None
    source, out = settings.set, settings.out or settings.set
    record, photos = of
    references = References(photos=photos.folder if photos else None, style=settings.style_weights)
    room = Darkroom(
        source=source, out=out, references=references, write=write_options(source),
        categories=record.category_names,
    )  # fmt: skip
    references.check(one.scene.post for one in plan.scenes)
    stages.begin("developing")
    left = sum(not is_developed(out, one) for one in plan.scenes)
    told = stages.counting("images")
    workers = settings.workers or os.cpu_count() or 1
    develop_images(plan.scenes, room, workers, lambda done: told(done, len(plan)))
    stages.say(f"{left} images developed, {stages.rate(left):.0f} a second")
    tally = merge_shards(out, partial=True)
    if tally.missing:
        stages.say(f"{len(tally.missing)} planned images were never rendered")


def _tell(out: Path, settings: DevelopSettings, photos: Photos | None, found: Developed) -> None:
    """Write what was done; a report of the pictures that were there before goes."""
    told = {
        "photos": list(photos.names) if photos else [],
        "post": None if settings.post is None else dict(settings.post),
        "attributes": list(settings.second_stage.attributes) if photos else [],
        "seed": settings.seed, "notes": list(found.notes),
    }  # fmt: skip
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    write_bytes(out / TOLD, f"{text}\n".encode())
    for name in STALE:
        with writing(out / name), suppress(FileNotFoundError):
            (out / name).unlink()
