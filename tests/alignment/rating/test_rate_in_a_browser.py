import re
import signal
import subprocess
import sys

import pytest

from alignment.rating.ratings import read_ratings
from assets.project import PROJECT
from tests.alignment.chromium import browser
from tests.alignment.commanded import environment, error_line
from tests.alignment.rating.made import predicted


@pytest.fixture
def serving(tmp_path):
    annotated, _ = predicted(tmp_path)
    command = [sys.executable, "-m", "alignment.rating.main", "port=0"]
    with subprocess.Popen(
        command, cwd=PROJECT, stderr=subprocess.PIPE, text=True,
        env=environment(real=annotated.root, out=tmp_path),
    ) as process:  # fmt: skip
        line = next(line for line in process.stderr if "http" in line)
        yield process, re.search(r"http://\S+/", line)[0]
        if process.poll() is None:
            process.kill()


@pytest.mark.browser
def test_keys_rate_go_back_and_end_with_all_rated(serving, tmp_path):
    process, url = serving
    with browser(tmp_path / "profile") as page:
        page.open(url)
        page.wait_for("document.getElementById('done')?.textContent === '0 of 3 rated'")
        page.wait_for("document.getElementById('crop').naturalWidth > 100")
        first = page.value("document.getElementById('asked').textContent")
        assert re.fullmatch(r"depth: [\d.]+ m \([\d.]+ to [\d.]+\)", first)
        page.press("4")
        page.wait_for("document.getElementById('done').textContent === '1 of 3 rated'")
        page.press("Backspace")
        page.wait_for(f"document.getElementById('asked').textContent === {first!r}")
        assert page.value("document.querySelector('[aria-pressed=true]').textContent") == "4"
        page.press("2")
        page.wait_for(f"document.getElementById('asked').textContent !== {first!r}")
        page.press("x")
        page.press("9")
        for done, key in ((2, "0"), (3, "5")):
            page.press(key)
            page.wait_for(f"document.getElementById('done').textContent === '{done} of 3 rated'")
        assert page.value("document.getElementById('asked').textContent").startswith("All rated")
        assert page.errors == []
    assert sorted(r.rating for r in read_ratings(tmp_path / "ratings.csv").values()) == [0, 2, 5]
    process.send_signal(signal.SIGINT)
    assert "depth: 3 rated, mean 2.33" in process.stderr.read()


def test_rating_without_predictions_ends_with_one_line(tmp_path):
    annotated, path = predicted(tmp_path)
    path.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "alignment.rating.main"], cwd=PROJECT, check=False, text=True,
        capture_output=True, env=environment(real=annotated.root, out=tmp_path),
    )  # fmt: skip
    assert "expected what `make infer` wrote" in error_line(done)
