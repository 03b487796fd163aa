"""What `make explore` costs: `python -m bench.cost.exploring [IMAGES [BOXES_EACH]]`.

On two sets written for it, a twentieth of the images in the one that passes for real, as many
pictures as images. The command runs as make starts it; a headless Chromium without a GPU opens the
page, brushes in STEPS steps of a real mouse, and scrolls through thumbnails. On a busy machine the
processor's time of the page's one thread says more than the clock.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assets.project import PROJECT
from bench.chromium import Page, chromium, opened
from bench.tables import table
from scenes.files.pictures import encode_jpeg

IMAGES, BOXES_EACH, STEPS, SCREENS = 10_000, 10, 60, 40
SIZE_PX = (320, 240)
SHAPES = ("mug", "tumbler", "teacup", "paper_cup")
READY = "document.documentElement.dataset.ready === 'true'"
AREA = "JSON.stringify([page.panels[0].canvas.getBoundingClientRect(), page.panels[0].area])"
# what a step does to the page, apart from the screen's own beat
TIMED = """new Promise(done => {
  const panel = page.panels[0], {x, y} = panel, spent = [], shown = [];
  const spent_ms = work => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  for (let k = 1; k <= STEPS; k++) {
    const share = k / STEPS, right = x.low + share * (x.high - x.low);
    const within = [x.low, right, y.low + 0.3 * share * (y.high - y.low), y.high];
    spent.push(spent_ms(() => { page.rows.brush(x, y, within); panel.show(within); }));
    if (k % 6) continue;
    const sorted = {name: 'unlike_metadata', falling: true};
    shown.push(spent_ms(() => page.gallery.show(sorted)));
  }
  done(JSON.stringify([spent, shown]));
})""".replace("STEPS", str(STEPS))


@dataclass(frozen=True, kw_only=True)
class Figures:
    """_ms: of each step, by the clock. busy_: of the page's one thread, by the processor.

    _mb: resident memory of the server.
    """

    start_s: float
    paint_s: float
    busy_paint_s: float
    busy_step_ms: float
    brush_ms: list[float]
    gallery_ms: list[float]
    frames_ms: list[float]
    before_mb: float
    after_mb: float


def main() -> None:
    """Print the table."""
    images, boxes = [*map(int, sys.argv[1:]), IMAGES, BOXES_EACH][:2]
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "photos", images // 20, boxes, seed=1, ours=False)
        _write(folder / "made", images - images // 20, boxes, seed=2, ours=True)
        found = _measured(folder)
    title = f"{images:,} images, {images * boxes:,} boxes; load when it began {load:.1f}"
    sys.stdout.write(table(title, ["what", "figure"], _rows(found)) + "\n")


def _rows(found: Figures) -> list[list[str]]:
    return [
        ["start to address, s", f"{found.start_s:.1f}"],
        ["address to all painted, s", f"{found.paint_s:.2f}"],
        ["of which the page's thread was at work, s of the CPU", f"{found.busy_paint_s:.2f}"],
        ["a step of a dragged mouse, ms of the CPU", f"{found.busy_step_ms:.1f}"],
        ["a step of the brush, ms: median, 95 %, worst", _told(found.brush_ms)],
        ["images beside it, ms: median, 95 %, worst", _told(found.gallery_ms)],
        ["between frames of a dragged mouse, ms: median, 95 %, worst", _told(found.frames_ms)],
        ["server, MB: before, after", f"{found.before_mb:.0f}, {found.after_mb:.0f}"],
    ]


def _told(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in np.quantile(values, (0.5, 0.95, 1)))


def _measured(folder: Path) -> Figures:
    path = chromium()
    assert path is not None, "no browser on PATH; install the Debian package `chromium`"
    command = [
        sys.executable, "-m", "alignment.exploration.main", "port=0", "pixels=false",
        f"sets='{folder}/photos {folder}/made'", f"out={folder}/out",
    ]  # fmt: skip
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = next(m[0] for line in server.stderr if (m := re.search(r"http://\S+/", line)))
        start_s = time.perf_counter() - began
        try:
            with opened(path, folder / "profile") as page:
                return _browsed(page, url, server.pid, start_s)
        finally:
            server.kill()


def _browsed(page: Page, url: str, server: int, start_s: float) -> Figures:
    page.open("about:blank")
    page.resize(1600, 1000)
    page.call("Performance.enable", timeDomain="threadTicks")
    before_mb, began = _resident_mb(server), time.perf_counter()
    page.call("Page.navigate", url=url)
    page.wait_for(READY)
    page.value("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    paint_s, busy_paint_s = time.perf_counter() - began, _busy_s(page)
    brush_ms, gallery_ms = json.loads(page.value(TIMED))
    busy_s = _busy_s(page)
    frames_ms = _dragged(page)
    busy_step_ms = 1e3 * (_busy_s(page) - busy_s) / STEPS
    for _ in range(SCREENS):
        page.value("document.querySelectorAll('#gallery section').forEach(s => s.scrollBy(0, 700))")
        time.sleep(0.1)
    page.wait_for("[...document.images].filter(image => image.naturalWidth).length > 40")
    return Figures(
        start_s=start_s, paint_s=paint_s, busy_paint_s=busy_paint_s,
        busy_step_ms=busy_step_ms, brush_ms=brush_ms, gallery_ms=gallery_ms,
        frames_ms=frames_ms, before_mb=before_mb, after_mb=_resident_mb(server),
    )  # fmt: skip


def _busy_s(page: Page) -> float:
    """Return for how long the processor has worked for the page's one thread."""
    told = {one["name"]: one["value"] for one in page.call("Performance.getMetrics")["metrics"]}
    return float(told["TaskDuration"])


