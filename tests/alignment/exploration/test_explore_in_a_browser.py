import base64
import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from alignment.command.stages import Stages
from alignment.exploration.walk import explore
from assets.project import PROJECT
from scenes.sets.named_list import NamedList
from tests.alignment.chromium import browser
from tests.alignment.commanded import environment
from tests.alignment.exploration.made import photos, rendered, settings

MISSED = "document.querySelector('[data-column=outcome] input[value=missed]')"
READY = "document.documentElement.dataset.ready === 'true'"
COUNT = "document.getElementById('count').textContent"
CARDS = "document.querySelectorAll('#gallery .card').length"
AREA = (
    "JSON.stringify([page.panels[0].canvas.getBoundingClientRect().toJSON(), page.panels[0].area])"
)


@pytest.fixture
def sets(tmp_path):
    rendered(tmp_path / "made")
    return tmp_path / "photos", tmp_path / "made", photos(tmp_path / "photos")


@pytest.fixture
def serving(sets, tmp_path):
    real, made, results = sets
    told = environment(sets=f"{real} {made}", predictions=results, out=tmp_path / "out")
    command = [sys.executable, "-m", "alignment.exploration.main", "port=0"]
    with subprocess.Popen(
        command, cwd=PROJECT, stderr=subprocess.PIPE, text=True, env=told
    ) as process:
        line = next(line for line in process.stderr if "http" in line)
        yield process, re.search(r"http://\S+/", line)[0]
        if process.poll() is None:
            process.kill()


def corners(page):
    """Return the plot's left upper and right lower corner in pixels of the window."""
    canvas, area = json.loads(page.value(AREA))
    left, top = canvas["x"] + area["left"], canvas["y"] + area["top"]
    return (left + 1, top + 1), (left + area["width"] - 1, top + area["height"] - 1)


@pytest.mark.browser
def test_a_browser_brushes_filters_opens_and_keeps(serving, tmp_path):
    process, url = serving
    with browser(tmp_path / "profile") as page:
        page.open(url)
        page.resize(1200, 900)
        page.wait_for(READY)
        assert page.value(COUNT) == "29 of 29 boxes, on 14 images"
        page.wait_for("[...document.images].every(image => image.naturalWidth === 40)")
        start, end = corners(page)
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        page.drag(start, middle)
        page.wait_for(f"parseInt({COUNT}) < 29")
        page.drag(start, middle, end)
        page.wait_for(f"{COUNT} === '29 of 29 boxes, on 14 images'")
        page.value(f"{MISSED}.dispatchEvent(new MouseEvent('click', {{shiftKey: true}}))")
        page.wait_for(f"{COUNT} === '1 of 29 boxes, on 1 images'")
        page.value("document.getElementById('clear').click()")
        page.wait_for(f"{CARDS} === 14")
        page.value(
            "document.querySelectorAll('#gallery section')[1].querySelector('.card').click()"
        )
        page.wait_for("document.getElementById('detail').open")
        assert page.value("document.querySelector('#detail .why').textContent").startswith(
            "planned"
        )
        assert page.value("document.querySelectorAll('#detail svg path.mask').length") == 2
        page.value("document.querySelector('.near .card').click()")
        page.wait_for("document.querySelectorAll('#detail figure').length === 2")
        page.press("Escape")
        page.wait_for("!document.getElementById('detail').open")
        page.value("document.querySelector('[data-column=shape] input[value=mug]').click()")
        page.value("document.getElementById('name').value = 'all but mugs'")
        page.value("document.querySelector('#keep button').click()")
        page.wait_for("document.getElementById('kept').textContent.startsWith('kept 21 boxes')")
        for width in (1200, 2400):
            page.resize(width, 900)
            page.wait_for(f"innerWidth === {width}")
            assert page.value("document.documentElement.scrollWidth") <= width
        assert page.errors == []
    kept = NamedList.read(tmp_path / "out" / "lists" / "all_but_mugs.json")
    assert [len(one.images) for one in kept.sets] == [6, 8]
    assert sum(len(image.annotations) for one in kept.sets for image in one.images) == 20
    process.send_signal(signal.SIGINT)
    assert "all_but_mugs.json" in process.stderr.read()


