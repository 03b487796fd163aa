"""The two sets of a comparison: the one that is judged, and the real one it is held against."""

from dataclasses import dataclass
from pathlib import Path

from alignment.real.category import choose_category
from alignment.real.split import Exposed
from assets.errors import UserError
from scenes.formats.coco import read_coco
from scenes.formats.find import find_set
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.sets.annotated_set import AnnotatedSet


class NotOneCoco(UserError):
    """A set that is not one COCO file with ids of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """judged: the objects of the set that are judged; whole: all of it, as `file` has it."""

    file: Path
    whole: AnnotatedSet
    judged: AnnotatedSet
    real: AnnotatedSet

    @property
    def exposed(self) -> Exposed:
        """The real set, all of which is exposed: give a part of one to keep the rest unseen."""
        return Exposed(table=measure(self.real, pixels=False))


def load_pair(path: Path, real: Path, format: str | None, category: str | None) -> Pair:
    """Return both sets, narrowed to a category where one is named. Raises what reading raises."""
    file = coco_file(path)
    whole = read_coco(file)
    return Pair(
        file=file, whole=whole, judged=narrowed(whole, category),
        real=narrowed(read_real(real, format=format), category),
    )  # fmt: skip


def coco_file(path: Path) -> Path:
    """Return the one COCO file at a place. Raises SetNotFound, NotOneCoco."""
    try:
        found = find_set(path, "coco").files
    except UserError as error:  # which speaks of the set that it is mostly asked for
        raise type(error)(str(error).replace("REAL=", "SET=", 1)) from None
    if len(found) != 1:
        raise NotOneCoco(
            f"SET={path} holds {len(found)} COCO files ({', '.join(f.name for f in found)}); "
            "expected one; name it"
        )
    return found[0]


def narrowed(annotated: AnnotatedSet, category: str | None) -> AnnotatedSet:
    """Return the set's objects of a category, all of them where none is named."""
    if category is None:
        return annotated
    return annotated.of_categories({choose_category(annotated, category, lambda _: None)})
