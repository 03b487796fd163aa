"""The linear pictures of a dataset: how much room they take, and a dataset without them."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.dataset.shard import WriteOptions, read_shard, shard_path
from scenes.effects.linear_picture import FOLDER
from scenes.files.atomic import write_bytes, writing
from scenes.files.canonical_json import json_bytes

FOLDERS = (FOLDER, f"second_{FOLDER}")


class NoSettings(UserError):
    """A folder that does not say how its images were written."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many linear pictures there are, and what they take on disk."""

    pictures: int
    bytes: int

    def __str__(self) -> str:
        each = self.bytes / max(1, self.pictures) / 1000
        return f"linear pictures: {self.bytes / 1e6:.1f} MB, {each:.0f} kB each"


def light_taken(out: Path) -> Taken:
    """Return what a dataset's linear pictures take."""
    sizes = [path.stat().st_size for path in _pictures(out)]
    return Taken(pictures=len(sizes), bytes=sum(sizes))


def drop_light(out: Path) -> None:
    """Delete a dataset's linear pictures, each after its label file says so. Raises Unwritable.

    Whatever stops this, every image stays finished; called again, it goes on.
    """
    for path in sorted((out / "shards").glob("[0-9]*.json")):
        _forget(out, int(path.stem))
    for picture in _pictures(out):
        with writing(picture):
            picture.unlink(missing_ok=True)


def write_options(out: Path) -> WriteOptions:
    """Return how a dataset's files were written. Raises NoSettings."""
    try:
        told: dict[str, Any] = json.loads((out / "shards" / "settings.json").read_bytes())
        return WriteOptions(**told["write"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoSettings(
            f"{out} does not say how it was written ({type(error).__name__}: {error}); expected "
            "the OUT of a render or of make align"
        ) from None


def _forget(out: Path, index: int) -> None:
    shard = read_shard(out, index)
    if shard is None:
        return
    left = {name: size for name, size in shard.files.items()
            if Path(name).parent.name not in FOLDERS}  # fmt: skip
    if len(left) < len(shard.files):
        write_bytes(shard_path(out, index), json_bytes({**asdict(shard), "files": left}))


def _pictures(out: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (out / folder).glob("*.exr")
