"""The run of an arm with a seed, under a key that tells all that changes its predictions."""

import hashlib
import json
from typing import Any

from alignment.detection.runs.arms import Arm
from alignment.detection.runs.run import Question, Run
from alignment.detection.shown.pictures import Picture, Unseen, mixed, together


def run_of(arm: Arm, seed: int, unseen: Unseen, identity: str) -> Run:
    """Return the run of an arm with a seed. identity: of the detector.

    Files are told by their bytes and not by their names, pictures in an order of their own, so that
    equal data is one run, whatever arm it is of. The boxes of the photos that judge are no part of
    the key: they change no prediction. Weights that are gone on from are told by their hash.
    """
    drawn, judging = arm.drawn(seed), unseen.for_judging()
    pictures, mixture = together(drawn), mixed(drawn, arm.real_share, arm.photos_last)
    questions = tuple(
        Question(image_id=image.id, file_name=image.file_name, asked=asked)
        for image, asked in zip(judging.images, unseen.asked, strict=True)
    )
    ids = {name: key for key, name in judging.categories.items()}
    told: dict[str, Any] = {
        "detector": identity, "seed": seed, "real_share": mixture.real_share,
        "renders": sum(not one.real for one in mixture.examples),
        "photos": sum(one.real for one in mixture.examples),
        "categories": {name: ids[name] for name in mixture.categories},
        "trained_on": _digest([_picture(one) for one in pictures]),
        "asked": _digest([[q.image_id, q.file_name, unseen.digest_of[q.image_id],
                           q.asked.size_px] for q in questions]),
    }  # fmt: skip
    if mixture.photos_last:
        told["photos_last"] = mixture.photos_last
    start = arm.starts[seed] if arm.starts else None
    if start is not None:
        told["goes_on_from"], told["steps"] = start.kept.digest, start.steps
    return Run(
        key=_digest(told)[:24], mixture=mixture, seed=seed, questions=questions,
        category_ids=tuple(ids[name] for name in mixture.categories), told=told,
        start=start, keeps=arm.keeps,
    )  # fmt: skip


def _picture(picture: Picture) -> list[Any]:
    one = picture.example
    return [picture.digest, one.size_px, one.boxes.tolist(), one.labels.tolist(), one.real]


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, allow_nan=False).encode()).hexdigest()
