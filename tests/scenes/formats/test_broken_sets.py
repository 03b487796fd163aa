"""A good set of every format with one thing broken: right, said or refused; never in silence."""

import itertools
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.errors import UserError
from scenes.formats.read import read_real
from scenes.sets.annotated_set import AnnotatedSet
from tests.scenes.formats.breaking import Break, breaks
from tests.scenes.formats.good_sets import SIZES, WRITERS, Files, Truth, truth

TRUTHS = 4
EXAMPLES = 2000
# Label Studio tells where a photo lay on its server.
GOOD = {"labelstudio": {"photos found without the folders of their name": 3}}
_numbers = itertools.count()


def written(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def seen(annotated: AnnotatedSet) -> list[tuple[str, ...]]:
    """Return (photo, category, sides of the box) of every object, with the pixels or without."""
    images = {image.id: image for image in annotated.images}
    return sorted(
        (_photo(images[a.image_id].path), annotated.categories[a.category_id],
         *(f"{side:.1f}" for side in a.bbox))
        for a in annotated.annotations
    )  # fmt: skip


def _photo(path: Path | None) -> str:
    return "" if path is None else path.name[0].lower()


def meant(told: Truth) -> list[tuple[str, ...]]:
    return sorted((on, name, *(f"{side:.1f}" for side in box)) for on, name, box in told.objects)


@cache
def every_break(format: str) -> tuple[tuple[int, Break], ...]:
    return tuple((n, one) for n in range(TRUTHS) for one in breaks(WRITERS[format](truth(n))))


def check(folder: Path, format: str, number: int, broken: Break) -> None:
    files = broken.of(WRITERS[format](truth(number)))
    place = written(folder / str(next(_numbers)), files)
    try:
        found = read_real(place, format=None)
    except UserError as error:
        assert str(error)
        return
    finally:
        shutil.rmtree(place)
    said = (found.repairs, len(found.notes)) != (GOOD.get(format, {}), 1)
    assert said or seen(found) == meant(truth(number)), "another set, and not a word"


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize("number", range(TRUTHS))
def test_a_good_set_is_the_truth_without_a_word(tmp_path, format, number):
    found = read_real(written(tmp_path, WRITERS[format](truth(number))), format=None)
    assert seen(found) == meant(truth(number))
    assert (found.repairs, len(found.notes)) == (GOOD.get(format, {}), 1)
    assert {(i.path.name[0], i.width_px, i.height_px) for i in found.images} == {
        (name, *size) for name, size in SIZES.items()
    }
    assert len(every_break(format)) > 300


@pytest.mark.parametrize("format", WRITERS)
def test_one_thing_broken_is_right_or_said_or_refused(tmp_path_factory, format):
    folder = tmp_path_factory.mktemp(format)

    @settings(max_examples=EXAMPLES, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.sampled_from(every_break(format)))
    def tried(one):
        check(folder, format, *one)

    tried()


# What failed once, a kind a line.
FAILED = (
    ("coco", Break("escaped", "images/a.png")),
    ("voc", Break("repeat_element", "Annotations/a.xml", (5,))),
    ("yolo", Break("repeat_line", "labels/a.txt", (0,))),
    ("labelstudio", Break("drop", "export.json", (0, "annotations"))),
    ("labelstudio", Break("put", "export.json", (0, "annotations", 0, "result"), "word")),
    ("via", Break("put", "via.json", ("_via_img_metadata", "a.png123", "regions"), "nan")),
    ("vott", Break("put", "chairs-export.json", ("assets", f"{1:032x}", "regions"), "null")),
    ("createml", Break("drop", "_annotations.createml.json", (0, "annotations"))),
)


@pytest.mark.parametrize(("format", "broken"), FAILED)
def test_what_was_silent_or_a_traceback_once_is_neither(tmp_path, format, broken):
    check(tmp_path, format, 0, broken)
