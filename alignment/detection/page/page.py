"""`judge.html` and `judge.json`: which set trains best, what it is worth, where it fails."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from markupsafe import Markup

from alignment.charts.page import page_environment
from alignment.charts.plain_json import plain
from alignment.detection.page.curve import curve_figure
from alignment.detection.scoring.scores import MEASURES
from alignment.detection.verdict.failings import Failing
from alignment.detection.verdict.standing import FIRST, Standing
from alignment.detection.verdict.verdict import Verdict, number, percent, signed
from alignment.detection.verdict.worth import ExchangeRate
from scenes.files.atomic import write_bytes

TEMPLATE = "judge.html.j2"


def write_page(out: Path, found: Verdict) -> Path:
    """Write both files into `out`; return the page. Equal input gives equal bytes."""
    environment = page_environment(Path(__file__).parent)
    environment.filters |= {"number": number, "signed": signed, "percent": percent}
    page = environment.get_template(TEMPLATE).render(
        v=found, figure=_figure(found.rate), tables=_tables(found)
    )
    told = json.dumps(plain(_json(found)), indent=1, allow_nan=False, ensure_ascii=False)
    write_bytes(out / "judge.json", f"{told}\n".encode())
    write_bytes(out / "judge.html", page.encode())
    return out / "judge.html"


def _tables(found: Verdict) -> tuple[tuple[str, ...], ...]:
    """Return the measures of each table: those of all sizes, and those of sizes that there are."""
    of_sizes = [name for name in MEASURES if " " in name]
    there = [n for n in of_sizes if found.estimate(found.best, n).value is not None]
    return tuple(name for name in MEASURES if name not in of_sizes), tuple(there)


def _figure(rate: ExchangeRate | None) -> Markup | None:
    """Return the curve, None where there is none to draw."""
    if rate is None or rate.curve is None:
        return None
    return Markup(curve_figure(rate.curve, rate.stands, FIRST))


def _json(found: Verdict) -> Mapping[str, Any]:
    return {
        "test": found.test_name, "settings": found.told, "notes": found.notes,
        "arms": [_standing(found, one) for one in found.standings],
        "differences": [asdict(one) for one in found.differences],
        "exchange": asdict(found.rate) if found.rate else None,
        "mixtures": [asdict(one) for one in found.advice],
        "failings": [_failing(one) for one in found.failings],
        "recipe": asdict(found.recipe),
    }  # fmt: skip


def _standing(found: Verdict, one: Standing) -> Mapping[str, Any]:
    renders, photos = one.arm.counts
    return {
        "name": one.name, "kind": one.arm.kind, "set": one.arm.set_name, "renders": renders,
        "photos": photos, "real_share": one.arm.real_share, "photos_last": one.arm.photos_last,
        "measures": {m: asdict(found.estimate(one, m)) for m in MEASURES},
        "habits": {
            habit: asdict(sampled.estimate(found.resampling))
            for habit, sampled in found.habits.get(one.name, {}).items()
        },
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


def _failing(one: Failing) -> Mapping[str, Any]:
    return {
        "attribute": one.attribute, "estimated": one.estimated,
        "arms": {name: [asdict(told) for told in bins.bins] for name, bins in one.of_arms.items()},
    }  # fmt: skip
