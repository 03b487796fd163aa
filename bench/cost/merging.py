"""What a merge costs: `python -m bench.cost.merging [IMAGES]`, on shards written for it."""

import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.scenes import SIZES_PX, Studio
from bench.tables import table
from scenes.dataset.dataset import Provenance, WriteOptions, merge_record, merge_shards, write_shard
from scenes.dataset.shard import FOLDERS, shard_path
from scenes.files.atomic import make_folder
from scenes.files.canonical_json import json_bytes
from scenes.labels.labels import label_frame
from scenes.model.frame import FAR_M, Frame
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan, PlannedScene
from scenes.preview.preview import preview

WRITE = WriteOptions(image_format="jpg", jpeg_quality=92, segmentation="rle", pixels=True)
MODELS = 20
SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Print seconds and peak memory of merging ever more images."""
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    rows = []
    for images in sorted(sizes):
        folder = Path(tempfile.mkdtemp())
        try:
            _generate(folder, images)
            began = time.perf_counter()
            tally = merge_shards(folder, partial=False)
            passed_s = time.perf_counter() - began
            size_mb = (folder / "annotations.json").stat().st_size / 1e6
        finally:
            shutil.rmtree(folder)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append([
            f"{images:,}", f"{sum(tally.labels.values()):,}", f"{passed_s:.1f}",
            f"{1e3 * passed_s / images:.2f}", f"{size_mb:.0f}", f"{peak_mb:.0f}",
        ])  # fmt: skip
    head = ["images", "labels", "s", "ms an image", "annotations.json, MB", "peak resident, MB"]
    sys.stdout.write(table("Merge, one process", head, rows) + "\n")


def _generate(out: Path, images: int) -> None:
    """Fill a folder with a plan and its label files; the images' files are empty."""
    for name in FOLDERS:
        make_folder(out / name)
    models = list(_models(out))
    studio = Studio.of_conf()
    plan = Plan(scenes=tuple(line for line, _ in models))
    told = Provenance(config={}, seeds={}, versions={"twinset": "bench"}, licence="CC0-1.0")
    merge_record(plan, studio.catalogue, told).write(out)
    with (out / "plan.jsonl").open("wb") as lines:
        for index in range(images):
            line, shard = models[index % len(models)]
            lines.write(json_bytes({**line.to_json(), "index": index}))
            shard_path(out, index).write_bytes(json_bytes({**shard, "files": _empty(out, index)}))


def _models(out: Path) -> Iterator[tuple[PlannedScene, dict[str, Any]]]:
    """Yield a few scenes with the label files that previews of them give."""
    studio = Studio.of_conf()
    for index, scene in enumerate(studio.scenes(MODELS, SIZES_PX[1])):
        seen = preview(scene, studio.catalogue, SIZES_PX[1])
        height, width = seen.instances.shape
        image = np.full((height, width, 3), 128, np.uint8)
        frame = Frame(
            shot=shot_of(scene), image=image, instances=seen.instances,
            depth_m=np.minimum(seen.depth_m, FAR_M),
        )  # fmt: skip
        labels = label_frame(frame, scene, studio.catalogue, studio.labels)
        write_shard(out, index, frame, labels, WRITE)
        line = PlannedScene(index=index, scene=scene, component=-1, weight=1.0, why="bench")
        yield line, json.loads(shard_path(out, index).read_bytes())


def _empty(out: Path, index: int) -> dict[str, int]:
    names = [f"images/{index:06d}.jpg", f"depth/{index:06d}.exr", f"segmentation/{index:06d}.png"]
    for name in names:
        (out / name).write_bytes(b"")
    return dict.fromkeys(names, 0)


if __name__ == "__main__":
    main()
