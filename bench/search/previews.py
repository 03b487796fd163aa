"""Previews of conf/space/wide.yaml by two workers: `python -m bench.search.previews [SCENES]`.

They run in a process of its own, as `make align` starts them; what it and its workers hold is read
from outside while they do. Pages that several processes share count in each one's resident memory,
and once in the sum of proportional shares.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from omegaconf import OmegaConf

from alignment.align.brief.default_scenes import baselines_of
from alignment.align.brief.real_set import load_real
from alignment.align.brief.settings import settings_from
from alignment.align.pool.grid import GridPoint, Rounds
from alignment.align.pool.previews import Previewed, Probing, preview_pool
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.pool.space import broad, points_of
from alignment.samples.sample import Sample
from assets.catalogue import load_catalogue
from bench.scenes import composed, seconds
from bench.workers.memory import family
from scenes.processes.hands import Hands

WORKERS = 2
SCENES = 50_000
POLL_S = 0.3


def main() -> None:
    """Print how fast, and how much memory all processes had at most."""
    scenes = int(sys.argv[1]) if len(sys.argv) > 1 else SCENES
    load = os.getloadavg()[0]
    words = [
        sys.executable,
        "-c",
        f"from bench.search.previews import previewed; previewed({scenes})",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as run:
        first_mb, worker_mb, all_mb = _watched(run)
        told = json.loads(run.stdout.read()) if run.stdout else {}
    sys.stdout.write(
        f"Previews: {scenes:,} scenes of conf/space/wide.yaml by {WORKERS} workers in "
        f"{told['s']:.1f} s, {scenes / told['s']:.0f} a second ({told['shown']:,} show an object); "
        f"CPU of all processes {told['cpu_s']:.0f} s, {1e3 * told['cpu_s'] / scenes:.2f} ms a "
        f"scene; load average {load:.1f} before\nMemory at most, MB: {first_mb:.0f} the first "
        f"process, {worker_mb:.0f} the largest worker, {all_mb:.0f} all together\n"
    )


def previewed(scenes: int) -> None:
    """Preview scenes of the embedded set's space, and print what it took as JSON."""
    preview = _preview(scenes)
    found: list[tuple[Previewed, ...]] = []
    began = sum(os.times()[:4])
    took_s = seconds(lambda: found.append(preview()))
    sys.stdout.write(json.dumps({
        "s": took_s, "cpu_s": sum(os.times()[:4]) - began, "shown": len(ScenePool.of(found[0])),
    }))  # fmt: skip


def _preview(scenes: int) -> Callable[[], tuple[Previewed, ...]]:
    settings = settings_from(OmegaConf.create(dict(composed("align", "preset=none", "real=null"))))
    each, catalogue = settings.pool.scenes_per_config, load_catalogue(settings.variants)
    real, names = load_real(settings, catalogue), settings.target.attributes
    how = Probing(
        variants=settings.variants, meshes=None, policy=settings.labels.policy,
        long_side_px=settings.preview_long_side_px, attributes=names,
        spread=Sample.of(real.table, names).values.std(axis=0), run_seed=0, categories={},
        rounds=Rounds(first_scenes=each, most_scenes=each, tolerance=1.0),
    )  # fmt: skip
    coordinates = broad(np.random.default_rng(0), settings.space, scenes // each)
    points = points_of(baselines_of(settings, real, catalogue), settings.space, coordinates, 0)
    return lambda: _with_workers(points, how)


def _with_workers(points: Sequence[GridPoint], how: Probing) -> tuple[Previewed, ...]:
    with Hands(WORKERS) as hands:
        return preview_pool(how, hands, points, 0, lambda *_: None)


def _watched(run: subprocess.Popen[str]) -> tuple[float, float, float]:
    """Return the most MB of the process, of one of its children, and of all without repetition."""
    most = (0.0, 0.0, 0.0)
    while run.poll() is None:
        held = {pid: _held_mb(pid) for pid in family(run.pid)}
        workers = [resident for pid, (resident, _) in held.items() if pid != run.pid]
        now = (held[run.pid][0], max(workers, default=0.0), sum(own for _, own in held.values()))
        most = (max(most[0], now[0]), max(most[1], now[1]), max(most[2], now[2]))
        time.sleep(POLL_S)
    return most


def _held_mb(pid: int) -> tuple[float, float]:
    """Return resident memory and its proportional share, MB; zeros of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    told = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return told.get("Rss:", 0.0), told.get("Pss:", 0.0)


if __name__ == "__main__":
    main()
