"""`make fragments` on planted photos: what is cut, what is marked, what is kept."""

import json
import shutil

import cv2
import numpy as np
import pytest

from alignment.fragments.masking.score import iou
from alignment.fragments.taking import NothingToCut
from assets.errors import UserError
from assets.fragments.told import BadFragments
from scenes.files.atomic import write_text
from scenes.plan.splits import SplitRecord
from tests.alignment.fragments.cutting_out import fragments, unchanged
from tests.alignment.fragments.planted import GREEN, RED, SIZE, ellipse, planted_set

CUP, TABLE = 1, 2
LONE = ((60, 60), (20, 30), RED, CUP)
CUT_OFF = ((150, 60), (20, 20), GREEN, CUP)
FAR, NEAR = ((50, 50), (18, 30), RED, CUP), ((62, 66), (18, 30), GREEN, CUP)
THINGS = [[LONE], [LONE, CUT_OFF], [FAR, NEAR], [((100, 60), (14, 20), GREEN, CUP)]]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    real = planted_set(root / "set", THINGS)
    return real, fragments(real, root / "out")


@pytest.fixture
def copied(made, tmp_path):
    real, found = made
    shutil.copytree(found.path, tmp_path / "out")
    return real, tmp_path / "out"


def whole_mask(fragment):
    x, y = fragment.crop_start_px
    w, h = fragment.crop_size_px
    mask = np.zeros(SIZE[::-1], bool)
    mask[y : y + h, x : x + w] = fragment.rgba()[..., 3] > 127
    return mask


def test_planted_things_are_cut_where_they_are(made):
    by_id = {one.id: one for one in made[1].fragments}
    assert list(by_id) == ["p1-00", "p2-00", "p2-01", "p3-00", "p3-01", "p4-00"]
    for name, (centre, half, *_) in (("p1-00", LONE), ("p3-01", NEAR), ("p4-00", THINGS[3][0])):
        assert iou(whole_mask(by_id[name]), ellipse(centre, half)) > 0.9


def test_what_the_border_cuts_and_what_is_hidden_is_marked_and_not_used(made):
    by_id = {one.id: one for one in made[1].fragments}
    assert by_id["p2-01"].marks == ("border",)
    assert by_id["p2-01"].truncated
    assert "occluded" in by_id["p3-00"].marks
    assert by_id["p3-00"].occluded_by == ("p3-01",)
    assert by_id["p3-01"].occluded_by == ()
    assert [one.id for one in made[1].used] == ["p1-00", "p2-00", "p3-01", "p4-00"]


def test_counts_say_what_was_found(made):
    counts = made[1].counts
    assert counts["fragments"] == 6
    assert counts["fragments used"] == 4
    assert sum(count for what, count in counts.items() if what.startswith("masks by")) == 6


def test_backgrounds_lose_their_things_and_nothing_else(made):
    real, found = made
    one = found.backgrounds[0]
    photo = cv2.imread(str(real / "images" / "p1.png"))[..., ::-1].astype(int)
    painted = one.rgb().astype(int)
    x, y, w, h = map(int, one.painted_boxes_px[0])
    outside = np.ones(SIZE[::-1], bool)
    outside[y : y + h, x : x + w] = False
    assert np.abs(photo - painted)[outside].mean() < 4  # of JPEG alone
    thing = ellipse(*LONE[:2])
    assert (thing & outside).sum() == 0
    assert (painted[thing] @ [1, 0, -1] < 100).all()  # no red is left
    assert one.painted_share == pytest.approx((~outside).mean(), abs=1e-5)


def test_photos_of_which_much_is_painted_are_left_out_and_said(made, tmp_path):
    found = fragments(made[0], tmp_path, **{"backgrounds.most_painted": 0.15})
    unused = [one for one in found.backgrounds if not one.used]
    assert unused
    assert all("would be painted" in one.why and one.painted_share > 0.15 for one in unused)
    assert found.counts["backgrounds not used, as too much is painted"] == len(unused)
    assert not any(one.path.exists() for one in unused)


def test_the_same_set_gives_the_same_bytes(made, tmp_path):
    again = fragments(made[0], tmp_path / "out")
    files = sorted(p.relative_to(again.path) for p in again.path.rglob("*.*") if p.is_file())
    assert len(files) > 20
    assert all((again.path / p).read_bytes() == (made[1].path / p).read_bytes() for p in files)


def test_a_second_run_writes_no_picture_and_a_killed_one_goes_on(copied):
    real, out = copied
    (out / "fragments.json").unlink()
    shutil.rmtree(out / "p1-00")
    with unchanged(out / "p2-00"), unchanged(out / "backgrounds"):
        assert len(fragments(real, out).fragments) == 6


def test_a_proc_that_a_person_put_there_is_never_overwritten(copied):
    real, out = copied
    path = out / "p3-00" / "proc.png"
    mine = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    mine[..., 3] = 255
    cv2.imwrite(str(path), mine)
    for changed in ({}, {"masking.methods": ["clusters"]}):
        with unchanged(out / "p3-00"):
            one = next(f for f in fragments(real, out, **changed).fragments if f.id == "p3-00")
        assert one.mask_source == "person"
    assert one.marks == ("occluded",)


