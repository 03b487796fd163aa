"""One training and its predictions: the unit that is done once, and found again by its key."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from alignment.detection.detector import (
    Asked,
    Detector,
    Fitted,
    Found,
    GoesOn,
    Learned,
    Mixture,
    TookEffect,
)
from alignment.detection.runs.weights import FILE, Kept, Start, keep
from alignment.detection.shown.pictures import refuse_leaks
from scenes.files.atomic import make_folder, write_bytes

DONE, PREDICTIONS = "run.json", "predictions.json"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One photo that predictions are wanted of, as COCO results name it."""

    image_id: int
    file_name: str
    asked: Asked


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What to fit, with which seed, and what to ask of it.

    key: a hash of all that changes the predictions. category_ids: of the test set, in the order of
    labels. told: for whoever reads run.json. start: weights that are gone on from, of a `GoesOn`;
    None: anew. keeps: its own weights, beside its predictions.
    """

    key: str
    mixture: Mixture
    seed: int
    questions: tuple[Question, ...]
    category_ids: tuple[int, ...]
    told: Mapping[str, Any]
    start: Start | None
    keeps: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What a run left: what was found on each photo, in the order asked, and what took effect.

    kept: its weights, where it was to keep them.
    """

    found: tuple[Found, ...]
    took_effect: TookEffect
    kept: Kept | None


def train(run: Run, detector: Detector, folder: Path, say: Callable[[float], None]) -> None:
    """Fit, ask, and write weights, predictions and, last, run.json.

    Raises Leak where a file that judges is among those to learn from, and what fitting raises.
    """
    asked = [question.asked for question in run.questions]
    refuse_leaks(run.mixture, asked)
    fitted = _fitted(run, detector, say)
    found = fitted.find(asked)
    make_folder(folder)
    kept = keep(fitted.weights, folder) if run.keeps and isinstance(fitted, Learned) else None
    results = [
        record
        for question, one in zip(run.questions, found, strict=True)
        for record in _results(question, one, run.category_ids)
    ]
    write_bytes(folder / PREDICTIONS, _json(results))
    told = {**run.told, "took_effect": asdict(fitted.took_effect)}
    write_bytes(folder / DONE, _json({**told, "weights": kept.digest} if kept else told))


def _fitted(run: Run, detector: Detector, say: Callable[[float], None]) -> Fitted:
    if run.start is None:
        return detector.fit(run.mixture, run.seed, say)
    if not isinstance(detector, GoesOn):
        raise TypeError(f"{detector.identity} goes on from no weights")
    return detector.fit_on(run.mixture, run.seed, say, (run.start.kept.read(), run.start.steps))


def outcome_of(run: Run, folder: Path) -> Outcome | None:
    """Return what `train` wrote, None where it did not come to its end or its weights are gone."""
    try:
        told = json.loads((folder / DONE).read_bytes())
        results = json.loads((folder / PREDICTIONS).read_bytes())
        took_effect = TookEffect(
            **{**told["took_effect"], "loss": tuple(told["took_effect"]["loss"])}
        )
        kept = Kept(path=folder / FILE, digest=told["weights"]) if run.keeps else None
        if kept is not None and not kept.is_whole:
            return None
        return Outcome(found=_found(run, results), took_effect=took_effect, kept=kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not done, or damaged by the disk: trained again


def _results(question: Question, found: Found, category_ids: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "image_id": question.image_id, "file_name": question.file_name,
            "category_id": category_ids[label], "bbox": box, "score": score,
        }
        for box, label, score in zip(
            found.boxes.tolist(), found.labels.tolist(), found.scores.tolist(), strict=True
        )
    ]  # fmt: skip


def _found(run: Run, results: Sequence[Mapping[str, Any]]) -> tuple[Found, ...]:
    label_of = {key: label for label, key in enumerate(run.category_ids)}
    by_image: dict[int, list[Mapping[str, Any]]] = {q.image_id: [] for q in run.questions}
    for record in results:
        by_image[record["image_id"]].append(record)
    return tuple(
        Found(
            boxes=np.array([r["bbox"] for r in own], dtype=np.float64).reshape(-1, 4),
            labels=np.array([label_of[r["category_id"]] for r in own], dtype=np.int64),
            scores=np.array([r["score"] for r in own], dtype=np.float64),
        )
        for own in by_image.values()
    )  # fmt: skip


def _json(told: Any) -> bytes:
    text = json.dumps(told, indent=1, allow_nan=False, ensure_ascii=False)
    return f"{text}\n".encode()
