"""The walk of `make judge`: read and hold apart, train, judge, tell."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from alignment.command.stages import Stages
from alignment.detection.detector import Detector
from alignment.detection.detectors.registry import detector_of
from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.page.page import write_page
from alignment.detection.runs.all_arms import How, train_arms
from alignment.detection.runs.arms import arms_of
from alignment.detection.settings import JudgeSettings
from alignment.detection.shown.sets import bring
from alignment.detection.verdict.judge import judged
from scenes.files.atomic import make_folder
from scenes.files.lock import locked


def judge(
    settings: JudgeSettings, stages: Stages, make: Callable[[], Detector] | None = None
) -> Path:
    """Run the walk; return the page. Raises UserError of many kinds.

    make: the detector, other than the settings' own; it can be pickled.
    """
    stages.begin("reading")
    brought = bring(settings)
    for note in brought.notes:
        stages.say(note)
    make = make or partial(detector_of, settings.detector)
    out = settings.out or Path("out") / f"{brought.real.name}-judge"
    make_folder(out)
    with locked(out):
        how = How(
            make=make, identity=make().identity, on_gpu=on_gpu(settings.detector), out=out,
            settings=settings.training, stages=stages,
        )  # fmt: skip
        arms = arms_of(brought, settings.training)
        trained = train_arms(arms, brought.unseen, settings.seeds, how)
        found = judged(brought, trained, settings, stages)
        page = write_page(out, found)
    for line in found.lines():
        stages.say(line)
    stages.say(f"report: {page}")
    return page


def on_gpu(detector: DetectorSettings) -> bool:
    """Return whether trainings share a GPU. Torch is there only where a detector has loaded it."""
    torch: Any = sys.modules.get("torch")
    if torch is None or detector.loop.device == "cpu":
        return False
    return bool(torch.cuda.is_available())
