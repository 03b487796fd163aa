"""The walk of `make export`: read, part, write image by image, and say what it is."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from alignment.command.stages import Stages
from alignment.export.card.card import Card, write_card
from alignment.export.card.header import without_boxes, write_readme
from alignment.export.card.licences import Credit, photo_credits
from alignment.export.card.provenance import Provenance, provenance_of
from alignment.export.card.record import digest_of_file, digest_of_set, finish, hold
from alignment.export.card.tally import Tally
from alignment.export.settings import ExportSettings
from alignment.export.taken.classes import Classes, united
from alignment.export.taken.real import REAL, RealSource, real_source
from alignment.export.taken.rendered import RENDERED, RenderedSource, indexed, rendered_source
from alignment.export.taken.shot import Shot
from alignment.real.pair import coco_file
from assets.errors import UserError
from scenes.files.atomic import make_folder
from scenes.files.lock import locked
from scenes.files.placing import copy, link
from scenes.formats.read import read_real
from scenes.sets.annotated_set import AnnotatedSet
from scenes.writers.example import TEST, TRAIN, VAL, Contents
from scenes.writers.files import Files
from scenes.writers.hugging_face import split_folder
from scenes.writers.registry import FORMATS
from scenes.writers.writer import Writer

SAID_EVERY = 100  # images
LISTING = "images.csv"


class NoKeypoints(UserError):
    """Poses that are asked for where no class has keypoints."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What is to be exported. rendered, real: its images, each where there are any."""

    classes: Classes
    provenance: Provenance
    rendered: RenderedSource | None
    real: RealSource | None
    photos: Sequence[Credit]
    made: Mapping[str, Any]

    @property
    def sources(self) -> tuple[RenderedSource | RealSource, ...]:
        """The images, rendered ones first."""
        return tuple(source for source in (self.rendered, self.real) if source is not None)

    @property
    def images(self) -> int:
        """How many there are."""
        return sum(map(len, self.sources))


def export(settings: ExportSettings, stages: Stages) -> Path:
    """Write the export; return its folder. Raises UserError of many kinds."""
    stages.begin("reading")
    work = _read(settings, stages)
    out = _folder(settings)
    contents = _contents(settings, out, work)
    make_folder(out)
    with locked(out):
        hold(out, work.made)
        stages.begin("writing")
        tally = _written(settings, out, contents, work, stages)
        unlisted = _unlisted(settings, contents, tally)
        card = Card(
            contents=contents, provenance=work.provenance, tally=tally, photos=work.photos,
            told=_told(settings, work), notes=(*work.classes.notes, *unlisted),
        )  # fmt: skip
        text = write_card(out, card)
        if settings.to == "hf":
            write_readme(out, contents, text, tally)
        finish(out, work.made, tally.told)
    for note in unlisted:
        stages.say(note)
    for (split, source), count in sorted(tally.images.items()):
        stages.say(f"{split}: {count} {source} images, {tally.boxes[split, source]} boxes")
    stages.say(f"export: {out}")
    return out


def _read(settings: ExportSettings, stages: Stages) -> Work:
    file = None if settings.set is None else coco_file(settings.set)
    index = None if file is None else indexed(file, settings.split)
    real = None if settings.real is None else read_real(settings.real, format=settings.format)
    digest = None if file is None else digest_of_file(file)
    provenance = provenance_of(file, digest)
    classes = united(
        index.categories if index else (), real.categories if real else {}, settings.category
    )
    photos = None if real is None else real_source(real, classes, settings.split, provenance.split)
    _say(stages, classes, real, photos)
    return Work(
        classes=classes, provenance=provenance,
        rendered=None if index is None else replace(
            rendered_source(index, classes, settings.split), prefix=_prefix(RENDERED, real)),
        real=None if photos is None else replace(photos, prefix=_prefix(REAL, index)),
        photos=_credits(settings.real, real, photos),
        made=_made(settings, digest, real),
    )  # fmt: skip


def _prefix(source: str, other: object | None) -> str:
    return "" if other is None else f"{source}-"


