import base64
import io
import json
import math
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from alignment.align.report.content import AttributeResult
from alignment.align.report.histograms import heat_maps, histogram
from alignment.align.report.name_bars import LONGEST, bars
from alignment.align.report.page import number, plain, report_html, summary, write_report
from alignment.charts.sheet import BUDGET_BYTES, BadSheetImage, SheetImage, thumbnails
from alignment.charts.svg import HEIGHT, WIDTH
from alignment.charts.ticks import ticks
from alignment.distances.floor import compare
from alignment.samples.bins import Bins
from alignment.samples.facet import Facet, facet
from alignment.samples.sample import Sample
from tests.alignment.align.report.made import content, drawn_sheet

HOSTILE = "<script>alert('1')</script>&\"'"


class Elements(HTMLParser):
    """Every start tag with its attributes, and the tags left open."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_equal_content_gives_equal_bytes(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, content(tmp_path))
    for name in ("report.html", "report.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_every_string_of_the_users_is_escaped(tmp_path):
    page = report_html(content(
        tmp_path, category=HOSTILE, set_name=HOSTILE, notes=(HOSTILE,), repairs={HOSTILE: 1},
        lacking={HOSTILE: HOSTILE}, told={HOSTILE: HOSTILE}, held_out_told=HOSTILE,
        sheet=tuple(replace(s, caption=HOSTILE) for s in drawn_sheet(tmp_path)),
    ))  # fmt: skip
    tags = Elements(page).found
    assert "script" not in {tag for tag, _ in tags}
    assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
    assert page.count("&lt;script&gt;") >= 9


def test_the_page_asks_nothing_of_any_network(tmp_path):
    page = report_html(content(tmp_path))
    for _, attributes in Elements(page).found:
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert not re.search(r"https?://|//[a-z]|@import|url\(", page)
    assert "default-src 'none'" in page


def test_tags_are_closed_in_order_and_images_and_figures_have_names(tmp_path):
    parsed = Elements(report_html(content(tmp_path)))
    assert parsed.open == []
    assert all(a["alt"] for tag, a in parsed.found if tag == "img")
    labelled = [a for tag, a in parsed.found if tag == "svg" and a.get("role") == "img"]
    assert len(labelled) == 10
    assert all(a["aria-label"] for a in labelled)


def test_json_holds_the_numbers_of_the_page_and_is_strict(tmp_path):
    given = content(tmp_path)
    page = write_report(tmp_path, given).read_text()
    told = json.loads((tmp_path / "report.json").read_text(), parse_constant=pytest.fail)
    for row, shown in zip(told["categories"][0]["attributes"], given.results, strict=True):
        for key in ("baseline", "aligned"):
            distance = row["distances"][key]["at_equal_size"]
            assert (distance == "inf") or f"{distance:.3f}" in page
        assert row["verdict"] == str(shown.verdict)
        assert sum(row["histogram"]["shares"]["real"]) == pytest.approx(1, abs=1e-4)
    assert told["categories"][0]["category"] == "chair"
    assert told["categories"][0]["target"]["weights"] == given.categories[0].target.weights.tolist()


def test_infinity_and_what_could_not_be_had_are_told_in_words(tmp_path):
    given = content(tmp_path)
    first = given.results[0]
    gaps = {k: replace(g, at_equal_size=math.inf) for k, g in first.comparison.gaps.items()}
    odd = replace(first, comparison=replace(first.comparison, gaps=gaps, floor=math.nan))
    page = write_report(tmp_path, content(tmp_path, results=(odd,))).read_text()
    row = json.loads((tmp_path / "report.json").read_text())["categories"][0]["attributes"][0]
    assert (row["floor"], row["distances"]["aligned"]["at_equal_size"]) == (None, "inf")
    assert "∞</td>" in page
    assert "nan" not in page.lower()


def test_every_distance_of_every_attribute_is_printed_beside_its_floor(tmp_path):
    page = write_report(tmp_path, content(tmp_path)).read_text()
    told = json.loads((tmp_path / "report.json").read_text())
    for row in (
        *(b for r in told["categories"][0]["attributes"] for b in r["beside"]),
        told["categories"][0]["all_metadata"],
    ):
        low, high = row["distances"]["aligned"]["interval"]
        assert low <= row["distances"]["aligned"]["at_equal_size"] <= high
        for value in (row["distances"]["aligned"]["at_equal_size"], row["floor"]):
            assert number(value) in page
    assert [len(r["beside"]) for r in told["categories"][0]["attributes"]] == [4, 4, 4, 4, 2]


def test_seen_and_unseen_photos_are_told_side_by_side(tmp_path):
    page = write_report(tmp_path, content(tmp_path)).read_text()
    told = json.loads((tmp_path / "report.json").read_text())["categories"][0]["attributes"][0]
    assert told["generalisation"] == {"exposed": 0.125, "held_out": 0.375, "floor": 0.25}
    row = page.split('id="generalisation-table"')[1].split("</tr>")[1]
    assert re.findall(r">([\d.]+)<", row) == ["0.125", "0.375", "0.250"]
    assert "1.50 \N{MULTIPLICATION SIGN} floor" in row


def test_what_no_scene_reaches_is_told_in_a_sentence_and_in_numbers(tmp_path):
    page = write_report(tmp_path, content(tmp_path)).read_text()
    (told,) = json.loads((tmp_path / "report.json").read_text())["categories"][0]["unreached"]
    said = (
        "12% of the real chair boxes are wider than 2.1:1; your shapes stop at 1.6:1; "
        "nearest knob: assets"
    )
    assert (told["said"], told["share"], told["knob"]) == (said, 0.12, "assets")
    assert f"<li>{said}</li>" in page
    assert 'id="unreached"' not in report_html(content(tmp_path, unreached=()))


def test_a_set_without_photos_says_what_it_lacks(tmp_path):
    page = report_html(content(tmp_path))
    assert "<b>image_blur</b>: the set has no photos" in page
    assert 'id="lacking"' not in report_html(content(tmp_path, lacking={}))


def test_a_plan_is_previewed_and_has_no_contact_sheet(tmp_path):
    page = report_html(content(tmp_path, rendered=False, sheet=()))
    assert "40 previewed images" in page
    assert "<img" not in page
    assert "rendered" not in page.split("</style>")[1].split("<footer")[0]


def test_the_contact_sheet_draws_the_boxes_and_stays_within_its_budget(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    box = (160.0, 120.0, 320.0, 240.0)
    sheet = [SheetImage(path=tmp_path / "noise.png", boxes=(box,), caption="")] * 24
    uris = thumbnails(sheet)
    assert sum(map(len, uris)) <= BUDGET_BYTES
    image = Image.open(io.BytesIO(base64.b64decode(uris[0].split(",")[1]))).convert("RGB")
    red, _, blue = np.asarray(image, int)[67:69, 95:265].mean(axis=(0, 1))
    assert image.size == (360, 270)
    assert red - blue > 60


def test_a_missing_image_is_named(tmp_path):
    gone = SheetImage(path=tmp_path / "gone.png", boxes=(), caption="")
    with pytest.raises(BadSheetImage, match=r"gone\.png.*render it again"):
        thumbnails([gone])


def test_figures_are_well_formed_and_draw_shares_as_areas(tmp_path):
    given = content(tmp_path)
    center_y, joint = given.results[0], given.results[4]
    drawn = ElementTree.fromstring(histogram(center_y))
    paths = {p.get("class"): p.get("d") for p in drawn.iter("path")}
    assert list(paths) == ["real", "baseline", "aligned"]
    heights = [float(v) for v in re.findall(r"V([\d.]+)H", paths["real"])]
    shares = center_y.bins.share(center_y.real.values)
    fallen = np.array([150 - h for h in heights])
    assert fallen / fallen.sum() == pytest.approx(shares[1:] if len(heights) < 22 else shares,
                                                  abs=0.002)  # fmt: skip
    assert len(list(ElementTree.fromstring(heat_maps(joint)).iter("g"))) == 3


def test_ticks_are_round_numbers_within_the_range():
    assert [label for _, label in ticks(0.0, 1.0, log=False)] == [
        "0",
        "0.2",
        "0.4",
        "0.6",
        "0.8",
        "1",
    ]
    found = ticks(math.log(0.002), math.log(0.9), log=True)
    assert [label for _, label in found] == ["0.003", "0.01", "0.03", "0.1", "0.3"]
    assert all(math.exp(place) == pytest.approx(float(label)) for place, label in found)


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=8),
    st.lists(st.floats(-60, 60), min_size=1, max_size=8),
    st.sampled_from(["bbox_area", "center_y", "truncated", "objects_per_image"]),
)
def test_any_values_are_drawn_inside_the_figure(real, rendered, name):
    samples = [
        Sample(attributes=(name,), values=np.array([v]).T, images=np.arange(len(v)))
        for v in (real, rendered)
    ]
    bins = Bins.of(samples[0], 20)
    found = compare(np.random.default_rng(0), samples[0], {"aligned": samples[1]}, bins, 5)
    svg = histogram(AttributeResult(
        facet=facet("chair", (name,)), comparison=found, bins=bins, real=samples[0],
        aligned=samples[1], baseline=None, beside=(), generalisation=None,
    ))  # fmt: skip
    for text in ElementTree.fromstring(svg).iter("text"):
        assert -1 <= float(text.get("x")) <= WIDTH + 1
        assert 0 <= float(text.get("y")) <= HEIGHT
    assert "nan" not in svg


def of_shapes(among=("bench", "stool", "wing"), rendered=4):
    real, made = (
        Sample(attributes=("shape",), values=np.array([v], float).T, images=np.arange(len(v)) // 2)
        for v in (np.arange(60) % len(among), np.arange(80) % rendered)
    )
    bins = Bins.of(real, 20)
    return AttributeResult(
        facet=Facet(categories=("chair",), names=("shape",), among=among), bins=bins, real=real,
        comparison=compare(np.random.default_rng(0), real, {"aligned": made}, bins, 20),
        aligned=made, baseline=None, beside=(), generalisation=None,
    )  # fmt: skip


def test_shapes_are_told_by_their_shares_name_by_name_and_by_no_other_distance(tmp_path):
    page = write_report(tmp_path, content(tmp_path, results=(of_shapes(),))).read_text()
    (row,) = json.loads((tmp_path / "report.json").read_text())["categories"][0]["attributes"]
    assert row["histogram"]["names"] == ["bench", "stool", "wing", "any other"]
    assert row["histogram"]["shares"]["aligned"] == [0.25] * 4
    assert [len(row["histogram"]["shares"]["real"]), row["beside"]] == [4, []]
    figure = page[page.index("Shares of 4 names of shape") :]
    assert all(f">{name}</text>" in figure for name in row["histogram"]["names"])
    assert "wing, real: 33.3%" in figure
    assert "Wasserstein-1" not in page


def test_names_are_drawn_inside_their_figure_and_escaped():
    svg = bars(of_shapes((HOSTILE, "b" * 60), rendered=2))
    texts = list(ElementTree.fromstring(svg).iter("text"))
    assert not [t for t in texts if "any other" in (t.text or "")]  # none was rendered
    assert max(len(t.text) for t in texts) <= LONGEST
    width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split()[2:])
    for text in texts:
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height
    ends = [float(x) for x in re.findall(r"H([\d.]+)V", svg)]
    assert len(ends) == 4
    assert max(ends) <= width


def test_the_summary_counts_verdicts_and_gains(tmp_path):
    given = content(tmp_path)
    assert (
        summary(given.results[:1])
        == "Of 1 compared: 1 aligned. Nearer than the baseline in 1 of 1."
    )


def test_a_number_has_three_decimals_and_no_negative_nothing():
    assert [number(n) for n in (0.12345, -0.0001, -0.25, math.inf, math.nan, None)] == [
        "0.123", "0.000", "\N{MINUS SIGN}0.250", "\N{INFINITY}", "\N{EM DASH}", "\N{EM DASH}",
    ]  # fmt: skip


def test_a_range_is_told_in_words():
    assert plain({"low": 0.7, "high": 1.0, "log": True}) == "0.7 to 1"
    assert plain({"low": 2, "high": 2}) == "2"


def test_a_report_of_24_images_is_below_one_and_a_half_megabytes(tmp_path):
    write_report(tmp_path, content(tmp_path, sheet=drawn_sheet(tmp_path, 24)))
    assert (tmp_path / "report.html").stat().st_size < 1_500_000


@pytest.fixture
def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or pytest.skip("no browser on PATH; install the Debian package `chromium`")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 500])
def test_a_real_browser_shows_every_row_and_complains_of_nothing(tmp_path, chromium, width):
    given = content(tmp_path, category=HOSTILE)
    page = write_report(tmp_path, given)
    done = subprocess.run([
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900",
        "--enable-logging=stderr", "--v=0", "--dump-dom", page.as_uri(),
    ], capture_output=True, text=True, timeout=120, check=True)  # fmt: skip
    rows = re.findall(r'<tr role="row" data-attribute="([^"]+)"', done.stdout)
    assert rows == [r.name for r in given.results]
    assert done.stdout.count("<img") == 3
    assert "<script>" not in done.stdout
    assert "CONSOLE" not in done.stderr
