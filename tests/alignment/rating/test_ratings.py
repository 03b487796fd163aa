import pytest

from alignment.rating.ratings import BadRatings, Rating, append_rating, read_ratings, summary_of


def rating(number, value, attribute="depth"):
    return Rating(
        attribute=attribute, annotation_id=number, image_id=1, predicted="2.5", rating=value
    )


def test_what_is_appended_is_read_back_and_the_last_one_counts(tmp_path):
    path = tmp_path / "new" / "ratings.csv"
    for one in (rating(1, 5), rating(2, 0), rating(1, 3)):
        append_rating(path, one)
    assert [r.rating for r in read_ratings(path).values()] == [3, 0]
    assert path.read_text().splitlines()[0] == "attribute,annotation_id,image_id,predicted,rating"


def test_a_line_that_a_kill_cut_off_is_dropped_and_the_next_one_is_whole(tmp_path):
    path = tmp_path / "ratings.csv"
    append_rating(path, rating(1, 5))
    with path.open("a") as handle:
        handle.write("depth,2,1,2.5")
    assert list(read_ratings(path)) == [("depth", 1)]
    append_rating(path, rating(3, 1))
    assert [r.annotation_id for r in read_ratings(path).values()] == [1, 3]


def test_the_summary_counts_boxes_by_rating(tmp_path):
    for number, value in enumerate((5, 5, 2, 0)):
        append_rating(tmp_path / "r.csv", rating(number, value))
    append_rating(tmp_path / "r.csv", rating(0, 4, "blur"))
    blur, depth = summary_of(tmp_path / "r.csv")
    assert (blur.attribute, blur.counts) == ("blur", (0, 0, 0, 0, 1, 0))
    assert depth.counts == (1, 0, 1, 0, 0, 2)
    assert depth.mean == 3.0


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "attribute,annotation_id,image_id,predicted,rating\ndepth,1,1,2,9\n"]
)
def test_another_csv_is_refused_by_name(tmp_path, text):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(BadRatings, match=r"r\.csv"):
        read_ratings(tmp_path / "r.csv")
