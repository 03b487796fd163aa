"""A good set of every format with one thing broken, and the set unbroken.

Half of the formats are in test_broken_exports.py, so that two processes share them.
"""

import pytest

from scenes.formats.read import read_real
from tests.scenes.formats.breaking import Break
from tests.scenes.formats.broken import (
    GOOD,
    TRUTHS,
    Desk,
    check,
    every_break,
    meant,
    seen,
    try_examples,
    written,
)
from tests.scenes.formats.good_sets import EXPORTS, SIZES, WRITERS, truth


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


@pytest.mark.parametrize("format", [format for format in WRITERS if format not in EXPORTS])
def test_one_thing_broken_is_right_or_said_or_refused(tmp_path, format):
    try_examples(tmp_path, format)


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
    check(Desk(tmp_path / format), format, 0, broken)