@pytest.mark.browser
def test_an_exported_page_needs_no_server_and_obeys_the_keyboard(sets, tmp_path):
    real, made, _ = sets
    (made / "images" / "000007.png").unlink()
    explore(
        settings(f"sets='{real} {made}'", f"out={tmp_path / 'out'}", f"export={tmp_path / 'page'}",
                 "describe=true"),
        Stages(quiet=True),
    )  # fmt: skip
    told = "".join(p.read_text() for p in (tmp_path / "page").iterdir() if p.suffix == ".js")
    assert not re.search(r"https?://(?!www\.w3\.org)", told)
    assert str(tmp_path) not in told
    with browser(tmp_path / "profile") as page:
        page.open((tmp_path / "page" / "index.html").as_uri())
        page.wait_for(READY)
        page.wait_for("[...document.images].every(image => image.naturalWidth === 40)")
        assert page.value("page.rows.nearest(0, 'features', 2).map(one => one.set)") == [1, 1]
        page.press("p")
        page.press("Enter")
        page.wait_for("page.within !== null && page.rows.brushed.includes(0)")
        assert page.value("page.rows.brushed.includes(1)")
        listed = "JSON.stringify(page.keeping.listed('x', [0, 1, 16]))"
        (tmp_path / "x.json").write_text(page.value(listed))
        page.press("Escape")
        page.wait_for("page.within === null")
        page.press("g")
        page.wait_for("document.activeElement.className === 'card'")
        page.press("Enter")
        page.wait_for("document.getElementById('detail').open")
        assert page.errors == []
    kept = NamedList.read(tmp_path / "x.json")
    assert [[len(i.annotations) for i in one.images] for one in kept.sets] == [[2], [1]]


@pytest.mark.browser
def test_what_is_brushed_near_and_first_is_what_the_columns_say(sets, tmp_path):
    real, made, _ = sets
    out = tmp_path / "page"
    explore(
        settings(f"sets='{real} {made}'", f"out={tmp_path / 'out'}", f"export={out}"),
        Stages(quiet=True),
    )
    header, columns = columns_in(out / "data.js")
    with browser(tmp_path / "profile") as page:
        page.open((out / "index.html").as_uri())
        page.wait_for(READY)
        page.value("page.panels[0].heard.brushed([-1.05, 0, 0.2, 0.55])")
        page.wait_for("page.rows.brushed.includes(0)")
        brushed = page.value("[...page.rows.brushed]")
        near = page.value("page.rows.nearest(20, 'metadata', 3)")
        first = page.value("Number(document.querySelector('#gallery .card').dataset.place)")
        page.value("document.getElementById('as').value = 'density'")
        page.value("document.getElementById('as').onchange()")
        assert page.value("page.panels[0].canvas.dataset.manner") == "density"
        assert page.errors == []
    x, y = np.log10(columns["bbox_area"]), columns["center_y"]
    wanted = (x >= -1.05) & (x <= 0) & (y >= 0.2) & (y <= 0.55)
    assert brushed == wanted.astype(int).tolist()
    space = np.stack([columns[f"metadata {n}"] for n in range(header["spaces"][0]["axes"])])
    apart = np.linalg.norm(space - space[:, [20]], axis=0)[:12]
    assert near[0]["row"] == np.argmin(apart)
    assert near[0]["apart"] == pytest.approx(apart.min(), rel=1e-4)
    places = columns["place"].view(np.uint32)
    assert len({places[one["row"]] for one in near}) == 3
    own = wanted & (np.arange(28) < 12)
    assert first == places[own][np.argmax(columns["unlike_metadata"][own])]


def columns_in(script):
    """Return the header of an exported page, and its columns by name."""
    told = json.loads(script.read_text().removeprefix("window.TWINSET = ").rstrip(";\n"))
    header = told["state"]
    names = ["place", "x", "y", "w", "h", *(one["name"] for one in header["numbers"])]
    names += [one["name"] for one in header["names"]]
    names += [f"{one['name']} {n}" for one in header["spaces"] for n in range(one["axes"])]
    body = np.frombuffer(base64.b64decode(told["columns"]), "<f4")
    return header, dict(zip(names, body.reshape(len(names), -1), strict=True))
