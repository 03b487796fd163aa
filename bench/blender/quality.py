"""How near a picture comes to the truth for what it costs. Imported inside Blender only.

Every setting renders the same staged scenes in colour alone. Costs are processor seconds of this
process, which others on the machine change less than they change the clock.
"""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt
from blenderproc.python.utility.DefaultConfig import DefaultConfig
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from bench.blender.frame import preset_settings
from bench.scenes import Studio
from render.asked.quality import Quality
from render.blender import session
from render.capturing.capture import (
    capture,
    exposure_stops,
    rendered_light,
    seen_light,
    set_colour,
    toned,
)
from render.staging.stage import stage
from scenes.model.scene import Scene
from scenes.optics.colour import srgb

KEPT_FRAMES, KEPT_SIZE_PX = 8, (160, 120)
REFERENCE_BOUNCES = 32
Light = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """conf/quality/standard with settings of it changed, and then Blender's own below the scene."""

    quality: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    def render(self, scene: Scene, standard: Quality) -> Light:
        """Return linear RGB of the staged scene."""
        set_colour(scene, replace(standard, **self.quality))
        kept = {path: bpy.context.scene.path_resolve(path) for path in self.own}
        _assign(self.own)
        light = rendered_light(cut_out=False)
        _assign(kept)
        return light


def _bounces(most: int, diffuse: int) -> Mapping[str, int]:
    return {"max_bounces": most, "diffuse_bounces": diffuse, "glossy_bounces": diffuse,
            "transmission_bounces": most}  # fmt: skip


VARIANTS = {
    "samples 8": Variant(quality={"samples": 8}),
    "samples 16": Variant(quality={"samples": 16}),
    "samples 64": Variant(quality={"samples": 64}),
    "samples 128, threshold 0.01": Variant(quality={"samples": 128, "noise_threshold": 0.01}),
    "threshold 0.1, from 8 samples on": Variant(
        quality={"noise_threshold": 0.1}, own={"cycles.adaptive_min_samples": 8}),
    "samples 64, threshold 0.1, from 16 on": Variant(
        quality={"samples": 64, "noise_threshold": 0.1}, own={"cycles.adaptive_min_samples": 16}),
    "adaptive sampling off": Variant(quality={"noise_threshold": 0.0}),
    "denoiser none": Variant(quality={"denoiser": "none"}),
    "denoiser without albedo, normal": Variant(own={"cycles.denoising_input_passes": "RGB"}),
    "denoiser, guides as they are": Variant(quality={"guides": "raw"}),
    "denoiser, guides prefiltered fast": Variant(quality={"guides": "fast"}),
    "bounces 2": Variant(quality=_bounces(2, 2)),
    "bounces 4, diffuse and glossy 2": Variant(quality=_bounces(4, 2)),
    "bounces 6, diffuse and glossy 3": Variant(quality=_bounces(6, 3)),
    "bounces 8, diffuse and glossy 4": Variant(quality=_bounces(8, 4)),
    "light tree": Variant(own={"cycles.use_light_tree": True}),
    "samples 12, guides fast": Variant(quality={"samples": 12, "guides": "fast"}),
    "samples 8, guides fast": Variant(quality={"samples": 8, "guides": "fast"}),
    "samples 8, guides fast, ambient after 3": Variant(
        quality={"samples": 8, "guides": "fast", "ambient_after": 3}),
    "samples 8, guides fast, ambient after 1": Variant(
        quality={"samples": 8, "guides": "fast", "ambient_after": 1}),
    "samples 8, denoiser balanced": Variant(
        quality={"samples": 8}, own={"cycles.denoising_quality": "BALANCED"}),
    "BVH without spatial splits": Variant(own={"cycles.debug_use_spatial_splits": False}),
}  # fmt: skip

