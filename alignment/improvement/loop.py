"""One round: see what fails, lean the target towards it, render, train again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.detection.runs.all_arms import How, train_arms
from alignment.detection.runs.arms import Arm
from alignment.detection.runs.weights import Kept, Start
from alignment.detection.scoring.bootstrap import Resampling, difference
from alignment.detection.scoring.truth import Truth
from alignment.detection.shown.labelled import labelled
from alignment.detection.shown.made_with import made_with, refuse_seen
from alignment.detection.shown.pictures import Shown, Unseen
from alignment.detection.verdict.standing import FIRST, Standing, standing_of
from alignment.improvement.backdrops import backdrops
from alignment.improvement.failing.causes import Causes, RealBoxes, causes_of
from alignment.improvement.failing.failures import Failures, failures_of
from alignment.improvement.failing.mistaken import Mistaken, background_of, mistaken_of
from alignment.improvement.failing.tilt import Tilt, tilted
from alignment.improvement.nearness import nearness
from alignment.improvement.parts import Part, measured
from alignment.improvement.photos.apart import Apart
from alignment.improvement.photos.listed import Listed
from alignment.improvement.record import Asked, Came, Found, Round
from alignment.improvement.scenes import Bare, Make, Order, Wanted, scenes_of
from alignment.improvement.settings import ImproveSettings
from alignment.joining.joined import read_set
from alignment.real.pair import coco_file

DRAW_STREAM = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class Loop:
    """What every round works with. real: boxes of exposed and validation photos, measured.

    goes_on: each training goes on from the weights of the one before. listed: boxes that count
    more.
    """

    settings: ImproveSettings
    apart: Apart
    how: How
    wanted: Wanted
    make: Make
    stages: Stages
    goes_on: bool
    listed: Listed
    real: RealBoxes

    def scenes(self, number: int, tilt: Tilt | None, like: Path | None = None) -> Path:
        """Return the folder of a round's scenes, as `scenes_of` makes or finds it."""
        self.stages.begin(f"scenes of round {number}" if number else "scenes of the first set")
        return self.ordered(Order(wanted=self.wanted, number=number, tilt=tilt), like)

    def ordered(self, order: Order, like: Path | None = None) -> Path:
        """Return the folder of an order's scenes."""
        return scenes_of(order, self.how.out, self.stages, self.make, like)

    def part(self, name: str, folder: Path) -> Part:
        """Return a set to be trained on. Raises Leak where it shows a photo that it must not."""
        annotated = read_set(coco_file(folder))
        behind = replace(made_with(annotated.root), exposed=(), references=frozenset())
        for unseen in (self.apart.unseen, self.apart.validation.unseen):
            refuse_seen(name, behind, unseen, {})
        own = labelled(annotated, name, self.apart.names)
        table = measured(own.annotated, self.settings)
        return Part(name=name, folder=folder, labelled=own, table=table)

    def trained(self, name: str, parts: Sequence[Part], before: "Stage | None") -> "Stage":
        """Return where a training on these parts leads, on from where the loop was before."""
        validation = self.apart.validation
        arm = _arm(name, _shown(parts, self.apart), validation.unseen)
        weights = before.weights if before is not None else {}
        starts = _starts(weights, self.settings.training.round_steps)
        arm = replace(arm, starts=starts, keeps=self.goes_on)
        (one,) = train_arms([arm], validation.unseen, self.settings.seeds, self.how)
        standing = standing_of(one, validation.truth, self.resampling(validation.truth))
        kept = {seed: outcome.kept for seed, outcome in one.outcomes.items() if outcome.kept}
        return Stage(parts=tuple(parts), standing=standing, weights=kept)

    def judged(self, reached: Mapping[str, "Stage"]) -> Mapping[str, Standing]:
        """Return how detectors stand on the photos that judge: trained where none was left."""
        unseen = self.apart.unseen
        made = [
            replace(_arm(name, _shown(one.parts, self.apart), unseen),
                    starts=_starts(one.weights, 0))
            for name, one in reached.items()
        ]  # fmt: skip
        trained = train_arms(made, unseen, self.settings.seeds, self.how)
        resampling = self.resampling(self.apart.truth)
        told = [standing_of(one, self.apart.truth, resampling) for one in trained]
        return dict(zip(reached, told, strict=True))

    def resampling(self, truth: Truth) -> Resampling:
        """Return the resamples of some photos that all figures on them are told by."""
        rng = np.random.default_rng([self.settings.seed, DRAW_STREAM])
        return Resampling.draw(rng, truth.photo_count, self.settings.draws)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """Where the loop is: what is trained on so far, and how that stands on validation.

    weights: by seed, of the last training; {} where each trains anew.
    """

    parts: tuple[Part, ...]
    standing: Standing
    weights: Mapping[int, Kept]


