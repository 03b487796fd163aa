"""Whose pictures and things an export is made of, a line a licence."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scenes.formats.find import find_set
from scenes.plan.credits import UNKNOWN_LICENCE
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet

Credit = tuple[str, str, str]  # licence, source, name
_BEHIND = (("environments", "environment"), ("photos", "photo"), ("textures", "texture"))


def asset_credits(manifest: Mapping[str, Any]) -> list[Credit]:
    """Return the credits of every asset that a manifest names."""
    return [(str(told.get("licence", UNKNOWN_LICENCE)), str(told.get("source", "")), name)
            for name, told in manifest.get("assets", {}).items()]  # fmt: skip


def background_credits(manifest: Mapping[str, Any]) -> list[Credit]:
    """Return the credits of every environment, photo and texture behind the objects."""
    return [
        (str(told.get("licence", UNKNOWN_LICENCE)), str(told.get("source", "")),
         f"{kind} {told.get('name')}")
        for key, kind in _BEHIND for told in manifest.get(key, ())
    ]  # fmt: skip


def photo_credits(
    path: Path, annotated: AnnotatedSet, images: Sequence[AnnotatedImage]
) -> list[Credit]:
    """Return the credits of real photos, as their COCO files tell them; unknown elsewhere."""
    told: dict[str, tuple[str, str]] = {}
    if annotated.format == "coco":
        for file in find_set(path, "coco").files:
            told |= _of_coco(json.loads(file.read_text(encoding="utf-8-sig")))
    unknown = UNKNOWN_LICENCE, ""
    return [(*told.get(image.file_name, unknown), image.file_name) for image in images]


def rows(credits: Iterable[Credit]) -> list[list[str]]:
    """Return licence, source, how many and their names, a row each licence and source."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for licence, source, name in credits:
        groups[licence, source].append(name)
    return [[licence, source, str(len(names)), ", ".join(sorted(names))]
            for (licence, source), names in sorted(groups.items())]  # fmt: skip


def _of_coco(told: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    names = {one.get("id"): _licence(one) for one in told.get("licenses") or ()
             if isinstance(one, dict)}  # fmt: skip
    return {
        str(image.get("file_name")): (
            names.get(image.get("license")) or UNKNOWN_LICENCE, str(image.get("coco_url") or "")
        )
        for image in told["images"] if isinstance(image, dict)
    }  # fmt: skip


def _licence(told: Mapping[str, Any]) -> str:
    return " ".join(str(told[key]) for key in ("name", "url") if told.get(key))
