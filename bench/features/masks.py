"""How near each masking method comes to true masks: `python -m bench.features.masks SET [BOXES]`.

SET has photos and masks, as a rendered one has: a COCO file or folder. Its masks judge, no method
sees them; boxes below cut.small_px are left out.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from alignment.fragments.cutting import crop_of, view_of
from alignment.fragments.masking.choose import Candidate, candidates
from alignment.fragments.masking.registry import MaskingSettings, maskers_of
from alignment.fragments.masking.score import iou
from alignment.fragments.masking.view import Mask, View
from alignment.fragments.settings import CutSettings
from bench.scenes import composed
from bench.tables import table
from scenes.config.from_mapping import from_mapping
from scenes.formats.read import read_real
from scenes.sets.masks import decoded, sampled
from scenes.sets.photos import read_rgb

BOXES = 100
CHOSEN, DOUBTFUL, SURE, BOX = (
    "chosen by score",
    "  of these, doubtful",
    "  of these, sure",
    "the box",
)


@dataclass(kw_only=True)
class Overlaps:
    """IoU with the true mask, by method."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, found: Mask | None, true: Mask) -> None:
        """Count one mask; none found overlaps nothing."""
        self.of.setdefault(name, []).append(0.0 if found is None else iou(found, true))

    def rows(self) -> list[list[str]]:
        """Return a row a method: masks, mean, median, share at 0.8 and above."""
        return [
            [name, str(len(told)), f"{np.mean(told):.3f}", f"{np.median(told):.3f}",
             f"{np.mean(np.array(told) >= 0.8):.0%}"]
            for name, told in self.of.items()
        ]  # fmt: skip


def main() -> None:
    """Print the table."""
    path, most = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else BOXES
    told = composed("fragments", "real=x")
    masking = from_mapping(MaskingSettings, told["masking"])
    cut = from_mapping(CutSettings, told["cut"])
    found = Overlaps()
    maskers = maskers_of(masking)
    for _, (view, true) in zip(range(most), _views(path, cut), strict=False):
        seen = candidates(view, maskers, masking.long_side_px)
        _count(found, view, true, seen, masking.doubtful_below)
    head = ["mask", "boxes", "mean IoU", "median", "IoU of 0.8 and above"]
    sys.stdout.write(table(f"Masks of {path.name}", head, found.rows()))


def _count(
    found: Overlaps, view: View, true: Mask, seen: tuple[Candidate, ...], doubtful_below: float
) -> None:
    by_name = {one.source: sampled(one.mask, (true.shape[0], true.shape[1])) for one in seen}
    found.add(BOX, view.inside, true)
    for name in ("grabcut", "clusters", "both"):
        found.add(name, by_name.get(name), true)
    best = by_name[seen[0].source] if seen else None
    found.add(CHOSEN, best, true)
    sure = bool(seen) and seen[0].score.value >= doubtful_below
    found.add(SURE if sure else DOUBTFUL, best, true)


def _views(path: Path, cut: CutSettings) -> Iterator[tuple[View, Mask]]:
    annotated = read_real(path, format="coco")
    for image in annotated.images:
        own = [one for one in annotated.annotations if one.image_id == image.id]
        if image.path is None:
            continue
        rgb = read_rgb(image.path, (image.width_px, image.height_px))
        for one in own:
            true = decoded(one, image)
            if true is None or min(one.bbox[2:]) < cut.small_px:
                continue
            crop = crop_of(one.bbox, (rgb.shape[1], rgb.shape[0]), cut.margin)
            boxes = [
                (x - crop.left, y - crop.top, w, h)
                for x, y, w, h in (other.bbox for other in (one, *own))
            ]
            others = [box for box in boxes[1:] if box != boxes[0]]
            pixels = np.ascontiguousarray(crop.of(rgb), dtype=np.uint8)
            yield view_of(pixels, boxes[0], others), np.asarray(crop.of(true), dtype=np.bool_)


if __name__ == "__main__":
    main()