def round_of(loop: Loop, number: int, stage: Stage) -> tuple[Round, Stage]:
    """Return what a round found and did, and where it leads. Raises UserError of many kinds."""
    settings, validation = loop.settings, loop.apart.validation
    failures = failures_of(validation, stage.standing.judged, settings.causes.well_iou)
    failures = replace(failures, times=loop.listed.weights(failures.keys))
    loop.stages.begin("looking for causes")
    causes = causes_of(failures, loop.real, settings.causes, settings.seed)
    exposed = loop.real.exposed
    keys = np.asarray(exposed.table["annotation_id"].to_numpy(), dtype=np.int64)
    failing = causes.failing(exposed, loop.real.looks) * loop.listed.weights(keys)
    tilt = tilted(keys, failing, settings.tilt)
    mistaken = mistaken_of(validation, stage.standing.judged, loop.apart.others)
    new, *bare = _scenes(loop, number, tilt, (mistaken, stage.standing))
    parts = (*stage.parts, new, *bare)
    reached = loop.trained(f"after round {number}", parts, stage)
    after = reached.standing
    resampling = loop.resampling(validation.truth)
    told = Round(
        number=number, tilted=not tilt.is_even, found=_found(failures, mistaken),
        bare=sum(len(one.labelled.annotated.images) for one in bare),
        asked=_asked(loop, causes, tilt), came=_came(loop, causes, new),
        nearness=nearness(
            exposed,
            {"before": [one.table for one in stage.parts], "new": [new.table],
             "after": [one.table for one in parts]},
            settings.nearness, settings.seed,
        ),
        before=stage.standing.estimate(FIRST, resampling), after=after.estimate(FIRST, resampling),
        gain=difference(after.sampled[FIRST], stage.standing.sampled[FIRST], resampling),
    )  # fmt: skip
    return told, reached


def _shown(parts: Sequence[Part], apart: Apart) -> tuple[Shown, ...]:
    """Return what is trained on, once for the test photos and once for validation."""
    pictures = tuple(p for one in parts for p in one.labelled.pictures(real=False))
    every = (apart.unseen, apart.validation.unseen)
    return tuple(Shown(pictures=pictures, unseen=unseen) for unseen in every)


def _arm(name: str, shown: Sequence[Shown], unseen: Unseen) -> Arm:
    own = next(one for one in shown if one.unseen.digests == unseen.digests)
    return Arm(kind="set", name=name, set_name=name, parts=(own,), limits=(None,), real_share=None)


def _scenes(
    loop: Loop, number: int, tilt: Tilt, seen: tuple[Mistaken, Standing]
) -> tuple[Part, ...]:
    """Return a round's scenes, and those of its images that show no target, where it has any."""
    mistaken, standing = seen
    images, lean = loop.settings.images, None if tilt.is_even else tilt
    count = min(mistaken.images(images, loop.settings.negatives.share), images - 1)
    wanted = replace(loop.wanted, images=images - count)
    loop.stages.begin(f"scenes of round {number}")
    folder = loop.ordered(Order(wanted=wanted, number=number, tilt=lean))
    new = loop.part(f"round {number}", folder)
    if not count:
        return (new,)
    validation = loop.apart.validation
    places = background_of(validation, standing.judged, loop.apart.others)
    shown = new.labelled.annotated
    like = backdrops(loop.settings, places, validation, shown, loop.stages)[:count]
    bare = Bare(of=folder, in_place=mistaken.shares, like=like)
    loop.stages.begin(f"scenes of round {number} without targets")
    wanted = replace(wanted, images=count)
    empty = loop.ordered(Order(wanted=wanted, number=number, tilt=None, bare=bare))
    return new, loop.part(f"round {number}, without targets", empty)


def _starts(weights: Mapping[int, Kept], steps: int) -> Mapping[int, Start] | None:
    return {seed: Start(kept=kept, steps=steps) for seed, kept in weights.items()} or None


def _found(failures: Failures, mistaken: Mistaken) -> Found:
    return Found(
        boxes=len(failures.keys), missed=failures.missed, badly=failures.badly,
        false=failures.false, mistaken=mistaken,
    )  # fmt: skip


def _asked(loop: Loop, causes: Causes, tilt: Tilt) -> Asked:
    failing = causes.failing(loop.real.exposed, loop.real.looks)
    return Asked(
        failing=float(failing.mean()),
        failing_asked=float(np.average(failing, weights=tilt.weights)), strength=tilt.strength,
        effective=tilt.effective, dependence=causes.estimates, lines=causes.lines,
    )  # fmt: skip


def _came(loop: Loop, causes: Causes, new: Part) -> Came:
    return Came(
        folder=str(new.folder.relative_to(loop.how.out)),
        images=len(new.labelled.annotated.images), boxes=len(new.labelled.annotated.annotations),
        failing=float(causes.failing(new.table).mean()) if causes.knows(new.table) else None,
    )  # fmt: skip
