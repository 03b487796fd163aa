"""A previewed frame beside the same frame by a z-buffer in numpy, on one thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from assets.catalogue import Catalogue
from bench.scenes import SIZES_PX, Studio, seconds
from bench.search.numpy_zbuffer import numpy_zbuffer
from scenes.labels.previewer import Previewer
from scenes.model.scene import Scene
from scenes.preview.preview import preview

FRAMES = 24
ROUNDS = 9


@dataclass(frozen=True, kw_only=True)
class PreviewTimes:
    """Median seconds a frame, one entry a size of SIZES_PX. triangles: of the median scene.

    searched_s: sampling, preview, labels and table: all that a search pays for a scene.
    preview_s: ids, depth and amodal counts alone. numpy_s: ids and depth alone.
    """

    triangles: int
    sampled_s: Sequence[float]
    searched_s: Sequence[float]
    preview_s: Sequence[float]
    numpy_s: Sequence[float]


def preview_times(studio: Studio) -> PreviewTimes:
    """Measure in rounds that take turns, so that a busy machine slows all of them alike."""
    seeds, sampler = studio.seeds(FRAMES), studio.sampler
    scenes = [sampler.sample(seed, dressed=False) for seed in seeds]

    def sampled() -> list[Scene]:
        return [sampler.sample(seed, dressed=False) for seed in seeds]

    found = []
    for size_px in SIZES_PX:
        previewer = Previewer(studio.catalogue, studio.policy, size_px[0])
        found.append(
            _in_turns(
                sampled,
                lambda p=previewer: p.table(sampled()),  # type: ignore[misc]  # bound at once
                lambda s=size_px: _each(preview, scenes, studio.catalogue, s),  # type: ignore[misc]
                lambda s=size_px: _each(numpy_zbuffer, scenes, studio.catalogue, s),  # type: ignore[misc]
            )
        )
    sampled_s, searched_s, preview_s, numpy_s = zip(*found, strict=True)
    return PreviewTimes(
        triangles=int(np.median([studio.triangles(scene) for scene in scenes])),
        sampled_s=sampled_s, searched_s=searched_s, preview_s=preview_s, numpy_s=numpy_s,
    )  # fmt: skip


def _each(
    shown: Callable[[Scene, Catalogue, tuple[int, int]], object],
    scenes: Sequence[Scene],
    catalogue: Catalogue,
    size_px: tuple[int, int],
) -> None:
    """Show every scene, letting go of each picture as a search does: fresh memory costs time."""
    for scene in scenes:
        shown(scene, catalogue, size_px)


def _in_turns(*works: Callable[[], object]) -> tuple[float, ...]:
    """Return the median seconds a frame of each, after one round that does not count."""
    with threadpool_limits(1):
        rounds = [[seconds(work) / FRAMES for work in works] for _ in range(ROUNDS + 1)]
    return tuple(float(s) for s in np.median(rounds[1:], axis=0))
