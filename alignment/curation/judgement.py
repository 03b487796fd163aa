"""What of a set goes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alignment.curation.derived_set import Derivation
from alignment.curation.settings import What
from alignment.curation.threshold import Threshold
from alignment.feature_space.scores import Scores
from scenes.sets.annotated_set import AnnotatedSet


@dataclass(frozen=True, kw_only=True)
class Removal:
    """One image or box that goes. annotation_id: None where the whole image does.

    beyond_real: the share of real boxes (or images) that are more like the real ones than it is.
    """

    image_id: int
    annotation_id: int | None
    file_name: str
    score: float
    beyond_real: float
    why: str

    def to_json(self) -> Mapping[str, Any]:
        """Return plain data."""
        return {
            "image_id": self.image_id, "annotation_id": self.annotation_id,
            "file_name": self.file_name, "score": round(self.score, 6),
            "beyond_real": round(self.beyond_real, 6), "why": self.why,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Judgement:
    """scores: one a box, or one an image where whole images are judged."""

    what: What
    scores: Scores
    threshold: Threshold
    removals: tuple[Removal, ...]

    @property
    def derivation(self) -> Derivation:
        """What changes in the new set."""
        nothing: frozenset[int] = frozenset()
        if self.what == "images":
            images = frozenset(r.image_id for r in self.removals)
            return Derivation(images=images, annotations=nothing, blackened=nothing)
        gone = frozenset(r.annotation_id for r in self.removals if r.annotation_id is not None)
        black = self.what == "blackbox"
        return Derivation(
            images=nothing, annotations=nothing if black else gone,
            blackened=gone if black else nothing,
        )  # fmt: skip


def judged(what: What, annotated: AnnotatedSet, scores: Scores, limit: Threshold) -> Judgement:
    """Return what lies beyond the threshold, worst first."""
    names = {image.id: image.file_name for image in annotated.images}
    beyond = scores.beyond_real
    worst_first = np.argsort(-scores.values, kind="stable")
    removals = tuple(
        Removal(
            image_id=int(scores.image_ids[i]),
            annotation_id=None if what == "images" else int(scores.keys[i]),
            file_name=names[int(scores.image_ids[i])], score=float(scores.values[i]),
            beyond_real=float(beyond[i]), why=_why(float(beyond[i]), limit),
        )
        for i in worst_first if scores.values[i] > limit.value
    )  # fmt: skip
    return Judgement(what=what, scores=scores, threshold=limit, removals=removals)


def _why(beyond: float, limit: Threshold) -> str:
    return f"less alike than {beyond:.0%} of the real ones; beyond {limit.value:.3g}, {limit.why}"
