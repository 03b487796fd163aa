"""Tiny sets of photos and renders on disk, and a judge of them without torch."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from alignment.command.render_room import quoted
from alignment.command.stages import Stages
from alignment.detection.detector import Detector
from alignment.detection.settings import JudgeSettings
from alignment.detection.walk import judge
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.detection.mean_box import MeanBox
from tests.scenes.sets import box, image, write_coco

QUICK = ("features.cache=null", "training.workers=2", "training.seeds=2", "page.draws=100",
         "page.worst=2", "training.real_shares=[0.5]", "training.first_photos=4")  # fmt: skip


def folder_of(folder: Path, numbers: range, place: tuple[int, int, int, int], seed: int) -> Path:
    """Images of 40 x 30 px of noise, by number, each with one box of about this place."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(seed)
    records = []
    for number in numbers:
        noise = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{number}.png")
        x, y, w, h = (np.array(place) + rng.integers(0, 2, 4)).tolist()
        records.append(box(number, [x, y, w, h], image_id=number))
    write_coco(folder, images=[image(n) for n in numbers], annotations=records)
    return folder


def splits(folder: Path, **parts: list[str]) -> None:
    """Write what a plan's fit would say of its photos."""
    told = {"exposed": [], "validation": [], "test": [], **parts}
    (folder / "splits.json").write_text(json.dumps({"seed": 0, "shares": {}, "images": told}))


def sets(folder: Path) -> tuple[Path, Path, Path]:
    """Photos 1 to 24, of which 13 to 24 are kept for the test; a good set and a bad one."""
    real = folder_of(folder / "real", range(1, 25), (10, 8, 12, 10), 1)
    good = folder_of(folder / "good", range(1, 11), (10, 8, 12, 10), 2)
    bad = folder_of(folder / "bad", range(1, 11), (24, 2, 6, 22), 3)
    for made in (good, bad):
        splits(made, exposed=[f"{n}.png" for n in range(1, 13)],
               test=[f"{n}.png" for n in range(13, 25)])  # fmt: skip
    return real, good, bad


def settings(real: Path, named: tuple[Path, ...], out: Path, *words: str) -> JudgeSettings:
    told = composed(
        "judge", f"sets=[{','.join(map(quoted, named))}]", f"real={quoted(real)}",
        f"out={quoted(out)}", *QUICK, *words,
    )  # fmt: skip
    return from_mapping(JudgeSettings, told)


def judged(
    real: Path, named: tuple[Path, ...], out: Path, *words: str,
    make: Callable[[], Detector] | None = MeanBox,
) -> dict[str, object]:  # fmt: skip
    """Judge, and return judge.json."""
    judge(settings(real, named, out, *words), Stages(quiet=True), make)
    told: dict[str, object] = json.loads((out / "judge.json").read_text())
    return told