def test_a_persons_proc_of_another_size_is_told(copied):
    real, out = copied
    cv2.imwrite(str(out / "p1-00" / "proc.png"), np.zeros((4, 4, 4), np.uint8))
    with pytest.raises(BadFragments, match=r"p1-00/proc\.png: 4 x 4; expected the crop's"):
        fragments(real, out)


def test_other_settings_cut_anew_but_not_what_a_person_kept(copied):
    real, out = copied
    path = out / "p1-00" / "meta.json"
    told = json.loads(path.read_text()) | {"kept": "keep"}
    write_text(path, json.dumps(told))
    with unchanged(out / "p1-00"):
        found = fragments(real, out, **{"masking.methods": ["clusters"]})
    assert {one.mask_source for one in found.fragments[1:]} == {"clusters"}
    assert found.fragments[0].kept == "keep"
    assert found.fragments[0].mask_source == told["mask_source"]


def test_masks_of_the_set_are_taken_as_they_are(tmp_path):
    real = planted_set(tmp_path / "set", [[LONE]], masks=True)
    one = fragments(real, tmp_path / "out").fragments[0]
    assert (one.mask_source, one.mask_score) == ("set", 1.0)
    assert iou(whole_mask(one), ellipse(*LONE[:2])) > 0.98


def test_other_categories_are_no_fragments_but_hide_and_hold(tmp_path):
    table = ((80, 90), (70, 25), GREEN, TABLE)
    real = planted_set(tmp_path / "set", [[LONE, table]])
    found = fragments(real, tmp_path / "out", category="cup")
    assert [one.id for one in found.fragments] == ["p1-00"]
    assert found.fragments[0].stands_on == "table"
    assert found.categories == ("cup",)
    assert len(found.backgrounds[0].painted_boxes_px) == 1


def test_photos_kept_to_judge_are_neither_cut_nor_painted(made, tmp_path):
    found = fragments(made[0], tmp_path, **{"split.test": 0.5})
    photos = {one.photo for one in found.fragments}
    assert len(photos) == 2
    assert {one.photo for one in found.backgrounds} == photos
    assert found.counts["photos kept to judge"] == 2


def test_a_plans_record_of_splits_is_kept_to(made, tmp_path):
    record = SplitRecord(
        seed=0, shares={}, images={"exposed": ("p1.png", "p3.png"), "test": ("p2.png", "p4.png")}
    )
    record.write(tmp_path / "plan.jsonl")
    found = fragments(made[0], tmp_path / "out", splits=str(tmp_path))
    assert {one.photo for one in found.fragments} == {"p1.png", "p3.png"}
    assert {one.photo for one in found.backgrounds} == {"p1.png", "p3.png"}


def test_a_record_of_another_set_is_refused(made, tmp_path):
    SplitRecord(seed=0, shares={}, images={"exposed": ("x.jpg",)}).write(tmp_path / "plan.jsonl")
    with pytest.raises(NothingToCut, match="exposes none of this set's photos"):
        fragments(made[0], tmp_path / "out", splits=str(tmp_path))


def test_photos_that_are_not_there_are_counted_or_told(tmp_path):
    real = planted_set(tmp_path / "set", THINGS)
    (real / "images" / "p1.png").unlink()
    assert fragments(real, tmp_path / "out").counts["photos that are not on disk"] == 1
    shutil.rmtree(real / "images")
    with pytest.raises(NothingToCut, match="none of its 4 exposed photos is on disk"):
        fragments(real, tmp_path / "again")


def test_photos_from_a_folder_and_those_without_boxes_are_backgrounds(made, tmp_path):
    real = planted_set(tmp_path / "set", [*THINGS, []])
    changed = {
        "backgrounds.painted": False, "backgrounds.unlabelled": True,
        "backgrounds.folder": str(real / "images"),
    }  # fmt: skip
    found = fragments(real, tmp_path / "out", **changed)
    assert [one.photo for one in found.backgrounds] == [
        "p5.png", "p1.png", "p2.png", "p3.png", "p4.png", "p5.png",
    ]  # fmt: skip
    assert all(one.used and one.painted_share == 0 for one in found.backgrounds)


def test_the_sets_own_folder_is_not_written_into(made):
    with pytest.raises(UserError, match="the set's own folder"):
        fragments(made[0], made[0])


def test_what_a_set_tells_of_its_ground_is_in_the_folder_and_few_boxes_tell_none(made, tmp_path):
    boxes = [one.box_px[3] / SIZE[1] for one in made[1].fragments if not one.truncated]
    ground = made[1].ground
    assert min(boxes) <= ground.height["cup"] <= max(boxes) or ground.horizon is not None
    assert fragments(made[0], tmp_path, **{"ground.set_boxes": 40}).ground is None
