"""Two tiny sets of noise: photos with a detector's results, and one that passes for rendered."""

import json

from alignment.exploration.settings import ExplorationSettings
from bench.scenes import composed
from scenes.config.from_mapping import from_mapping
from tests.alignment.features.sets_with_photos import noise_set

WHY = "scene 3 of configuration space-7"


def photos(folder):
    """Six photos of two boxes each; all boxes but the last are found, and one thing that is none.

    Returns the results' file.
    """
    annotated = noise_set(folder, images=6, seed=1)
    results = [
        {"image_id": a.image_id, "category_id": a.category_id, "bbox": list(a.bbox), "score": 0.9}
        for a in annotated.annotations[:-1]
    ]
    results.append({"image_id": 2, "category_id": 1, "bbox": [30, 20, 9, 9], "score": 0.8})
    path = folder / "results.json"
    path.write_text(json.dumps(results))
    return path


def rendered(folder):
    """Eight images of two boxes each, with masks, keypoints, shapes and a plan."""
    noise_set(folder, images=8, seed=2)
    file = folder / "annotations.json"
    told = json.loads(file.read_text())
    for number, record in enumerate(told["images"]):
        record.update(scene_seed=number, component=number % 2, config_id=f"space-{number}")
        name = f"{number:06d}.png"
        (folder / "images" / record["file_name"]).rename(folder / "images" / name)
        record["file_name"] = name
    for number, record in enumerate(told["annotations"]):
        x, y, w, h = record["bbox"]
        rim = [x, y, x + w, y, x + w, y + h]
        record.update(segmentation=[rim], keypoints=[5, 5, 2, 9, 9, 1], num_keypoints=2)
        record["shape"] = ("mug", "tumbler")[number % 2]
    told["categories"][0].update(keypoints=["top", "base"], skeleton=[[1, 2]])
    file.write_text(json.dumps(told))
    lines = [json.dumps({"index": n, "component": 0, "why": WHY, "scene": {}}) for n in range(9)]
    (folder / "plan.jsonl").write_text("\n".join(lines))


def settings(*words):
    return from_mapping(ExplorationSettings, composed("explore", "features.cache=null", *words))