FAST, BALANCED = {"guides": "fast"}, {"cycles.denoising_quality": "BALANCED"}
CHEAPER = {
    "samples 8, guides fast": Variant(quality={**FAST, "samples": 8}),
    "samples 9, guides fast": Variant(quality={**FAST, "samples": 9}),
    "samples 10, guides fast": Variant(quality={**FAST, "samples": 10}),
    "samples 10, guides as they are": Variant(quality={"samples": 10, "guides": "raw"}),
    "samples 8, denoiser balanced": Variant(quality={"samples": 8}, own=BALANCED),
    "samples 10, denoiser balanced": Variant(quality={"samples": 10}, own=BALANCED),
    "samples 10, guides fast, denoiser balanced": Variant(
        quality={**FAST, "samples": 10}, own=BALANCED),
    "samples 34, guides fast": Variant(quality={**FAST, "samples": 34}),
}  # fmt: skip

CLAMPED = {"cycles.sample_clamp_indirect": 3.0}
NO_CAUSTICS = {"cycles.caustics_reflective": False, "cycles.caustics_refractive": False}
BOTH: Mapping[str, Any] = {**CLAMPED, **NO_CAUSTICS}
LIGHT = {
    "draft, again": Variant(quality={"samples": 8}),
    "indirect light clamped": Variant(quality={"samples": 8}, own=CLAMPED),
    "caustics off": Variant(quality={"samples": 8}, own=NO_CAUSTICS),
    "both": Variant(quality={"samples": 8}, own=BOTH),
    "both, samples 10": Variant(quality={"samples": 10}, own=BOTH),
    "both, samples 10, denoiser balanced": Variant(
        quality={"samples": 10}, own={**BOTH, **BALANCED}),
    "both, samples 12, denoiser balanced": Variant(
        quality={"samples": 12}, own={**BOTH, **BALANCED}),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is rendered in which ways. scenes: by background. theirs: samples of BlenderProc's."""

    size_px: tuple[int, int]
    scenes: Mapping[str, int]
    reference_samples: int
    presets: Sequence[str]
    variants: Mapping[str, Variant]
    theirs: Sequence[int]


TRIALS = {
    "presets": Trial(
        size_px=(160, 120), scenes={"room": 2, "hdri": 1}, reference_samples=1024,
        presets=("sketch", "draft", "standard", "final"), variants=VARIANTS,
        theirs=(4, 16, 64, 256),  # the cost of every preset lies between
    ),
    "drafts": Trial(
        size_px=(320, 240), scenes={"room": 2, "hdri": 2}, reference_samples=512,
        presets=("draft", "standard"), variants=CHEAPER, theirs=(8, 16, 32),
    ),
    "light": Trial(
        size_px=(320, 240), scenes={"room": 4, "hdri": 4}, reference_samples=512,
        presets=("draft",), variants=LIGHT, theirs=(16, 32),
    ),
    "rooms": Trial(
        size_px=(320, 240), scenes={"room": 12}, reference_samples=256,
        presets=("draft",), variants={}, theirs=(16, 32, 64, 128),
    ),
}  # fmt: skip


def measured_persistence(_: Path, __: Sequence[str]) -> Mapping[str, Any]:
    """Return what a frame costs without and with Blender's persistent data."""
    return {str(on): _kept(on) for on in (False, True)}


def _kept(on: bool) -> Mapping[str, float]:
    """Return processor seconds a frame, labels included, and MB gained over the last of them."""
    studio, quality = Studio.of_conf("background=room"), preset_settings("standard").quality
    bpy.context.scene.render.use_persistent_data = on
    costs, resident_mb = [], []
    for scene in studio.scenes(KEPT_FRAMES, KEPT_SIZE_PX):

        def frame(scene: Scene = scene) -> None:
            session.reset()
            stage(scene, studio.catalogue, dressed=True)
            capture(scene, quality)

        costs.append(_costing(frame)[1])
        resident_mb.append(_resident_mb())
    return {"cost_s": float(np.mean(costs[1:])), "gained_mb": resident_mb[-1] - resident_mb[1]}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measured_quality(_: Path, trial_name: Sequence[str]) -> Mapping[str, Any]:
    """Return per setting the cost, PSNR and SSIM against the reference, scene by scene."""
    trial = TRIALS[trial_name[0]]
    standard = preset_settings("standard").quality
    ways: dict[str, Callable[[Scene], Light]] = {
        **{name: _preset(name) for name in trial.presets},
        **{name: partial(v.render, standard=standard) for name, v in trial.variants.items()},
        **{f"BlenderProc {n}": lambda _, n=n: _theirs(n) for n in trial.theirs},  # type: ignore[misc]  # bound at once
    }
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in (*ways, "reference")}
    for scene in _staged(trial):
        seen_light(scene, standard)  # loads what is loaded once
        halves, reference_s = _costing(lambda s=scene: _halves(s, trial.reference_samples))  # type: ignore[misc]  # bound at once
        truth = np.mean(halves, axis=0)
        stops = exposure_stops(truth, standard.metering)
        pictures = [_shown(one, stops, standard) for one in (truth, *halves)]
        found["reference"].append(_told(reference_s, pictures[1], pictures[2]))
        for name, way in ways.items():
            light, cost_s = _costing(lambda w=way, s=scene: w(s))  # type: ignore[misc]  # bound at once
            found[name].append(_told(cost_s, pictures[0], _shown(light, stops, standard)))
    return found


