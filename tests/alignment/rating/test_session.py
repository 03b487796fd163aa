import io
import json
import threading
import urllib.error
import urllib.request

import numpy as np
import pytest
from PIL import Image

from alignment.rating.ratings import read_ratings
from alignment.rating.session import RatedCrops, Session, questions_of
from alignment.real.inferred import NotInferred, read_inferred
from alignment.serving.server import PageServer
from tests.alignment.rating.made import predicted, session


def test_boxes_without_a_value_are_not_asked_for(tmp_path):
    _, asked, _ = session(tmp_path)
    assert {q.annotation_id for q in asked} == {1, 2, 3}
    assert "1.5 m (0.75 to 3)" in {q.told for q in asked}


def test_a_session_goes_on_where_the_last_one_stopped(tmp_path):
    _, asked, first = session(tmp_path)
    first.rate(asked[0].annotation_id, 4)
    again = Session(asked, tmp_path / "ratings.csv").state
    assert again["done"] == 1
    assert again["question"]["annotation_id"] == asked[1].annotation_id


def test_going_back_shows_the_answer_and_replaces_it(tmp_path):
    _, asked, shown = session(tmp_path)
    shown.rate(asked[0].annotation_id, 4)
    assert shown.back()["question"]["answer"] == 4
    shown.rate(asked[0].annotation_id, 1)
    assert read_ratings(tmp_path / "ratings.csv")["depth", asked[0].annotation_id].rating == 1
    assert shown.state["question"]["annotation_id"] == asked[1].annotation_id


def test_an_answer_to_a_box_that_is_not_asked_about_changes_nothing(tmp_path):
    _, asked, shown = session(tmp_path)
    assert shown.rate(asked[2].annotation_id, 5)["done"] == 0
    assert not (tmp_path / "ratings.csv").exists()


def test_an_attribute_that_was_not_predicted_is_refused(tmp_path):
    _, path = predicted(tmp_path)
    with pytest.raises(NotInferred, match="expected one of depth"):
        questions_of(np.random.default_rng(0), read_inferred(path), "shape", 5)


@pytest.fixture
def server(tmp_path):
    annotated, asked, shown = session(tmp_path)
    with PageServer(0, RatedCrops(session=shown, annotated=annotated, context=0.5)) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving, asked
        serving.shutdown()
        thread.join()


def fetched(url, told=None, **headers):
    body = None if told is None else json.dumps(told).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
        return reply.read()


def test_ratings_sent_to_the_server_are_kept_and_crops_are_pictures(server, tmp_path):
    serving, asked = server
    key = asked[0].annotation_id
    assert Image.open(io.BytesIO(fetched(f"{serving.url}crop/{key}"))).format == "JPEG"
    state = json.loads(fetched(f"{serving.url}rate", {"annotation_id": key, "rating": 2}))
    assert state["done"] == 1
    assert read_ratings(tmp_path / "ratings.csv")["depth", key].rating == 2


@pytest.mark.parametrize(
    ("path", "told", "headers", "code"),
    [
        ("rate", {"annotation_id": 1, "rating": 6}, {}, 400),
        ("rate", {"rating": 1}, {}, 400),
        ("rate", {"annotation_id": 1, "rating": 1}, {"Origin": "http://elsewhere"}, 403),
        ("state", None, {"Host": "elsewhere"}, 403),
        ("crop/../../etc/passwd", None, {}, 404),
        ("crop/99", None, {}, 404),
    ],
)
def test_what_is_no_rating_or_comes_from_elsewhere_is_refused(server, path, told, headers, code):
    serving, asked = server
    if told and "annotation_id" in told:
        told = {**told, "annotation_id": asked[0].annotation_id}
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(f"{serving.url}{path}", told, **headers)
    assert refused.value.code == code
    assert serving.served.state["done"] == 0
