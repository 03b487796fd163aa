"""The end: the improved set on the test photos, against as many images without the tilt."""

from collections.abc import Sequence
from pathlib import Path

from alignment.detection.scoring.bootstrap import difference
from alignment.detection.verdict.standing import FIRST
from alignment.improvement.loop import Loop, Stage
from alignment.improvement.parts import Part
from alignment.improvement.record import CONTROL, FIRST_SET, IMPROVED, Ending, Round
from alignment.joining.joined import Part as Joined
from alignment.joining.joined import join

SET_FOLDER, CONTROL_FOLDER = "set", "control"


def ended(loop: Loop, rounds: Sequence[Round], reached: Sequence[Stage]) -> Ending:
    """Render the control, write both sets, and judge them once on the test photos.

    reached: after the first set, and after each round.
    """
    apart, out = loop.apart, loop.how.out
    first, last = reached[0], reached[-1]
    control = _control(loop, rounds, reached)
    arms = {FIRST_SET: first.parts, IMPROVED: last.parts, CONTROL: control.parts}
    for folder, parts in ((SET_FOLDER, last.parts), (CONTROL_FOLDER, control.parts)):
        joined = {part.name: Joined.of(part.folder) for part in parts}
        join(joined, apart.names, apart.record, out / folder)
    loop.stages.begin("judging")
    standings = loop.judged({FIRST_SET: first, IMPROVED: last, CONTROL: control})
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
        same=not any(one.steered for one in rounds),
    )  # fmt: skip


def _control(loop: Loop, rounds: Sequence[Round], reached: Sequence[Stage]) -> Stage:
    """Return where the rounds lead without their tilts: from the same weights, by the same steps.

    Where trainings begin anew, the rounds between are not trained: nothing would go on from them.
    """
    control = reached[0]
    for one, before, after in zip(rounds, reached, reached[1:], strict=False):
        new = after.parts[len(before.parts) :]
        parts = (*control.parts, *_untilted(loop, one, new))
        if loop.goes_on:
            control = loop.trained(f"control, round {one.number}", parts, control)
        else:
            control = Stage(parts=parts, standing=control.standing, weights={})
    return control


def _untilted(loop: Loop, one: Round, new: Sequence[Part]) -> Sequence[Part]:
    """Return as many scenes without tilt or leaving targets out: the same ones where it did not.

    Leaving targets out is a part of what failures steer, so the control has them in all images.
    """
    if not one.steered:
        return new
    folder: Path = loop.scenes(one.number, None, new[0].folder)
    return (loop.part(f"control {one.number}", folder),)
