import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment.export.taken.index import index_coco
from alignment.real.pair import coco_file
from scenes.formats import json_stream
from scenes.formats.coco import BadCoco

TEXTS = st.text(max_size=8)
IMAGES = st.lists(TEXTS, min_size=1, max_size=6)


@given(names=IMAGES, of=st.lists(st.integers(0, 5), max_size=9), step=st.integers(1, 40),
       indent=st.sampled_from([None, 1]), last=st.booleans())  # fmt: skip
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_records_are_those_of_the_file_however_it_is_laid_out(
    tmp_path, monkeypatch, names, of, step, indent, last
):
    monkeypatch.setattr(json_stream, "CHUNK", step)
    images = [{"id": len(names) - i, "file_name": name} for i, name in enumerate(names)]
    boxes = [{"image_id": 1 + n % len(names), "text": "]},{" + str(n)} for n in of]
    lists = {"info": {"a": [1.5, None]}, "images": images, "annotations": boxes, "categories": []}
    told = dict(reversed(lists.items())) if last else lists
    path = tmp_path / "a.json"
    path.write_text(json.dumps(told, indent=indent, ensure_ascii=False), encoding="utf-8")
    found = list(index_coco(path, (lambda record: record["id"],)).records())
    assert [image for image, _ in found] == images[::-1]
    assert [b for _, own in found for b in own] == sorted(boxes, key=lambda b: b["image_id"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"images":[{"id":1}', "it ends too soon"),
        ('{"images":[{"id":1}],"annotations":[]}', "no list categories"),
        ('{"images":[{"id":1},{"id":1}],"annotations":[],"categories":[]}', "told twice"),
        ('{"images":[{"id":1}],"annotations":[{"image_id":2}],"categories":[]}', "not there"),
        ('{"images":[{"id":"a"}],"annotations":[],"categories":[]}', "images[0] has id 'a'"),
        ('{"images":[],"annotations":[],"categories":[]}', "no images"),
        ("[]", "'{' expected"),
        ("", "it ends too soon"),
        ('{"images":[{"id":1 2}]}', "byte 11"),
    ],
)
def test_what_is_no_coco_is_told_in_a_line(tmp_path, text, says):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(BadCoco) as error:
        index_coco(path, ())
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_the_memory_of_finding_and_indexing_a_set_does_not_grow_with_its_records(tmp_path):
    box = json.dumps({"image_id": 1, "segmentation": "x" * 9_900})
    lists = '{"images": [{"id": 1}], "categories": [], "annotations": ['
    peaks = []
    for count in (400, 4_000):
        path = tmp_path / str(count) / "annotations.json"
        path.parent.mkdir()
        path.write_text(f"{lists}{','.join([box] * count)}]}}")
        tracemalloc.start()
        assert len(index_coco(coco_file(path.parent), ()).boxes) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 200 * 3_600  # of 36 MB
