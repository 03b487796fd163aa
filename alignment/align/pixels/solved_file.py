"""solved.json: what was solved, and of what, so that it is not solved again."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.pixels.solve import Solved
from alignment.real.split import Exposed, fittable
from alignment.samples.sample import Sample
from scenes.files.atomic import write_bytes
from scenes.model.effects import told_post
from scenes.plan.plan import Plan

FloatArray = npt.NDArray[np.float64]


def digest(plan: Plan, exposed: Exposed, settings: SecondStageSettings) -> str:
    """Return a hash of all that effects are solved from, but for the cheap pictures."""
    photos = Sample.of(fittable(exposed), settings.attributes).values
    found = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    found.update(json.dumps(photos.tolist()).encode())
    for line in plan.lines():
        found.update(line.encode())
    return found.hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """What was solved, scene by scene. indices: in the plan. before: (n, d) measured till then."""

    indices: tuple[int, ...]
    before: FloatArray
    solved: tuple[Solved, ...]


def keep(path: Path, key: str, record: Record) -> None:
    """Write what was solved. Raises Unwritable."""
    rows = zip(record.indices, record.before.tolist(), record.solved, strict=True)
    solved = [{"index": index, "before": row, **_plain(one)} for index, row, one in rows]
    told = {"of": key, "solved": solved}
    write_bytes(path, (json.dumps(told, indent=0, sort_keys=True) + "\n").encode())


def kept(path: Path, key: str) -> Record | None:
    """Return what an earlier run solved of just this, or None."""
    try:
        told = json.loads(path.read_bytes())
        found = Record(
            indices=tuple(int(one["index"]) for one in told["solved"]),
            before=np.array([one["before"] for one in told["solved"]]),
            solved=tuple(_solved(one) for one in told["solved"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
        return None
    return found if told["of"] == key else None


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
