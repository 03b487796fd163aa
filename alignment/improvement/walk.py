"""The walk of `make improve`: hold apart, then round by round, then the test."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from alignment.command.stages import Stages
from alignment.detection.detector import Detector, GoesOn
from alignment.detection.detectors.registry import detector_of
from alignment.detection.runs.all_arms import How
from alignment.detection.walk import on_gpu
from alignment.improvement.ending import ended
from alignment.improvement.failing.causes import RealBoxes
from alignment.improvement.looks import looks_of
from alignment.improvement.loop import Loop, Stage, round_of
from alignment.improvement.page import write_page
from alignment.improvement.parts import measured_real
from alignment.improvement.photos.apart import Apart, hold_apart
from alignment.improvement.photos.exposed_set import FOLDER, write_exposed
from alignment.improvement.photos.listed import listed
from alignment.improvement.record import Improved, Round, difference_in_words
from alignment.improvement.scenes import Make, Wanted, align, parted
from alignment.improvement.settings import ImproveSettings
from scenes.files.atomic import make_folder
from scenes.files.lock import locked

EXPECT = (
    "what to expect: on photos of cups and of bags, three rounds did no better on test photos than "
    "as many scenes without steering (docs/improve.md); the control is told at the end"
)


def improve(
    settings: ImproveSettings, stages: Stages, detector: Callable[[], Detector] | None = None,
    make: Make = align,
) -> Path:  # fmt: skip
    """Run the walk; return the page. Raises UserError of many kinds.

    detector: other than the settings' own; it can be pickled. make: renders a round's scenes.
    """
    stages.begin("reading")
    apart = hold_apart(settings)
    for note in apart.notes:
        stages.say(note)
    stages.say(EXPECT)
    out = settings.out or Path("out") / f"{apart.real.name}-improved"
    make_folder(out)
    with locked(out):
        loop = _loop(settings, apart, (out, stages), detector, make)
        rounds, why, reached = _rounds(loop)
        ending = ended(loop, rounds, reached)
        page = write_page(out, Improved(
            real_name=apart.real.name, told=_told(loop), notes=apart.notes,
            rounds=rounds, why=why, ending=ending,
        ))  # fmt: skip
    for line in ending.lines:
        stages.say(line)
    stages.say(f"report: {page}")
    return page


def _loop(
    settings: ImproveSettings, apart: Apart, place: tuple[Path, Stages],
    detector: Callable[[], Detector] | None, make: Make,
) -> Loop:  # fmt: skip
    out, stages = place
    apart.record.write(out / "plan.jsonl")
    towards = listed(settings, apart)
    if towards.note:
        stages.say(towards.note)
    fit = detector or partial(detector_of, settings.detector)
    digest, made = write_exposed(apart.exposed, out / FOLDER), fit()
    stages.begin("measuring boxes")
    return Loop(
        settings=settings, apart=apart, make=make, stages=stages, goes_on=_goes_on(made, settings),
        listed=towards,
        how=How(
            make=fit, identity=made.identity, on_gpu=on_gpu(settings.detector), out=out,
            settings=settings.training, stages=stages,
        ),
        wanted=Wanted(
            real=out / FOLDER, digest=digest, categories=apart.names, images=settings.images,
            preset=settings.preset, seed=settings.seed, judging=apart.judging,
            words=parted(settings.align),
            beside={"inferred": settings.inferred, "meshes": settings.meshes,
                    "fragments.folder": settings.fragments},
        ),
        real=RealBoxes(
            exposed=measured_real(apart.exposed, settings),
            validation=measured_real(apart.validation.annotated, settings),
            looks=looks_of(settings, apart, stages),
        ),
    )  # fmt: skip


def _goes_on(made: Detector, settings: ImproveSettings) -> bool:
    return settings.training.go_on and isinstance(made, GoesOn)


def _rounds(loop: Loop) -> tuple[tuple[Round, ...], str, tuple[Stage, ...]]:
    """Return the rounds, why there are no more, and where the first set and each of them led."""
    settings, stages = loop.settings, loop.stages
    if settings.training.go_on and not loop.goes_on:
        stages.say("this detector leaves no weights to go on from: each round trains it anew")
    first = loop.part("first set", settings.set or loop.scenes(0, None))
    reached = [loop.trained("the first set", (first,), None)]
    rounds: list[Round] = []
    while len(rounds) < settings.rounds:
        told, stage = round_of(loop, len(rounds) + 1, reached[-1])
        rounds.append(told)
        reached.append(stage)
        for line in told.lines:
            stages.say(line)
        if settings.stop and told.gain.decided < 1 and len(rounds) < settings.rounds:
            bought = difference_in_words(told.gain)
            why = f"stopped after round {told.number}: what it bought, {bought}, may be nothing"
            stages.say("OPTIONS=stop=false makes all rounds")
            break
    else:
        why = f"all rounds were made: {settings.rounds}"
    stages.say(why)
    return tuple(rounds), why, tuple(reached)


def _told(loop: Loop) -> dict[str, str | int | float]:
    settings, apart, how = loop.settings, loop.apart, loop.settings.detector.loop
    further = f"{settings.training.round_steps} more each round" if loop.goes_on else "anew each"
    return {
        **{f"{part} photos": len(names) for part, names in apart.record.images.items()},
        "photos that judge": len(apart.unseen), "categories": ", ".join(apart.names),
        "images a round": settings.images, "detector": settings.detector.name,
        "budget": f"{how.steps} steps of {how.batch} at {how.side_px} px, {further}",
        "seeds": ", ".join(map(str, settings.seeds)), "resamples": settings.draws,
        **({"list": loop.listed.note} if loop.listed.note else {}),
        "images without targets": f"{settings.negatives.share:.0%} of a round at most",
    }  # fmt: skip
