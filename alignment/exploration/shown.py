"""The page of `make explore`: what it asks for, and what it keeps."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alignment.exploration.columns import Columns, images_of
from alignment.exploration.members import Member
from alignment.exploration.overlays import Overlays
from alignment.exploration.pictures import Pictures
from alignment.exploration.settings import PictureSettings
from scenes.files.atomic import make_folder
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.identity import Key
from scenes.sets.named_list import NamedList, Picked, PickedImage

FOLDER = Path(__file__).with_name("page")
PAGE = FOLDER / "explore.html"
SCRIPTS = (
    "rows.js", "scales.js", "plot.js", "filters.js", "gallery.js", "drawing.js", "detail.js",
    "keeping.js", "explore.js",
)  # fmt: skip
STYLE = "explore.css"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")
ASK_AT_ONCE = b"window.ASKED = {state: fetch('state'), columns: fetch('columns')};"
LISTS, THUMBS = "lists", "thumbs"
_ASKED = re.compile(r"(thumb|picture|depth|about)/(\d{1,9})\.(?:jpg|json)")


class Explored:
    """Sets as one page shows them; safe in several threads."""

    page, most_bytes = PAGE, 1 << 24

    def __init__(
        self, members: Sequence[Member], columns: Columns, out: Path, settings: PictureSettings
    ) -> None:
        """out: the folder of thumbnails and lists. Raises Unwritable."""
        self._members, self._columns, self._out, self._settings = members, columns, out, settings
        self.images = images_of(members)
        self.pictures = Pictures(self.images, out / THUMBS, settings)
        self.overlays = Overlays(members)
        self.body = columns.body()
        self._kept: list[Path] = []
        make_folder(out / LISTS)

    @property
    def state(self) -> dict[str, Any]:
        """What `columns` holds, and the images by their places."""
        return self._columns.header() | {
            "sets": [_set(member) for member in self._members],
            "images": {
                "name": [image.file_name for image in self.images],
                "there": [int(image.path is not None) for image in self.images],
                "size": [[image.width_px, image.height_px] for image in self.images],
            },
            "lists": str(self._out / LISTS),
        }

    @property
    def summary(self) -> list[str]:
        """What was kept, and what takes it."""
        if not self._kept:
            return ["no list was kept"]
        return [f"kept: {path}" for path in dict.fromkeys(self._kept)]

    def told(self, path: str, told: dict[str, Any]) -> dict[str, Any] | None:
        """Keep rows under a name. Raises Unwritable, KeyError, TypeError, ValueError."""
        if path != "keep":
            return None
        name, rows = str(told["name"]).strip(), told["rows"]
        if not NAME.fullmatch(name):
            raise ValueError(
                "expected a name of up to 60 letters, digits, blanks, dots, dashes and underscores"
            )
        if not isinstance(rows, list) or not rows:
            raise ValueError("nothing is picked; expected rows")
        made = self.listed(name, [int(row) for row in rows])
        place = self._out / LISTS / f"{name.replace(' ', '_')}.json"
        made.write(place)
        self._kept.append(place)
        return {"path": str(place), "images": sum(len(one.images) for one in made.sets)}

    def listed(self, name: str, rows: Sequence[int]) -> NamedList:
        """Return these rows as a list. Raises ValueError for a row that is not there."""
        if not all(0 <= row < len(self._columns) for row in rows):
            raise ValueError(f"expected rows from 0 to {len(self._columns) - 1}")
        told = self.keys
        boxes: dict[int, list[Key]] = {}
        for row in sorted(set(rows)):
            own = boxes.setdefault(int(self._columns.places[row]), [])
            if (key := told[row]) is not None:
                own.append(key)
        return NamedList(name=name, sets=tuple(self._picked(boxes)))

    @property
    def keys(self) -> list[Key | None]:
        """What each row's box is called in its set's file; None of what a detector found."""
        found: list[Key | None] = []
        for member in self._members:
            told = {a.id: a.told_id for a in member.annotated.annotations}
            found += [told[key] for key in member.table.table["annotation_id"].to_pylist()]
        return found

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Return a script, the columns, a picture or what is drawn over one."""
        if path == "data.js":
            return ASK_AT_ONCE, KINDS[".js"]  # an exported page has its data there
        if path in (*SCRIPTS, STYLE):
            return (FOLDER / path).read_bytes(), KINDS[Path(path).suffix]
        if path == "columns":
            return self.body, "application/octet-stream"
        asked = _ASKED.fullmatch(path)
        if asked is None or int(asked[2]) >= len(self.images):
            return None
        if asked[1] == "about":
            return json.dumps(self.overlays.of(int(asked[2]))).encode(), "application/json"
        jpeg = self._jpeg(asked[1], int(asked[2]))
        return None if jpeg is None else (jpeg, "image/jpeg")

    def _jpeg(self, kind: str, place: int) -> bytes | None:
        if kind == "thumb":
            return self.pictures.thumb(place)
        if kind == "depth":
            return self.pictures.depth(place, self._settings.picture_px)
        return self.pictures.picture(place, self._settings.picture_px)

    def _picked(self, boxes: dict[int, list[Key]]) -> list[Picked]:
        found, first = [], 0
        for member in self._members:
            own = range(first, first + len(member.annotated.images))
            first = own.stop
            images = tuple(
                PickedImage(id=_key(self.images[p]), file_name=self.images[p].file_name,
                            annotations=tuple(boxes[p]))
                for p in sorted(boxes) if p in own
            )  # fmt: skip
            if images:
                found.append(
                    Picked(set_name=member.annotated.name, digest=member.digest, images=images)
                )
        return found


def _key(image: AnnotatedImage) -> Key:
    return image.id if image.told_id is None else image.told_id


def _set(member: Member) -> dict[str, Any]:
    return {
        "name": member.annotated.name, "real": not member.beside.is_rendered,
        "reference": member.is_reference, "digest": member.digest,
        "images": len(member.annotated.images), "boxes": len(member.table),
    }  # fmt: skip
