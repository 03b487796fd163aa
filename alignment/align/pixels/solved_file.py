"""second_stage/solved.json: what was solved, and of what, so that it is not solved again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.pixels.solve import Solved
from alignment.real.split import Exposed, fittable
from alignment.samples.sample import Sample
from scenes.files.atomic import write_bytes
from scenes.model.effects import told_post
from scenes.plan.plan import Plan


def digest(plan: Plan, exposed: Exposed, settings: SecondStageSettings) -> str:
    """Return a hash of all that effects are solved from, but for the cheap pictures."""
    photos = Sample.of(fittable(exposed), settings.attributes).values
    found = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    found.update(json.dumps(photos.tolist()).encode())
    for line in plan.lines():
        found.update(line.encode())
    return found.hexdigest()


def keep(path: Path, key: str, results: Sequence[Solved]) -> None:
    """Write what was solved. Raises Unwritable."""
    told = {"of": key, "solved": [_plain(one) for one in results]}
    write_bytes(path, (json.dumps(told, indent=0, sort_keys=True) + "\n").encode())


def kept(path: Path, key: str, count: int) -> tuple[Solved, ...] | None:
    """Return what an earlier run solved of just this, or None."""
    try:
        told = json.loads(path.read_bytes())
        found = tuple(_solved(one) for one in told["solved"])
    except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
        return None
    return found if told["of"] == key and len(found) == count else None


def _plain(one: Solved) -> dict[str, Any]:
    return {"post": asdict(one.post), "measured": one.measured.tolist(),
            "at_bound": list(one.at_bound), "missed": one.missed, "picture": one.picture,
            }  # fmt: skip


def _solved(told: dict[str, Any]) -> Solved:
    post = told_post(told["post"])
    if post is None:
        raise ValueError("solved effects that are none")
    return Solved(
        post=post, measured=np.array(told["measured"]), at_bound=tuple(told["at_bound"]),
        missed=float(told["missed"]), picture=int(told["picture"]),
    )  # fmt: skip
