"""A dataset's images developed again from its linear pictures: no Blender, no label changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from assets.errors import UserError
from scenes.dataset.rows import measured_rows
from scenes.dataset.shard import (
    Shard,
    WriteOptions,
    encoded_image,
    is_whole,
    read_shard,
    shard_path,
)
from scenes.effects.colour_transfer import References
from scenes.effects.develop import shown
from scenes.effects.linear_picture import FOLDER, read_light
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.files.pictures import decode_picture, encode_png
from scenes.files.placing import NoHardLinks, copy, link
from scenes.measuring.measure import Shown
from scenes.model.scene import Scene
from scenes.passes.second_view import second_seed
from scenes.plan.digest import scene_digest
from scenes.plan.plan import PlannedScene
from scenes.processes.hands import Hands
from scenes.sets.depth_maps import read_depth_map

CHUNK = 8  # images handed to a worker at a time
SECOND = "second_"  # what the files of a second view begin with


class NoLight(UserError):
    """An image that left no linear picture to develop."""


@dataclass(frozen=True, kw_only=True)
class Darkroom:
    """Where and how images are developed. Plain data, since it travels to worker processes.

    source: the dataset whose linear pictures are developed. out: where images go, the same folder
    or another, which shares all other files with it by hard links. write, categories: the
    dataset's own.
    """

    source: Path
    out: Path
    references: References
    write: WriteOptions
    categories: Mapping[int, str]


def develop_images(
    lines: Iterable[PlannedScene], room: Darkroom, workers: int, report: Callable[[int], None]
) -> None:
    """Develop every image of a plan that was rendered, as its scene's effects say.

    What an earlier run developed is kept. The same for any number of workers. Label files come
    last, as in a render. Raises NoLight, BadPicture, Unwritable and what colour transfer raises.
    """
    with Hands(workers) as hands:
        for done, _ in enumerate(hands.map(partial(develop_image, room), lines, CHUNK), 1):
            report(done)


def develop_image(room: Darkroom, line: PlannedScene) -> None:
    """Develop one image, unless it is there or was never rendered."""
    name, scene = f"{line.index:06d}", line.scene
    if is_developed(room.out, line):
        return
    shard = read_shard(room.source, line.index)
    if shard is None:
        return
    contents = _contents(name, scene, shard, room)
    for other in shard.files.keys() - contents.keys():
        _share(room, other)
    for file, content in contents.items():
        make_folder((room.out / file).parent)
        write_bytes(room.out / file, content)
    told = {
        **{key: value for key, value in asdict(shard).items() if value is not None},
        "scene_digest": scene_digest(scene),
        "files": {**shard.files, **{file: len(content) for file, content in contents.items()}},
        "measured": measured_rows(
            _shown(line.index, shard, contents, room),
            shard.image,
            shard.annotations,
            room.categories,
        ),
    }
    write_bytes(shard_path(room.out, line.index), json_bytes(told))


def is_developed(out: Path, line: PlannedScene) -> bool:
    """Return whether an image is there whole, with the effects of its scene."""
    shard = read_shard(out, line.index)
    there = shard is not None and is_whole(out, shard)
    return there and shard is not None and shard.scene_digest == scene_digest(line.scene)


def light_path(out: Path, index: int) -> Path:
    """Return where the linear picture of an image lies."""
    return out / FOLDER / f"{index:06d}.exr"


def _contents(name: str, scene: Scene, shard: Shard, room: Darkroom) -> dict[str, bytes]:
    """Return the files that effects change: the image, and that of a second view."""
    light = f"{FOLDER}/{name}.exr"
    if light not in shard.files:
        raise NoLight(
            f"{room.source}: image {name} has no linear picture to develop; expected a set "
            "rendered with linear=keep, whose linear pictures were not dropped; render it again"
        )
    image, jpeg = shown(read_light(room.source / light), scene.post, scene.seed, room.references)
    contents = {f"images/{shard.image['file_name']}": encoded_image(image, jpeg, room.write)}
    if f"{SECOND}{light}" in shard.files:
        again = read_light(room.source / f"{SECOND}{light}")
        image, _ = shown(again, scene.post, second_seed(scene.seed), room.references)
        contents[f"{SECOND}image/{name}.png"] = encode_png(image)
    return contents


def _shown(index: int, shard: Shard, contents: Mapping[str, bytes], room: Darkroom) -> Shown:
    """Return what the files of a developed image hold."""
    file = contents[f"images/{shard.image['file_name']}"]
    depth_m = read_depth_map(room.source / f"depth/{index:06d}.exr")
    return Shown(rgb=decode_picture(file) if room.write.pixels else None, depth_m=depth_m)


def _share(room: Darkroom, name: str) -> None:
    if room.out.absolute() == room.source.absolute():
        return
    make_folder((room.out / name).parent)
    try:
        link(room.source / name, room.out / name)
    except NoHardLinks:
        copy(room.source / name, room.out / name)
