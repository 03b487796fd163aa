"""The page as a folder that needs no server."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

from alignment.exploration.settings import PictureSettings
from alignment.exploration.shown import FOLDER, PAGE, SCRIPTS, STYLE, Explored
from assets.errors import UserError
from scenes.files.atomic import make_folder, write_bytes

INDEX, DATA = "index.html", "data.js"


class TooManyToExport(UserError):
    """More images than an exported page holds."""


def export(
    out: Path, shown: Explored, settings: PictureSettings, count: Callable[[int, int], None]
) -> Path:
    """Write page, data and pictures into a folder; return the page, which comes last.

    Raises TooManyToExport, Unwritable, PhotoUnreadable.
    """
    total = len(shown.images)
    if total > settings.most_exported:
        raise TooManyToExport(
            f"EXPORT={out}: {total} images; expected at most {settings.most_exported}; keep a list "
            "in the page and give OPTIONS='only=LIST', or raise pictures.most_exported"
        )
    for kind in ("thumb", "picture", "depth"):
        make_folder(out / kind)
    for place in range(total):
        _write_pictures(out, shown, place, settings.exported_px)
        count(place + 1, total)
    for name in (*SCRIPTS, STYLE):
        write_bytes(out / name, (FOLDER / name).read_bytes())
    write_bytes(out / DATA, _data(shown))
    write_bytes(out / INDEX, PAGE.read_bytes())
    return out / INDEX


def _write_pictures(out: Path, shown: Explored, place: int, most_px: int) -> None:
    made = {
        "thumb": shown.pictures.thumb(place),
        "picture": shown.pictures.picture(place, most_px),
        "depth": shown.pictures.depth(place, most_px),
    }
    for kind, jpeg in made.items():
        if jpeg is not None:
            write_bytes(out / kind / f"{place}.jpg", jpeg)


def _data(shown: Explored) -> bytes:
    """Return a script, since a page without a server may read no other file."""
    told = {
        "state": {**shown.state, "lists": ""},
        "columns": base64.b64encode(shown.body).decode(),
        "about": [shown.overlays.of(place) for place in range(len(shown.images))],
        "keys": shown.keys,
        "ids": [i.id if i.told_id is None else i.told_id for i in shown.images],
    }
    return b"window.TWINSET = " + json.dumps(told).encode() + b";\n"