def _dragged(page: Page) -> list[float]:
    """Return how long each frame lasted while a mouse brushed, the first left out."""
    canvas, area = json.loads(page.value(AREA))
    left, top = canvas["x"] + area["left"] + 5, canvas["y"] + area["top"] + 5
    page.value(
        "window.beats = []; (function beat(now) { window.beats.push(now);"
        " if (window.beats.length < 9999) requestAnimationFrame(beat); })(performance.now())"
    )
    places = [
        (left + k / STEPS * (area["width"] - 10), top + k / STEPS * (area["height"] - 10))
        for k in range(1, STEPS + 1)
    ]
    page.drag((left, top), *places)
    beats: list[float] = page.value("window.beats")
    return [float(passed) for passed in np.diff(beats[1:])]


def _resident_mb(process: int) -> float:
    told = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0


def _write(folder: Path, images: int, boxes: int, *, seed: int, ours: bool) -> None:
    """Write a set whose pictures are one picture under many names."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    picture = rng.integers(0, 256, (SIZE_PX[1] // 8, SIZE_PX[0] // 8, 3), dtype=np.uint8)
    first = folder / "images" / "000000.jpg"
    first.write_bytes(encode_jpeg(np.kron(picture, np.ones((8, 8, 1), np.uint8)), 90))
    for index in range(1, images):
        (folder / "images" / f"{index:06d}.jpg").hardlink_to(first)
    told = {
        "images": [_image(index, ours=ours) for index in range(images)],
        "annotations": _boxes(rng, images, boxes, ours=ours),
        "categories": [{"id": 1, "name": "cup"}],
    }
    (folder / "annotations.json").write_text(json.dumps(told))
    if ours:
        (folder / "manifest.json").write_text("{}")


def _image(index: int, *, ours: bool) -> dict[str, object]:
    told = {"id": index + 1, "file_name": f"{index:06d}.jpg", "width": 320, "height": 240}
    more = {"scene_seed": index, "config_id": f"space-{index % 500}", "component": index % 4}
    return {**told, **more} if ours else told


def _boxes(
    rng: np.random.Generator, images: int, each: int, *, ours: bool
) -> list[dict[str, object]]:
    count = images * each
    sides = np.exp(rng.normal(-1.8, 0.5, (count, 2))).clip(0.02, 0.9)
    at = rng.beta(3, 3, (count, 2)) * (1 - sides)
    boxes = (np.hstack([at, sides]) * np.tile(SIZE_PX, 2)).round(1).tolist()
    shapes = rng.integers(0, len(SHAPES), count)
    return [
        {"id": n + 1, "image_id": n // each + 1, "category_id": 1, "bbox": box}
        | ({"shape": SHAPES[shapes[n]], "depth": box[2] / 99} if ours else {})
        for n, box in enumerate(boxes)
    ]


if __name__ == "__main__":
    main()
