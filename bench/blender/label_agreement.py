"""Whether labels could come from the preview in place of Cycles: its ids and depth at full size.

    python -m bench.blender.label_agreement SET ...

SETs are rendered ones of procedural assets. A pixel is of a rim where Cycles' ids change within a
pixel of it. Objects are those with at least LEAST_PX pixels in either.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"  # read when OpenCV is loaded
import cv2
import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue, load_catalogue
from bench.tables import table
from scenes.model.scene import Scene
from scenes.plan.plan import Plan
from scenes.preview.preview import preview, visible_objects

LEAST_PX, VARIANTS = 16, 4
_RIM = np.ones((3, 3), np.uint8)
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """One scene.

    pixels: in all, that differ, and that differ off a rim. beyond: pixels to which Cycles gives a
    depth and the preview none. box_off_px: of each object, at its worst edge, -1 where only one
    shows it. mask_iou: of each that both show. depth_off_m: where ids are equal.
    """

    pixels: IntArray
    beyond: int
    box_off_px: IntArray
    mask_iou: npt.NDArray[np.float64]
    depth_off_m: npt.NDArray[np.float32]


def main() -> None:
    """Print the agreement over the scenes of all sets."""
    if not sys.argv[1:]:
        sys.exit(__doc__)
    catalogue = load_catalogue(VARIANTS)
    found = [one for name in sys.argv[1:] for one in _of_set(Path(name), catalogue)]
    sys.stdout.write(told(found))


def told(found: Sequence[Agreement]) -> str:
    """Return the table."""
    all_px, differ, off_rim = np.sum([one.pixels for one in found], axis=0)
    same = sum(one.pixels[1] == 0 for one in found)
    boxes = np.concatenate([one.box_off_px for one in found])
    iou = np.concatenate([one.mask_iou for one in found])
    depth = np.concatenate([one.depth_off_m for one in found])
    beyond = sum(one.beyond for one in found)
    rows = [
        ("scenes without a differing id", f"{same} of {len(found)}"),
        ("ids that differ", f"{differ / all_px:.4%} of pixels, {off_rim / all_px:.4%} off a rim"),
        ("boxes that are equal", f"{np.mean(boxes == 0):.1%} of {len(boxes)}"),
        ("boxes off by 1 px; by more; seen by one alone",
         f"{np.sum(boxes == 1)}; {np.sum(boxes > 1)}; {np.sum(boxes < 0)}"),
        ("IoU of masks: median, 1st percentile, least",
         f"{np.median(iou):.5f}, {np.percentile(iou, 1):.4f}, {iou.min():.3f}"),
        ("depth off, same id: median, 99th percentile, most",
         f"{np.median(depth):.1e} m, {np.percentile(depth, 99):.1e} m, {depth.max():.2f} m"),
        ("pixels of ground, walls and the like: depth from Cycles alone", f"{beyond / all_px:.1%}"),
    ]  # fmt: skip
    return table("**Labels by the preview and by Cycles**", ("", "agreement"), rows)


def _of_set(folder: Path, catalogue: Catalogue) -> Iterator[Agreement]:
    for planned in Plan.read(folder / "plan.jsonl").scenes:
        ids = folder / "segmentation" / f"{planned.index:06d}.png"
        if ids.is_file():
            depth_m = cv2.imread(str(folder / "depth" / f"{planned.index:06d}.exr"), -1)
            yield compared(planned.scene, catalogue, (cv2.imread(str(ids), -1), depth_m))


def compared(
    scene: Scene,
    catalogue: Catalogue,
    rendered: tuple[npt.NDArray[Any], npt.NDArray[Any]],
) -> Agreement:
    """Return how a scene's preview agrees with ids and depth as rendered."""  # fmt: skip
    ids, depth_m = rendered[0].astype(np.int32), rendered[1].reshape(rendered[0].shape)
    shown = preview(scene, catalogue, scene.camera.resolution_px)
    rim = cv2.dilate(ids.astype(np.uint16), _RIM) != cv2.erode(ids.astype(np.uint16), _RIM)
    differ = ids != shown.instances
    both = ~differ & (ids > 0)
    ours, theirs = (
        visible_objects(one, depth, len(scene.objects))
        for one, depth in ((shown.instances, shown.depth_m), (ids, depth_m))
    )
    seen = np.flatnonzero(np.maximum(ours.px, theirs.px) >= LEAST_PX)
    common = [np.count_nonzero(both & (ids == n + 1)) for n in seen]
    off = np.abs(ours.box[seen] - theirs.box[seen]).max(axis=1, initial=0)
    alone = np.minimum(ours.px[seen], theirs.px[seen]) == 0
    union = ours.px[seen] + theirs.px[seen] - common
    return Agreement(
        pixels=np.array([ids.size, differ.sum(), (differ & ~rim).sum()]),
        beyond=int(((depth_m < 1e6) & ~np.isfinite(shown.depth_m)).sum()),
        box_off_px=np.where(alone, -1, off), mask_iou=(np.array(common) / union)[~alone],
        depth_off_m=np.abs(depth_m - shown.depth_m)[both],
    )  # fmt: skip


if __name__ == "__main__":
    main()
