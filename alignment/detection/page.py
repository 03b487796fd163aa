"""`judge.html` and `judge.json`: which set trains best, what it is worth, where it fails."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2

from alignment.detection.scoring.scores import MEASURES
from alignment.detection.standing import Standing
from alignment.detection.verdict import Verdict, number
from scenes.disk import write_bytes

TEMPLATE = "judge.html.j2"


def write_page(out: Path, found: Verdict) -> Path:
    """Write both files into `out`; return the page. Equal input gives equal bytes."""
    folders = [Path(__file__).parent, Path(__file__).parent.parent]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = number
    page = environment.get_template(TEMPLATE).render(v=found, measures=MEASURES)
    told = json.dumps(_finite(_json(found)), indent=1, allow_nan=False, ensure_ascii=False)
    write_bytes(out / "judge.json", f"{told}\n".encode())
    write_bytes(out / "judge.html", page.encode())
    return out / "judge.html"


def _json(found: Verdict) -> Mapping[str, Any]:
    return {
        "test": found.test_name, "settings": found.told, "notes": found.notes,
        "arms": [_standing(found, one) for one in found.standings],
        "differences": [asdict(one) for one in found.differences],
    }  # fmt: skip


def _standing(found: Verdict, one: Standing) -> Mapping[str, Any]:
    renders, photos = one.arm.counts
    return {
        "name": one.name, "kind": one.arm.kind, "set": one.arm.set_name, "renders": renders,
        "photos": photos, "real_share": one.arm.real_share,
        "measures": {m: asdict(found.estimate(one, m)) for m in MEASURES},
        "by_category": {
            name: asdict(sampled.estimate(found.resampling))
            for name, sampled in one.by_category.items()
        },
        "by_seed": {
            str(seed): {m: float(one.sampled[m].values[n]) for m in MEASURES}
            for n, seed in enumerate(one.keys)
        },
        "runs": {str(seed): key for seed, key in one.keys.items()},
        "took_effect": {str(seed): asdict(told) for seed, told in one.took_effect.items()},
    }  # fmt: skip


def _finite(told: Any) -> Any:
    """Replace what JSON has no word for: null for no number, "inf" for an infinite one."""
    if isinstance(told, Mapping):
        return {key: _finite(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [_finite(value) for value in told]
    if isinstance(told, float) and not math.isfinite(told):
        return None if math.isnan(told) else "inf"
    return round(told, 6) if isinstance(told, float) else told
