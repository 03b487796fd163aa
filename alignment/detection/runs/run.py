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
    Found,
    Mixture,
    TookEffect,
)
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
    labels. told: for whoever reads run.json.
    """

    key: str
    mixture: Mixture
    seed: int
    questions: tuple[Question, ...]
    category_ids: tuple[int, ...]
    told: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What a run left: what was found on each photo, in the order asked, and what took effect."""

    found: tuple[Found, ...]
    took_effect: TookEffect


def train(run: Run, detector: Detector, folder: Path, say: Callable[[float], None]) -> None:
    """Fit, ask, and write predictions and, last, run.json.

    Raises Leak where a file that judges is among those to learn from, and what fitting raises.
    """
    asked = [question.asked for question in run.questions]
    refuse_leaks(run.mixture, asked)
    fitted = detector.fit(run.mixture, run.seed, say)
    found = fitted.find(asked)
    make_folder(folder)
    results = [
        record
        for question, one in zip(run.questions, found, strict=True)
        for record in _results(question, one, run.category_ids)
    ]
    write_bytes(folder / PREDICTIONS, _json(results))
    told = {**run.told, "took_effect": asdict(fitted.took_effect)}
    write_bytes(folder / DONE, _json(told))


def outcome_of(run: Run, folder: Path) -> Outcome | None:
    """Return what `train` wrote, None where it did not come to its end."""
    try:
        told = json.loads((folder / DONE).read_bytes())
        results = json.loads((folder / PREDICTIONS).read_bytes())
        took_effect = TookEffect(
            **{**told["took_effect"], "loss": tuple(told["took_effect"]["loss"])}
        )
        return Outcome(found=_found(run, results), took_effect=took_effect)
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
