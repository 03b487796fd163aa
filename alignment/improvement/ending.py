"""The end: the improved set on the test photos, against as many images without the tilt."""

from collections.abc import Sequence
from pathlib import Path

from alignment.detection.scoring.bootstrap import difference
from alignment.detection.verdict.standing import FIRST
from alignment.improvement.loop import Loop, Part, Stage
from alignment.improvement.record import CONTROL, FIRST_SET, IMPROVED, Ending, Round
from alignment.joining.joined import Part as Joined
from alignment.joining.joined import join

SET_FOLDER, CONTROL_FOLDER = "set", "control"


def ended(loop: Loop, rounds: Sequence[Round], stage: Stage) -> Ending:
    """Render the control, write both sets, and judge them once on the test photos."""
    apart, out = loop.apart, loop.how.out
    untilted = [
        _control(loop, one, part) for one, part in zip(rounds, stage.parts[1:], strict=True)
    ]
    control = (stage.parts[0], *untilted)
    for folder, parts in ((SET_FOLDER, stage.parts), (CONTROL_FOLDER, control)):
        joined = {part.name: Joined.of(part.folder) for part in parts}
        join(joined, apart.names, apart.record, out / folder)
    loop.stages.begin("judging")
    arms = {FIRST_SET: stage.parts[:1], IMPROVED: stage.parts, CONTROL: control}
    stood = loop.stand(list(arms.items()), apart.unseen, apart.truth)
    standings = dict(zip(arms, stood, strict=True))
    resampling = loop.resampling(apart.truth)
    pairs = ((IMPROVED, CONTROL), (IMPROVED, FIRST_SET), (CONTROL, FIRST_SET))
    return Ending(
        images={name: sum(len(one.labelled.annotated.images) for one in parts)
                for name, parts in arms.items()},
        scores={name: one.estimate(FIRST, resampling) for name, one in standings.items()},
        differences={
            f"{one} - {other}": difference(
                standings[one].sampled[FIRST], standings[other].sampled[FIRST], resampling
            )
            for one, other in pairs
        },
        same=not any(one.tilted for one in rounds),
    )  # fmt: skip


def _control(loop: Loop, one: Round, part: Part) -> Part:
    """Return a round's scenes without its tilt: the same ones where it had none."""
    if not one.tilted:
        return part
    folder: Path = loop.scenes(one.number, None, part.folder)
    return loop.part(f"control {one.number}", folder)
