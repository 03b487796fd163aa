import pytest

from alignment.real.pair import NotOneCoco, coco_file, load_pair
from alignment.real.split import Exposed
from scenes.formats.find import SetNotFound
from tests.scenes.sets import box, write_coco

TWO = [{"id": 1, "name": "chair"}, {"id": 2, "name": "table"}]


def test_both_sets_are_narrowed_to_one_category_and_the_whole_is_kept(tmp_path):
    for name in ("one", "other"):
        write_coco(tmp_path / name, annotations=[box(1), box(2, category_id=2)], categories=TWO)
    pair = load_pair(tmp_path / "one", tmp_path / "other", None, "table")
    assert [a.id for a in pair.judged.annotations] == [2]
    assert [a.id for a in pair.whole.annotations] == [1, 2]
    assert [a.id for a in pair.real.annotations] == [2]
    assert isinstance(pair.exposed, Exposed)


def test_a_place_without_one_coco_file_is_told_by_the_name_the_user_gave_it(tmp_path):
    with pytest.raises(SetNotFound, match=r"^SET="):
        coco_file(tmp_path / "nowhere")
    for split in ("train", "valid"):
        write_coco(tmp_path / split).rename(tmp_path / split / "_annotations.coco.json")
    with pytest.raises(NotOneCoco, match="name it"):
        coco_file(tmp_path)