def _preset(name: str) -> Callable[[Scene], Light]:
    quality = preset_settings(name).quality
    return lambda scene: seen_light(scene, quality)


def _staged(trial: Trial) -> Iterator[Scene]:
    """Yield every scene while it is staged."""
    for background, number in trial.scenes.items():
        studio = Studio.of_conf(f"background={background}")
        for scene in studio.scenes(number, trial.size_px):
            session.reset()
            stage(scene, studio.catalogue, dressed=True)
            yield scene


def _halves(scene: Scene, samples: int) -> list[Light]:
    """Return two pictures of half the reference's samples each, without denoising."""
    told = {**vars(preset_settings("final").quality), **_bounces(*[REFERENCE_BOUNCES] * 2)}
    told |= {"samples": samples // 2, "noise_threshold": 0.0, "denoiser": "none"}
    quality = Quality(**told)
    return [seen_light(replace(scene, seed=scene.seed + more), quality) for more in (1, 2)]


def _theirs(samples: int) -> Light:
    """Render by what BlenderProc sets by default, but for the number of samples."""
    bproc.renderer.set_max_amount_of_samples(samples)
    bproc.renderer.set_noise_threshold(DefaultConfig.sampling_noise_threshold)
    bproc.renderer.set_denoiser(DefaultConfig.denoiser)
    bproc.renderer.toggle_light_tree(False)
    bproc.renderer.set_light_bounces(
        DefaultConfig.diffuse_bounces, DefaultConfig.glossy_bounces,
        DefaultConfig.ao_bounces_render, DefaultConfig.max_bounces,
        DefaultConfig.transmission_bounces, DefaultConfig.transparency_bounces,
        DefaultConfig.volume_bounces,
    )  # fmt: skip
    bpy.context.scene.render.use_compositing = True
    return rendered_light(cut_out=False)


def _assign(told: Mapping[str, Any]) -> None:
    for path, value in told.items():
        owner, name = path.rsplit(".", 1)
        setattr(bpy.context.scene.path_resolve(owner), name, value)


def _costing(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _shown(light: Light, stops: float, quality: Quality) -> npt.NDArray[np.uint8]:
    return srgb(toned(light * np.float32(2.0**stops), quality))


def _told(
    cost_s: float, truth: npt.NDArray[np.uint8], shown: npt.NDArray[np.uint8]
) -> Mapping[str, float]:
    psnr = peak_signal_noise_ratio(truth, shown)  # type: ignore[no-untyped-call]  # skimage's
    ssim = structural_similarity(truth, shown, channel_axis=-1)  # type: ignore[no-untyped-call]
    return {"cost_s": cost_s, "psnr": float(psnr), "ssim": float(ssim)}
