import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenes.dataset.dataset import begin_dataset, merge_record, merge_shards
from scenes.dataset.developing import Darkroom, NoLight, develop_images, is_developed
from scenes.dataset.light import drop_light, light_taken
from scenes.dataset.shard import read_shard, write_shard
from scenes.effects.colour_transfer import References
from scenes.effects.develop import developed
from scenes.effects.linear_picture import as_kept, encode_light
from scenes.model.effects import UNTOUCHED
from scenes.optics.colour import linear, srgb
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan
from tests.scenes.hand_made import (
    CATALOGUE,
    PROVENANCE,
    RLE,
    SETTINGS,
    Painted,
    labels_of,
    painted,
    plan_of,
)

NOWHERE = References(photos=None, style=None)
WRITE = replace(RLE, pixels=True)
BRIGHT = replace(UNTOUCHED, exposure_stops=0.8, read_noise=0.02, contrast=1.3)
FILES = ("plan.jsonl", "annotations.json", "metadata.parquet", "manifest.json")


def frames(post: object = None) -> list[Painted]:
    return [_lit(frame, post) for frame in painted()]


def _lit(frame: Painted, post: object) -> Painted:
    scene = replace(frame.scene, post=post)
    light = as_kept(linear(frame.image) * np.float32(0.7))
    return replace(
        frame, scene=scene, shot=shot_of(scene), light=light, image=srgb(light),
        passes={"linear.exr": encode_light(light)},
    )  # fmt: skip


def rendered(out: Path, post: object = None) -> Plan:
    """A set as a render leaves it that developed as it went."""
    shown = frames(post)
    plan = plan_of(shown)
    out.mkdir()
    begin_dataset(out, plan, SETTINGS)
    for index, frame in enumerate(shown):
        final = developed(frame, frame.scene.post, NOWHERE)
        write_shard(out, index, final, labels_of(frame), WRITE)
    merge_record(plan, CATALOGUE, PROVENANCE).write(out)
    merge_shards(out, partial=False)
    return plan


def room(source: Path, out: Path) -> Darkroom:
    return Darkroom(
        source=source, out=out, references=NOWHERE, write=WRITE, categories={3: "chair"}
    )


def contents(out: Path) -> dict[str, bytes]:
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != ".lock")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a render with these effects leaves."""
    out = tmp_path_factory.mktemp("wanted") / "out"
    rendered(out, BRIGHT)
    return out


def develop(source: Path, out: Path, workers: int = 1) -> None:
    plan = plan_of(frames(BRIGHT))
    if out != source:
        out.mkdir(exist_ok=True)
        begin_dataset(out, plan, SETTINGS)
        shutil.copy(source / "shards" / "merge.json", out / "shards" / "merge.json")
    plan.write(out / "plan.jsonl")
    develop_images(plan.scenes, room(source, out), workers, lambda _: None)
    merge_shards(out, partial=False)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_set_developed_anew_is_to_the_byte_the_set_rendered_with_these_effects(
    wanted: Path, tmp_path: Path, workers: int
) -> None:
    rendered(tmp_path / "plain")
    before = contents(tmp_path / "plain")
    develop(tmp_path / "plain", tmp_path / "out", workers)
    assert contents(tmp_path / "out") == contents(wanted)
    assert contents(tmp_path / "plain") == before


def test_in_place_it_is_the_same_set_and_what_is_developed_stays(
    wanted: Path, tmp_path: Path
) -> None:
    rendered(tmp_path / "out")
    develop(tmp_path / "out", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(wanted)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "images").iterdir()}
    develop(tmp_path / "out", tmp_path / "out")
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_files_that_effects_do_not_change_are_shared(tmp_path: Path) -> None:
    rendered(tmp_path / "plain")
    develop(tmp_path / "plain", tmp_path / "out")
    for name in ("depth/000000.exr", "segmentation/000000.png", "linear/000000.exr"):
        assert (tmp_path / "out" / name).samefile(tmp_path / "plain" / name)
    assert not (tmp_path / "out/images/000000.png").samefile(tmp_path / "plain/images/000000.png")


@pytest.mark.parametrize("lost", ["shards/000001.json", "images/000001.png"])
def test_what_a_kill_left_half_developed_is_developed_to_the_same_bytes(
    wanted: Path, tmp_path: Path, lost: str
) -> None:
    rendered(tmp_path / "out")
    old = contents(tmp_path / "out")
    develop(tmp_path / "out", tmp_path / "out")
    (tmp_path / "out" / lost).write_bytes(old[lost])  # one of two files was renamed, one was not
    develop(tmp_path / "out", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(wanted)


def test_dropped_pictures_leave_a_whole_set_that_cannot_be_developed_again(tmp_path: Path) -> None:
    plan = rendered(tmp_path / "out", BRIGHT)
    sizes = [path.stat().st_size for path in (tmp_path / "out" / "linear").iterdir()]
    assert light_taken(tmp_path / "out").bytes == sum(sizes) > 0
    before = {name: (tmp_path / "out" / name).read_bytes() for name in FILES}
    drop_light(tmp_path / "out")
    assert light_taken(tmp_path / "out").pictures == 0
    assert all(is_developed(tmp_path / "out", line) for line in plan.scenes)
    merge_shards(tmp_path / "out", partial=False)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == before
    with pytest.raises(NoLight, match="image 000000 has no linear picture to develop"):
        develop_images(
            plan_of(frames()).scenes, room(tmp_path / "out", tmp_path / "out"), 1, lambda _: None
        )


def test_an_image_that_was_never_rendered_stays_away(tmp_path: Path) -> None:
    rendered(tmp_path / "plain")
    (tmp_path / "plain" / "shards" / "000001.json").unlink()
    (tmp_path / "out").mkdir()
    begin_dataset(tmp_path / "out", plan_of(frames(BRIGHT)), SETTINGS)
    room_ = room(tmp_path / "plain", tmp_path / "out")
    develop_images(plan_of(frames(BRIGHT)).scenes, room_, 1, lambda _: None)
    assert [read_shard(tmp_path / "out", index) is None for index in range(3)] == [
        False, True, False,
    ]  # fmt: skip
