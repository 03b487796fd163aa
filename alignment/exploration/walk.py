"""The walk of `make explore`: read, measure, hold against each other, then serve or export."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.evaluation.detector_failures import read_predictions
from alignment.exploration.columns import Columns, columns_of
from alignment.exploration.exported import export
from alignment.exploration.likeness import (
    FEATURES,
    METADATA,
    Rows,
    described,
    metadata_features,
    shared_attributes,
    with_likeness,
)
from alignment.exploration.members import Member, NothingListed, Opened, member_of, opened
from alignment.exploration.outcomes import with_outcomes
from alignment.exploration.settings import ExplorationSettings
from alignment.exploration.shown import Explored
from alignment.exploration.tables import table_of
from alignment.serving.serve import serve
from scenes.files.atomic import make_folder

MEASURED = "measured"


def explore(settings: ExplorationSettings, stages: Stages) -> None:
    """Serve the page until interrupted, or export it. Raises UserError of many kinds."""
    out = settings.out or Path("out") / "explore"
    make_folder(out)
    members = _members(settings, out, stages)
    columns = _columns(settings, members, stages)
    shown = Explored(members, columns, out, settings.pictures)
    if settings.export is not None:
        stages.begin("exporting")
        page = export(settings.export, shown, settings.pictures, stages.counting("images"))
        stages.say(f"page: {page}")
        return
    serve(settings.port, shown, stages, ("explore in a browser", "serving"), lambda: shown.summary)


def _members(settings: ExplorationSettings, out: Path, stages: Stages) -> tuple[Member, ...]:
    found: list[Opened] = []
    for path in settings.paths:
        stages.begin(f"reading {path}")
        found.append(opened(path, settings))
    if settings.only is not None:
        found = [one for one in found if one.annotated.images]
        if not found:
            raise NothingListed(f"only={settings.only}: it is of none of the sets; expected one")
    side_px = min(one.side_px for one in found)  # detail and blur depend on it
    members = []
    for one in found:
        stages.begin(f"measuring {one.annotated.name}")
        members.append(
            member_of(one, table_of(one, out / MEASURED, side_px, pixels=settings.pixels))
        )
        stages.say(
            f"{one.annotated.name}: {len(members[-1].table)} boxes on "
            f"{len(one.annotated.images)} images"
        )
    return _judged(settings, _with_reference(settings, _apart(members)), stages)


def _apart(members: Sequence[Member]) -> list[Member]:
    """Return the sets with names of their own."""
    taken: set[str] = set()
    made = []
    for member in members:
        name = member.annotated.name
        free = next(
            word for n in range(1, len(members) + 2)
            if (word := name if n == 1 else f"{name} ({n})") not in taken
        )  # fmt: skip
        taken.add(free)
        made.append(replace(member, annotated=replace(member.annotated, name=free)))
    return made


def _with_reference(settings: ExplorationSettings, members: list[Member]) -> list[Member]:
    """Return the sets with at least one that others are held against."""
    if settings.real is not None or not any(member.is_reference for member in members):
        return [replace(member, is_reference=n == 0) for n, member in enumerate(members)]
    return members


def _judged(
    settings: ExplorationSettings, members: list[Member], stages: Stages
) -> tuple[Member, ...]:
    if settings.predictions is None:
        return tuple(members)
    stages.begin("matching predictions")
    place = next(n for n, member in enumerate(members) if member.is_reference)
    told = read_predictions(settings.predictions, members[place].annotated)
    members[place] = with_outcomes(members[place], told, settings.outcome)
    return tuple(members)


def _columns(settings: ExplorationSettings, members: Sequence[Member], stages: Stages) -> Columns:
    stages.begin("comparing")
    columns = columns_of(members)
    rows = Rows(
        places=columns.places.astype(np.int64),
        real=np.concatenate([np.full(len(m.table), m.is_reference) for m in members]),
    )
    told = metadata_features(columns, rows, shared_attributes(members))
    if told.names:
        columns = with_likeness(columns, rows, told, settings.likeness, METADATA)
    if settings.describe:
        stages.begin("describing")
        told = described(members, rows, settings, stages.counting("images described"))
        columns = with_likeness(columns, rows, told, settings.likeness, FEATURES)
    return columns
