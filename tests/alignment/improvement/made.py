"""Photos of two kinds of boxes, a first set of one kind alone, and scenes without Blender."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from alignment.command.render_room import quoted
from alignment.command.stages import Stages
from alignment.detection.detector import Detector
from alignment.improvement.scenes import Make, Order
from alignment.improvement.settings import ImproveSettings
from alignment.improvement.walk import improve
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.detection.made import folder_of, splits
from tests.alignment.detection.mean_box import MeanBox
from tests.scenes.sets import box, image, write_coco

COMMON, RARE = (10, 8, 12, 10), (26, 2, 6, 22)
EXPOSED, VALIDATION, TEST = range(1, 25), range(25, 49), range(49, 61)
QUICK = (
    "training.seeds=2", "training.workers=1", "draws=100", "causes.draws=50", "nearness.splits=20",
    "rounds=1", "images=8", "causes.features=false", "features.cache=null",
    "causes.attributes=[bbox_area,aspect,center_y]",
)  # fmt: skip


def photos(folder: Path) -> Path:
    """Photos 1 to 60 of one box each, of which every third is of the rare kind."""
    return write_set(folder, [RARE if n % 3 == 0 else COMMON for n in range(1, 61)], 1)


def first_set(folder: Path, **parts: range) -> Path:
    """Ten images of the common kind, whose plan saw the exposed photos."""
    made = folder_of(folder, range(1, 11), COMMON, 2)
    told = parts or {"exposed": EXPOSED, "validation": VALIDATION, "test": TEST}
    splits(made, **{part: [f"{n}.png" for n in numbers] for part, numbers in told.items()})
    return made


def write_set(folder: Path, places: list[Any], seed: int) -> Path:
    """Images of noise, 40 x 30 px, with a box each of about these places."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for n in range(1, len(places) + 1):
        noise = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{n}.png")
    boxes = [(np.array(place) + rng.integers(0, 2, 4)).tolist() for place in places]
    write_coco(
        folder, images=[image(n) for n in range(1, len(places) + 1)],
        annotations=[box(n, own, image_id=n) for n, own in enumerate(boxes, 1)],
    )  # fmt: skip
    return folder


def drawn(order: Order, folder: Path, _: Stages) -> bool:
    """Scenes whose boxes are exposed ones, drawn as they weigh; images alone, where bare."""
    if order.bare is not None:
        write_set(folder, [COMMON] * order.wanted.images, order.seed + 1)
        told = json.loads((folder / "annotations.json").read_text())
        bare = {**told, "annotations": [], "categories": []}
        (folder / "annotations.json").write_text(json.dumps(bare))
        return True
    told = json.loads((order.wanted.real / "annotations.json").read_text())["annotations"]
    by_key = {} if order.tilt is None else order.tilt.by_key
    weights = np.array([by_key.get(str(one["id"]), 1.0) for one in told])
    rng = np.random.default_rng(order.seed)
    chosen = rng.choice(len(told), order.wanted.images, p=weights / weights.sum())
    write_set(folder, [[int(v) for v in told[n]["bbox"]] for n in chosen], order.seed)
    return True


def never(order: Order, folder: Path, stages: Stages) -> bool:
    """What is to be found again and not made."""
    raise AssertionError(f"scenes of round {order.number} were made anew")


def settings(real: Path, out: Path, *words: str) -> ImproveSettings:
    told = composed("improve", f"real={quoted(real)}", f"out={quoted(out)}", *QUICK, *words)
    return from_mapping(ImproveSettings, told)


def improved(
    real: Path, out: Path, *words: str, make: Make = drawn,
    detector: Callable[[], Detector] = MeanBox,
) -> dict[str, Any]:  # fmt: skip
    """Improve, and return improve.json."""
    improve(settings(real, out, *words), Stages(quiet=True), detector, make)
    told: dict[str, Any] = json.loads((out / "improve.json").read_text())
    return told
