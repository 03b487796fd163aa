"""How well feature scores tell other categories among chairs: `python -m bench.features.outliers`.

Renders two sets into out/bench-outliers with the embedded Blender, ten minutes each, once:
`python -m bench.features.outliers chosen` prints the scenes that descriptor and settings were
chosen by, and without a word those that had no part in that.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from alignment.feature_space.scores import ScoreSettings, score
from alignment.feature_space.space import FeatureSpace, SpaceSettings
from alignment.features.backends.pretrained import Pretrained
from alignment.features.cache import FeatureCache
from alignment.features.extract import box_features
from alignment.features.features import Features
from alignment.features.registry import BACKENDS
from alignment.real.split import Exposed
from assets.catalogue import load_catalogue
from assets.project import PROJECT
from bench.scenes import composed
from bench.tables import table
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.formats.coco import read_coco
from scenes.measuring.measure import measure
from scenes.model.scene import Scene
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.sampler import SceneSampler

OUT = PROJECT / "out" / "bench-outliers"
OTHERS = ("table", "sofa", "lamp", "bag", "bottle", "plant")
CHAIRS, OUTLIERS, SPLITS = 60, 10, 8
SHOWN = (20, 40, 60)  # of the real ones
FIRST_SEED = {"chosen": 0, "judged": 10_000}
NAMES = (("classical",), ("geometry",), ("geometry", "classical"))
ALONE = (
    "resolution_px=[192,144]", "background=hdri",
    "scene.camera.fill={low: 0.6, high: 0.8, log: true}",
    "scene.objects.count={low: 1, high: 1, log: false}",
    "scene.clutter.occluders={low: 0, high: 0, log: false}",
    "scene.clutter.bystanders={low: 0, high: 0, log: false}",
)  # fmt: skip


def main() -> None:
    """Print the area under the ROC curve by category, features, score and number of real ones."""
    part = "chosen" if "chosen" in sys.argv[1:] else "judged"
    told = composed("curate", "set=x", "real=y", "augment.preset=none")
    space = from_mapping(SpaceSettings, told["space"])
    ways = [from_mapping(ScoreSettings, {**told["scoring"], "score": s}) for s in ("knn", "kde")]
    features, real = _described(_rendered(part))
    title = (
        f"Seeds {part}: ROC AUC of {OUTLIERS} of a category among {CHAIRS} chairs, held against "
        f"other chairs; means of {SPLITS} ways to deal {2 * CHAIRS} chairs; settings of "
        "conf/curate.yaml"
    )
    rows = [
        _row(features["+".join(names)], names, how, (shown, real), space)
        for names in NAMES for how in ways for shown in SHOWN
    ]  # fmt: skip
    head = ("features", "score", "real", *OTHERS, "mean")
    sys.stdout.write(table(title, head, rows))


def _row(
    found: Features, names: Sequence[str], how: ScoreSettings, real: tuple[int, Exposed],
    space: SpaceSettings,
) -> tuple[str, ...]:  # fmt: skip
    areas = np.mean([_areas(found, how, real, space, split) for split in range(SPLITS)], axis=0)
    told = [f"{area:.2f}" for area in (*areas, areas.mean())]
    return " + ".join(names), how.score, f"{real[0]}", *told


def _areas(
    found: Features, how: ScoreSettings, real: tuple[int, Exposed], space: SpaceSettings,
    split: int,
) -> list[float]:  # fmt: skip
    """Return the area of every other category, some chairs being the real ones, 60 the set's."""
    shown, exposed = real
    dealt = 1 + np.random.default_rng(split).permutation(2 * CHAIRS)
    some = Exposed(table=exposed.table.of_images(dealt[:shown]))
    scores = score(FeatureSpace.fit(found, some, space), found, how)
    chairs = scores.values[np.isin(scores.image_ids, dealt[CHAIRS:])]
    areas = []
    for number in range(len(OTHERS)):
        first = 2 * CHAIRS + number * OUTLIERS
        own = scores.values[(scores.image_ids > first) & (scores.image_ids <= first + OUTLIERS)]
        truth = np.r_[np.zeros(len(chairs)), np.ones(len(own))]
        areas.append(float(roc_auc_score(truth, np.r_[chairs, own])))
    return areas


def _rendered(part: str) -> Path:
    out = OUT / part
    path = out / "annotations.json"
    if path.is_file():
        return path
    first = FIRST_SEED[part]
    drawn = _scenes("chair", range(first + 1, first + 2 * CHAIRS + 1))
    for number, other in enumerate(OTHERS):
        begin = first + 5000 + 100 * number
        drawn += _scenes(other, range(begin, begin + OUTLIERS))
    lines = (
        PlannedScene(index=i, scene=scene, component=-1, weight=1.0, why=scene.config_id)
        for i, scene in enumerate(drawn)
    )
    OUT.mkdir(parents=True, exist_ok=True)
    Plan(scenes=tuple(lines)).write(OUT / f"{part}.jsonl")
    command = [
        str(PROJECT / ".venv/bin/blenderproc"), "run", str(PROJECT / "render/main.py"),
        f"plan={OUT / part}.jsonl", f"out={out}", "quality=draft", "quality.samples=2",
        "--custom-blender-path", str(PROJECT / ".blender"),
    ]  # fmt: skip
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return path


def _described(path: Path) -> tuple[Mapping[str, Features], Exposed]:
    annotated = read_coco(path)
    every = {name: BACKENDS[name](Pretrained(weights=None, device="cpu", batch=1))
             for name in ("geometry", "classical")}  # fmt: skip
    features = {
        "+".join(names): box_features(
            annotated, [every[n] for n in names], FeatureCache(folder=None), lambda *_: None
        )
        for names in NAMES
    }
    real = measure(annotated, pixels=False).of_images(range(1, 2 * CHAIRS + 1))
    return features, Exposed(table=real)


def _scenes(category: str, seeds: Sequence[int]) -> list[Scene]:
    told = composed("render", *ALONE, f"category={category}")
    config = from_mapping(SceneConfig, told["scene"], "scene")
    sampler = SceneSampler.of(config, load_catalogue(told["variants"]))
    return [replace(sampler.sample(seed), config_id=category) for seed in seeds]


if __name__ == "__main__":
    main()
