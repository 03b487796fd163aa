"""A person looks at fragments: keep, drop, redo, by hand and in a real browser."""

import io
import json
import re
import signal
import subprocess
import sys
import threading
import urllib.error

import cv2
import numpy as np
import pytest
from PIL import Image

from alignment.rating.cut_outs import YOURS, CutOuts
from alignment.serving.server import PageServer
from assets.fragments.folder import read_fragments
from assets.project import PROJECT
from tests.alignment.chromium import browser
from tests.alignment.commanded import environment
from tests.alignment.fragments.cutting_out import fragments
from tests.alignment.fragments.planted import GREEN, RED, planted_set
from tests.alignment.rating.test_session import fetched

THINGS = [[((60, 60), (20, 30), RED, 1)], [((70, 50), (25, 30), GREEN, 1)]]


@pytest.fixture
def folder(tmp_path):
    real = planted_set(tmp_path / "set", THINGS)
    return fragments(real, tmp_path / "out").path


def kept(folder):
    return [one.kept for one in read_fragments(folder).fragments]


def test_keep_and_drop_are_written_and_a_key_pressed_twice_changes_nothing_else(folder):
    looked = CutOuts(folder)
    looked.told("keep", {"id": "p1-00"})
    looked.told("drop", {"id": "p1-00"})
    assert kept(folder) == ["keep", None]
    assert looked.told("drop", {"id": "p2-00"})["asked"] is None
    assert kept(folder) == ["keep", "drop"]
    assert looked.summary.startswith("1 kept, 1 dropped, 0 not looked at; 1 of 2")


def test_looking_goes_on_where_it_stopped_and_back_shows_what_was_said(folder):
    CutOuts(folder).told("drop", {"id": "p1-00"})
    again = CutOuts(folder)
    assert again.state["asked"]["id"] == "p2-00"
    assert again.told("back", {})["asked"]["kept"] == "drop"
    again.told("keep", {"id": "p1-00"})
    assert kept(folder) == ["keep", None]


def test_redo_goes_round_the_methods_and_is_not_undone_by_the_next_run(folder, tmp_path):
    looked = CutOuts(folder)
    sources = [looked.state["asked"]["source"]]
    for _ in range(3):
        sources.append(looked.told("redo", {"id": "p1-00"})["asked"]["source"])
    assert set(sources) == {"grabcut", "clusters", "both"}
    assert sources[3] == sources[0]
    second = looked.told("redo", {"id": "p1-00"})["asked"]["source"]
    assert fragments(tmp_path / "set", folder).fragments[0].mask_source == second


def test_what_a_person_drew_is_not_cut_again(folder):
    path = folder / "p1-00" / "proc.png"
    cv2.imwrite(str(path), np.full_like(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), 255))
    before = path.read_bytes()
    assert CutOuts(folder).told("redo", {"id": "p1-00"})["note"] == YOURS
    assert path.read_bytes() == before


@pytest.fixture
def server(folder):
    with PageServer(0, CutOuts(folder)) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def test_pictures_are_served_and_answers_kept(server, folder):
    proc = Image.open(io.BytesIO(fetched(f"{server.url}proc/p1-00?3")))
    assert proc.mode == "RGBA"
    assert proc.size == Image.open(io.BytesIO(fetched(f"{server.url}raw/p1-00"))).size
    assert json.loads(fetched(f"{server.url}keep", {"id": "p1-00"}))["done"] == 1
    assert kept(folder) == ["keep", None]


@pytest.mark.parametrize(
    ("path", "told", "headers", "code"),
    [
        ("keep", {}, {}, 400),
        ("keep", {"id": "p1-00"}, {"Origin": "http://elsewhere"}, 403),
        ("burn", {"id": "p1-00"}, {}, 404),
        ("raw/../fragments.json", None, {}, 404),
        ("meta/p1-00", None, {}, 404),
    ],
)
def test_what_means_nothing_or_comes_from_elsewhere_is_refused(
    server, folder, path, told, headers, code
):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(f"{server.url}{path}", told, **headers)
    assert refused.value.code == code
    assert kept(folder) == [None, None]


@pytest.mark.browser
def test_keys_keep_drop_and_redo_in_a_browser(folder, tmp_path):
    command = [sys.executable, "-m", "alignment.rating.main", "port=0"]
    with subprocess.Popen(
        command, cwd=PROJECT, stderr=subprocess.PIPE, text=True, env=environment(real=folder)
    ) as process, browser(tmp_path / "profile") as page:  # fmt: skip
        line = next(line for line in process.stderr if "http" in line)
        page.open(re.search(r"http://\S+/", line)[0])
        page.wait_for("document.getElementById('asked')?.textContent === 'cup, p1-00'")
        page.wait_for("document.getElementById('proc').naturalWidth > 10")
        source = page.value("document.getElementById('about').textContent")
        page.press("r")
        page.wait_for(f"document.getElementById('about').textContent !== {source!r}")
        page.press("k")
        page.wait_for("document.getElementById('asked').textContent === 'cup, p2-00'")
        page.press("Backspace")
        page.wait_for("document.querySelector('[aria-pressed=true]')?.textContent === 'keep'")
        page.press("ArrowRight")
        page.wait_for("document.getElementById('asked').textContent === 'cup, p2-00'")
        page.press("d")
        page.wait_for("document.getElementById('done').textContent === '2 of 2 looked at'")
        assert page.errors == []
        process.send_signal(signal.SIGINT)
        assert "1 kept, 1 dropped" in process.stderr.read()
    assert kept(folder) == ["keep", "drop"]