def _credits(
    path: Path | None, real: AnnotatedSet | None, photos: RealSource | None
) -> Sequence[Credit]:
    if path is None or real is None or photos is None:
        return ()
    return photo_credits(path, real, photos.images)


def _say(
    stages: Stages, classes: Classes, real: AnnotatedSet | None, photos: RealSource | None
) -> None:
    for note in classes.notes:
        stages.say(note)
    if real is None or photos is None:
        return
    for what, count in sorted(real.repairs.items()):
        stages.say(f"REAL: {count} {what}")
    if gone := len(real.images) - len(photos):
        stages.say(f"REAL: {gone} images without a photo on disk left out")


def _made(
    settings: ExportSettings, digest: str | None, real: AnnotatedSet | None
) -> dict[str, Any]:
    """Return what the export's bytes follow from, as plain data."""
    return {
        "to": settings.to, "annotations": settings.annotations, "category": settings.category,
        "split": asdict(settings.split), "rendered": digest,
        "real": None if real is None else digest_of_set(real),
    }  # fmt: skip


def _folder(settings: ExportSettings) -> Path:
    """Return where to write, which is none of the sets' own folders. Raises UserError."""
    sets = [path for path in (settings.set, settings.real) if path is not None]
    own = [path if path.is_dir() else path.parent for path in map(Path.absolute, sets)]
    out = settings.out or Path("out") / f"{own[0].name}-{settings.to}"
    for folder in own:
        if out.absolute() == folder or folder in out.absolute().parents:
            raise UserError(
                f"OUT={out} is in the set's own folder {folder}; choose another, the set stays as "
                "it is"
            )
    return out


def _contents(settings: ExportSettings, out: Path, work: Work) -> Contents:
    if settings.annotations == "pose" and not any(c.keypoints for c in work.classes.categories):
        raise NoKeypoints(
            "annotations=pose: no class of the set has keypoints; expected a set rendered with "
            "labels.keypoints=true; choose boxes or segments"
        )
    there = frozenset[str]().union(*(source.splits for source in work.sources))
    return Contents(
        name=out.absolute().name, categories=work.classes.categories, labels=settings.annotations,
        splits=tuple(split for split in (TRAIN, VAL, TEST) if split in there),
        licence="mixed: see dataset_card.md" if work.real else work.provenance.licence,
    )  # fmt: skip


def _unlisted(settings: ExportSettings, contents: Contents, tally: Tally) -> list[str]:
    splits = without_boxes(contents, tally) if settings.to == "hf" else ()
    return [f"{split_folder(split)}/ holds no box, and is not listed in README.md: `datasets` "
            "would refuse all splits for it; move its images, or draw other ones with split.seed"
            for split in splits]  # fmt: skip


def _written(
    settings: ExportSettings, out: Path, contents: Contents, work: Work, stages: Stages
) -> Tally:
    assert settings.to is not None
    put = link if settings.link else copy
    with ExitStack() as stack:
        files = Files(out, stack)
        writer = FORMATS[settings.to](files, contents)
        tally = Tally(files.begin(LISTING), contents)
        done = 0
        for source in work.sources:
            for shot in source.shots(done + 1):
                _add(shot, writer, files, put)
                tally.add(shot.example, writer.place(shot.example))
                done += 1
                if done % SAID_EVERY == 0 or done == work.images:
                    stages.at(done, work.images, f"{done}/{work.images} images")
        writer.end()
    return tally


def _add(shot: Shot, writer: Writer, files: Files, put: Callable[[Path, Path], None]) -> None:
    place = writer.place(shot.example)
    if shot.pixels is not None:
        files.put(place, shot.pixels)
    else:
        put(shot.path, files.place(place))
    writer.add(shot.example)


def _told(settings: ExportSettings, work: Work) -> dict[str, str]:
    told = {
        "format": settings.to, "annotations": settings.annotations,
        "classes": settings.category or "all",
        **{f"split.{key}": value for key, value in asdict(settings.split).items()},
        "SHA-256 of the rendered annotations.json": work.made["rendered"],
        "SHA-256 of the real set as read": work.made["real"],
    }  # fmt: skip
    return {key: str(value) for key, value in told.items() if value is not None}
