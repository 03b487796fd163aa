"""Rendered chairs with other things among them that are labelled as chairs, and a real set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assets.catalogue import load_catalogue
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.formats.coco import read_coco
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.sampler import SceneSampler
from scenes.sets.annotated_set import AnnotatedSet
from tests.render.rendered import render

REAL, CHAIRS, FEW = 32, 36, 4
OTHERS = ("bottle", "plant", "sofa")
LACKING = "bench_seat"  # a shape that the real set and the mixed one lack
ALONE = (
    "resolution_px=[96,72]", "background=hdri",
    "scene.clutter.occluders={low: 0, high: 0, log: false}",
    "scene.objects.count={low: 1, high: 1, log: false}",
    "scene.clutter.bystanders={low: 0, high: 0, log: false}",
    "scene.camera.fill={low: 0.6, high: 0.8, log: true}",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Planted:
    """real: chairs. mixed: by category, chairs and a tenth of it; outliers: its image ids.

    shaped: chairs, some of them of the shape LACKING. rendered: all of it, with its plan.
    """

    real: Path
    mixed: Mapping[str, Path]
    shaped: Path
    rendered: Path
    outliers: Mapping[str, frozenset[int]]

    def sets(self, other: str) -> tuple[AnnotatedSet, AnnotatedSet]:
        """The real set and that with this category among it, as read."""
        return tuple(read_coco(path, path.parent) for path in (self.real, self.mixed[other]))


def planted(folder: Path) -> Planted:
    """Render all of them in one go and share them out to two sets on disk."""
    without = f"+scene.weights.{LACKING}=0"
    drawn = [
        *_scenes("chair", range(1, 1 + REAL), without),
        *_scenes("chair", range(101, 101 + CHAIRS), without),
        *(scene for other in OTHERS for scene in _scenes(other, range(201, 201 + FEW))),
        *_scenes("chair", range(301, 301 + FEW), f"scene.shapes=[{LACKING}]"),
    ]
    plan = Plan(scenes=tuple(
        PlannedScene(index=i, scene=scene, component=-1, weight=1.0, why="test")
        for i, scene in enumerate(drawn)
    ))  # fmt: skip
    plan.write(folder / "plan.jsonl")
    out = folder / "rendered"
    done = render(
        f"plan={folder / 'plan.jsonl'}", f"out={out}", "quality=draft", "quality.samples=2"
    )
    assert done.returncode == 0, done.stderr
    ids = [image.id for image in read_coco(out / "annotations.json").images]
    chairs, others = ids[REAL : REAL + CHAIRS], ids[REAL + CHAIRS : -FEW]
    outliers = {name: others[n * FEW :][:FEW] for n, name in enumerate(OTHERS)}
    return Planted(
        real=_part(folder, "real", ids[:REAL]), rendered=out,
        mixed={name: _part(folder, name, chairs + own) for name, own in outliers.items()},
        shaped=_part(folder, "shaped", chairs + ids[-FEW:]),
        outliers={name: frozenset(own) for name, own in outliers.items()},
    )  # fmt: skip


def _scenes(category, seeds, *words):
    told = composed("render", *ALONE, f"category={category}", *words)
    config = from_mapping(SceneConfig, told["scene"], "scene")
    sampler = SceneSampler.of(config, load_catalogue(told["variants"]))
    return [replace(sampler.sample(seed), config_id=category) for seed in seeds]


def _part(folder, name, ids):
    """Write one part of a rendered set, each of its objects called a chair."""
    told = json.loads((folder / "rendered" / "annotations.json").read_text())
    told["images"] = [
        {**record, "file_name": f"rendered/images/{record['file_name']}"}
        for record in told["images"] if record["id"] in ids
    ]  # fmt: skip
    told["annotations"] = [
        {**record, "category_id": 1} for record in told["annotations"] if record["image_id"] in ids
    ]
    told["categories"] = [{"id": 1, "name": "chair"}]
    path = folder / f"{name}.json"
    path.write_text(json.dumps(told))
    return path
