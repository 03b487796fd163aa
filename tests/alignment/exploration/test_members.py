import numpy as np
import pytest

from alignment.command.stages import Stages
from alignment.evaluation.detector_failures import Prediction
from alignment.exploration.columns import columns_of
from alignment.exploration.exported import TooManyToExport
from alignment.exploration.likeness import Rows, metadata_features, with_likeness
from alignment.exploration.members import NothingListed, member_of, opened
from alignment.exploration.outcomes import with_outcomes
from alignment.exploration.pictures import Pictures, coloured
from alignment.exploration.settings import OutcomeSettings
from alignment.exploration.tables import table_of
from alignment.exploration.walk import explore
from scenes.sets.named_list import NamedList, Picked, PickedImage
from tests.alignment.exploration.made import WHY, photos, rendered, settings


def read(folder, told):
    found = opened(folder, told)
    return member_of(found, table_of(found, folder / "kept", 40, pixels=told.pixels))


@pytest.fixture
def members(tmp_path):
    photos(tmp_path / "photos")
    rendered(tmp_path / "made")
    told = settings("sets=x", "pixels=false")
    return [read(tmp_path / name, told) for name in ("photos", "made")]


def test_what_the_file_and_the_plan_tell_beside_the_boxes_is_read(members):
    real, made = members
    assert (real.is_reference, made.is_reference) == (True, False)
    assert set(made.beside.reasons.values()) == {WHY}
    assert made.beside.components == {n + 1: n % 2 for n in range(8)}
    assert made.beside.keypoints[1] == (5, 5, 2, 9, 9, 1)
    assert made.beside.bones["chair"] == ((0, 1),)


def test_a_list_narrows_what_is_read_and_measured(members, tmp_path):
    whole = members[1]
    images = (PickedImage(id=3, file_name="000002.png", annotations=()),)
    told = NamedList(name="x", sets=(Picked(set_name="-", digest=whole.digest, images=images),))
    told.write(tmp_path / "x.json")
    whole.table.write(tmp_path / "made" / "metadata.parquet")
    only = settings("sets=x", f"only='{tmp_path}/x.json'")
    made = read(tmp_path / "made", only)
    assert made.table.image_ids.tolist() == [3, 3]
    assert opened(tmp_path / "photos", only).annotated.images == ()


def test_the_body_holds_every_column_where_the_header_says(members):
    columns = columns_of(members)
    header, body, rows = columns.header(), columns.body(), len(columns)
    assert len(body) == 4 * rows * (5 + len(header["numbers"]) + len(header["names"]))
    floats = np.frombuffer(body, "<f4").reshape(-1, rows)
    place = [one["name"] for one in header["numbers"]].index("bbox_area")
    area = floats[3] * floats[4] / (40 * 30)
    np.testing.assert_allclose(floats[5 + place], area, rtol=1e-6)
    codes = np.frombuffer(body, "<u4").reshape(-1, rows)[5 + len(header["numbers"]) :]
    words = {
        n["name"]: np.array(n["values"])[c] for n, c in zip(header["names"], codes, strict=True)
    }
    assert words["set"].tolist() == ["photos"] * 12 + ["made"] * 16
    assert words["shape"].tolist() == [""] * 12 + ["mug", "tumbler"] * 8


def test_the_best_of_two_predictions_finds_a_box_and_the_other_is_false(members):
    box = members[0].annotated.annotations[0]
    given = [
        Prediction(image_id=1, category_id=1, bbox=box.bbox, score=score) for score in (0.5, 0.9)
    ]
    made = with_outcomes(members[0], given, OutcomeSettings(least_score=0.3, iou=0.5))
    assert made.outcomes == ("found", *["missed"] * 11, "false")
    assert made.annotated.annotations[-1].extra["score"] == 0.5
    assert len(made.table) == 13
    weak = with_outcomes(members[0], given, OutcomeSettings(least_score=0.95, iou=0.5))
    assert set(weak.outcomes) == {"missed"}


def test_the_box_that_is_moved_away_is_the_most_unlike_and_no_real_one_is_its_own_neighbour(
    members,
):
    columns = columns_of(members)
    moved = columns.numbers["bbox_area"].copy()
    moved[20] *= 50
    columns.numbers["bbox_area"][:] = moved
    rows = Rows(places=columns.places.astype(np.int64), real=np.arange(len(columns)) < 12)
    told = metadata_features(columns, rows, ["bbox_area", "center_x", "center_y"])
    made = with_likeness(columns, rows, told, settings("sets=x").likeness, "metadata")
    unlike = made.numbers["unlike_metadata"]
    assert np.argmax(unlike) == 20
    assert (unlike[:12] > 0).all()
    apart = np.linalg.norm(made.spaces["metadata"] - made.spaces["metadata"][20], axis=1)
    assert np.argsort(apart)[0] == 20


def test_a_thumbnail_is_made_once_and_again_where_its_picture_changed(members, tmp_path):
    images, told = members[0].annotated.images, settings("sets=x", "pictures.thumb_px=20").pictures
    first = Pictures(images, tmp_path / "thumbs", told).thumb(0)
    (kept,) = (tmp_path / "thumbs").iterdir()
    kept.write_bytes(b"kept")
    again = Pictures(images, tmp_path / "thumbs", told)
    assert again.thumb(0) == b"kept"
    images[0].path.write_bytes(images[1].path.read_bytes() + b"\0")
    assert again.thumb(0) not in (b"kept", first)


def test_near_depths_are_warm_and_what_was_not_measured_is_grey():
    shown = coloured(np.array([[0.5, 8.0, np.nan]], np.float32))
    near, far, nothing = shown[0].astype(int)
    assert near[0] > near[2] and far[2] >= far[0]
    assert nothing.tolist() == [128] * 3


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["pictures.most_exported=3"], TooManyToExport, "6 images; expected at most 3"),
        (["only='{}/x.json'"], NothingListed, "of none of the sets"),
    ],
)
def test_what_cannot_be_exported_or_is_not_there_is_told_in_a_line(tmp_path, words, error, said):
    photos(tmp_path / "photos")
    NamedList(name="x", sets=(Picked(set_name="other", digest="", images=()),)).write(
        tmp_path / "x.json"
    )
    given = [f"sets='{tmp_path}/photos'", f"out='{tmp_path}/o'", f"export='{tmp_path}/page'"]
    with pytest.raises(error, match=said):
        explore(settings(*given, *[word.format(tmp_path) for word in words]), Stages(quiet=True))
