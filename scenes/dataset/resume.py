"""A folder begun with one plan and one set of settings is carried on with the same, or refused."""

import json
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.files.atomic import write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.plan.plan import Plan

_CURE = "choose an empty folder, or delete this one to render anew"


class OtherPlan(UserError):
    """A folder that holds images of another plan."""


class OtherSettings(UserError):
    """A folder that holds images rendered or written in another way."""


def refuse_other_plan(out: Path, plan: Plan, name: str = "plan.jsonl") -> None:
    """Raise OtherPlan, naming the first difference, if `out` holds images of another plan.

    name: of the file in `out` that holds the plan. One of which nothing is rendered binds nobody.
    """
    shards = sorted((out / "shards").glob("[0-9]*.json"))
    path = out / name
    if not shards:
        return
    if not path.is_file():
        raise OtherPlan(f"{out} holds {len(shards)} finished images but no {name}; {_CURE}")
    difference = _plan_difference(path, plan)
    if difference:
        raise OtherPlan(f"{path} is of another run than this plan: {difference}; {_CURE}")
    if int(shards[-1].stem) >= len(plan):
        raise OtherPlan(f"{shards[-1]} is beyond the plan's {len(plan)} images; {_CURE}")


def hold_settings(out: Path, settings: Mapping[str, Any]) -> None:
    """Write down how the images are made, or compare with what is written down.

    settings: plain data, all that changes an image (quality, format) and nothing that does not
    (number of workers). Raises OtherSettings, naming the first difference.
    """
    path = out / "shards" / "settings.json"
    if not path.is_file() or not any((out / "shards").glob("[0-9]*.json")):
        write_bytes(path, json_bytes(settings))
        return
    difference = first_difference(_settings(path), json.loads(json_bytes(settings)))
    if difference:
        raise OtherSettings(f"{out} was begun with other settings: {difference}; {_CURE}")


def first_difference(found: Any, wanted: Any, where: str = "") -> str | None:
    """Return where two pieces of plain data first differ and how, or None if they do not."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = sorted(found.keys() | wanted.keys())
        pairs = [(f"{where}.{key}".lstrip("."), found.get(key), wanted.get(key)) for key in keys]
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        pairs = [(f"{where}[{i}]", *pair) for i, pair in enumerate(zip(found, wanted, strict=True))]
    else:
        return (
            None if found == wanted else f"{where} is {_brief(found)} there, {_brief(wanted)} here"
        )
    differences = (first_difference(a, b, name) for name, a, b in pairs)
    return next((told for told in differences if told), None)


def _plan_difference(path: Path, wanted: Plan) -> str | None:
    with path.open(encoding="utf-8", errors="replace") as file:
        if all(a == b for a, b in zip_longest(file, wanted.lines())):
            return None  # the usual case, without parsing a large plan
    found = Plan.read(path)
    if len(found) != len(wanted):
        return f"{len(found)} scenes there, {len(wanted)} here"
    for line, (there, here) in enumerate(zip(found.scenes, wanted.scenes, strict=True), 1):
        difference = first_difference(*(json.loads(json_bytes(p.to_json())) for p in (there, here)))
        if difference:
            return f"line {line}, {difference}"
    return None


def _settings(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise OtherSettings(f"{path}: {error}; expected the JSON of a run; {_CURE}") from None


def _brief(value: Any) -> str:
    told = json.dumps(value)
    return told if len(told) <= 60 else f"{told[:57]}..."
