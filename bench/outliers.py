"""How well feature scores tell other categories among chairs: `python -m bench.outliers`.

Renders its own sets, with the embedded Blender: minutes.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from alignment.curation.scores import ScoreSettings, score
from alignment.curation.space import FeatureSpace, SpaceSettings
from alignment.features.cache import FeatureCache
from alignment.features.choice import BACKENDS
from alignment.features.extraction import box_features
from alignment.features.features import Features
from alignment.features.pretrained import Pretrained
from alignment.real.split import Exposed
from assets.catalogue import load_catalogue
from bench.studio import composed
from bench.tables import table
from scenes.coco_reader import read_coco
from scenes.config import SceneConfig
from scenes.measure import measure
from scenes.plan import Plan, PlannedScene
from scenes.sampler import SceneSampler
from scenes.scene import Scene
from scenes.settings import from_mapping

PROJECT = Path(__file__).resolve().parent.parent
OTHERS = ("table", "sofa", "lamp", "bag", "bottle", "plant")
REAL, CHAIRS, OUTLIERS = 40, 54, 16
ALONE = (
    "resolution_px=[96,72]", "background=hdri",
    "scene.camera.fill={low: 0.6, high: 0.8, log: true}",
    "scene.objects.count={low: 1, high: 1, log: false}",
    "scene.clutter.occluders={low: 0, high: 0, log: false}",
    "scene.clutter.bystanders={low: 0, high: 0, log: false}",
)  # fmt: skip
SPACE = from_mapping(SpaceSettings, {"dimensions": 16, "spread_floor": 0.3})


def main() -> None:
    """Print the area under the ROC curve by category, features and score."""
    with tempfile.TemporaryDirectory() as folder:
        features, exposed = _rendered(Path(folder))
    title = (
        f"ROC AUC of {OUTLIERS} of a category among {CHAIRS} chairs, {REAL} other chairs exposed; "
        f"{SPACE.dimensions} dimensions, spread_floor {SPACE.spread_floor}"
    )
    rows = [
        _row(names, kind, features, exposed)
        for names in (("classical",), ("geometry",), ("geometry", "classical"))
        for kind in ("knn", "kde")
    ]
    sys.stdout.write(table(title, ("features", "score", *OTHERS, "mean"), rows))


def _row(
    names: Sequence[str], kind: str, features: Mapping[str, Features], exposed: Exposed
) -> tuple[str, ...]:
    found = features["+".join(names)]
    how = from_mapping(ScoreSettings, {"score": kind, "neighbours": 5, "image": "mean"})
    scores = score(FeatureSpace.fit(found, exposed, SPACE), found, how)
    chairs = scores.values[(scores.image_ids > REAL) & (scores.image_ids <= REAL + CHAIRS)]
    areas = []
    for number in range(len(OTHERS)):
        first = REAL + CHAIRS + number * OUTLIERS
        own = scores.values[(scores.image_ids > first) & (scores.image_ids <= first + OUTLIERS)]
        truth = np.r_[np.zeros(len(chairs)), np.ones(len(own))]
        areas.append(float(roc_auc_score(truth, np.r_[chairs, own])))
    return " + ".join(names), kind, *(f"{a:.2f}" for a in areas), f"{np.mean(areas):.2f}"


def _rendered(folder: Path) -> tuple[dict[str, Features], Exposed]:
    drawn = _scenes("chair", range(1, REAL + CHAIRS + 1))
    for number, other in enumerate(OTHERS):
        drawn += _scenes(other, range(5000 + 100 * number, 5000 + 100 * number + OUTLIERS))
    lines = (
        PlannedScene(index=i, scene=scene, component=-1, weight=1.0, why="bench")
        for i, scene in enumerate(drawn)
    )
    Plan(scenes=tuple(lines)).write(folder / "plan.jsonl")
    command = [
        str(PROJECT / ".venv/bin/blenderproc"), "run", str(PROJECT / "render/main.py"),
        f"plan={folder / 'plan.jsonl'}", f"out={folder / 'set'}", "quality=draft",
        "quality.samples=2", "--custom-blender-path", str(PROJECT / ".blender"),
    ]  # fmt: skip
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    path = folder / "set" / "annotations.json"
    told = json.loads(path.read_text())
    categories = {record["category_id"] for record in told["annotations"]}
    told["categories"] = [{"id": key, "name": str(key)} for key in sorted(categories)]
    path.write_text(json.dumps(told))
    annotated = read_coco(path)
    every = {name: BACKENDS[name](Pretrained(weights=None, device="cpu", batch=1))
             for name in ("geometry", "classical")}  # fmt: skip
    features = {
        "+".join(names): box_features(
            annotated, [every[n] for n in names], FeatureCache(folder=None), lambda *_: None
        )
        for names in (("geometry",), ("classical",), ("geometry", "classical"))
    }
    shown = measure(annotated, pixels=False).of_images(range(1, REAL + 1))
    return features, Exposed(table=shown)


def _scenes(category: str, seeds: Sequence[int]) -> list[Scene]:
    told = composed("render", *ALONE, f"category={category}")
    config = from_mapping(SceneConfig, told["scene"], "scene")
    sampler = SceneSampler.of(config, load_catalogue(told["variants"]))
    return [replace(sampler.sample(seed), config_id=category) for seed in seeds]


if __name__ == "__main__":
    main()
