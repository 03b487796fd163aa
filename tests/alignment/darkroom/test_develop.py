"""make develop: a rendered set towards other photos, without Blender."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from PIL import Image

from alignment.command.stages import Stages
from alignment.command.words import path_words
from alignment.darkroom.photos import NoPhotosToBeLike, photos_of
from alignment.darkroom.settings import settings_from
from alignment.darkroom.walk import develop
from alignment.samples.sample import Sample
from assets.errors import UserError
from assets.project import CONF
from scenes.dataset.developing import NoLight
from scenes.dataset.light import drop_light
from scenes.dataset.validate import validate
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.plan.splits import SplitRecord
from tests.alignment.align.pixels.pictures import NAMES, planted_photos
from tests.alignment.lit_set import contents, lit_set, manifest

COUNT = 6
QUICK = ("report.splits=20", "workers=1")
SPLIT = SplitRecord(
    seed=3, shares={"validation": 0.0, "test": 0.2},
    images={"exposed": ("old.png",), "validation": (), "test": ("0.png", "1.png")},
)  # fmt: skip


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of nothing but photos, of which two are another set's test photos."""
    folder = tmp_path_factory.mktemp("photos")
    for number, photo in enumerate(planted_photos(np.random.default_rng(4), 14)):
        Image.fromarray(photo).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("set") / "a"
    lit_set(out, COUNT, record=SPLIT)
    return out


@pytest.fixture(scope="module")
def wanted(source: Path, photos: Path) -> Path:
    out = source.with_name("wanted")
    told(source, out, photos)
    return out


def told(source: Path, out: Path | None, real: Path | None, *words: str) -> None:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        paths = path_words({"set": source, "out": out, "real": real})
        settings = settings_from(compose("develop", overrides=[*QUICK, *words, *paths]))
    with Stages(quiet=True) as stages:
        develop(settings, stages)


def test_a_set_comes_nearer_to_other_photos_and_its_labels_stay(
    source: Path, wanted: Path, photos: Path
) -> None:
    labels, before = (json.loads((out / "annotations.json").read_text())["annotations"]
                      for out in (wanted, source))  # fmt: skip
    assert labels == before != []
    assert validate(wanted) == len(labels)
    shown = photos_of(photos, None, SPLIT).measured(80).table
    for name in NAMES[:2]:
        real, first, then = (Sample.of(table, [name]).values for table in (
            shown, MetadataTable.read(source / "metadata.parquet"),
            MetadataTable.read(wanted / "metadata.parquet")))  # fmt: skip
        assert abs(then.mean() - real.mean()) < 0.3 * abs(first.mean() - real.mean())


def test_photos_that_are_kept_to_judge_are_not_looked_at(wanted: Path, photos: Path) -> None:
    record = SplitRecord.beside(wanted / "plan.jsonl")
    assert record is not None
    assert record.images["test"] == ("0.png", "1.png")
    assert set(record.images["exposed"]) == {"old.png", *(f"{n}.png" for n in range(2, 14))}
    assert manifest(wanted)["splits"]["images"]["test"] == ["0.png", "1.png"]
    assert photos_of(photos, None, SPLIT).held_out == ("0.png", "1.png")
    told = json.loads((wanted / "development.json").read_text())
    assert not {"0.png", "1.png"} & set(told["photos"])


def test_in_place_by_two_workers_it_is_the_same_set_and_again_after_a_stop(
    source: Path, wanted: Path, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    lit_set(out, COUNT, record=SPLIT)
    (out / "report.json").write_text("of the pictures before")
    told(out, None, photos, "workers=2")
    assert contents(out) == contents(wanted)
    assert not (out / "report.json").exists()
    for name in ("shards/000003.json", "images/000003.png", "annotations.json"):
        (out / name).write_bytes((source / name).read_bytes())  # as a kill may leave them
    told(out, None, photos)
    assert contents(out) == contents(wanted)


def test_other_effects_need_no_photos_and_are_those_that_scenes_draw(
    source: Path, tmp_path: Path
) -> None:
    told(source, tmp_path / "mild", None, "post=mild", "post.jpeg_share=1.0")
    posts = [one.scene.post for one in Plan.read(tmp_path / "mild" / "plan.jsonl").scenes]
    assert len({post.exposure_stops for post in posts if post}) == COUNT
    told(tmp_path / "mild", tmp_path / "plain", None, "post=none")
    images = [contents(out) for out in (source, tmp_path / "plain")]
    assert images[0]["000000.png"] == images[1]["000000.png"]
    assert images[0]["metadata.parquet"] == images[1]["metadata.parquet"]


def test_a_set_without_linear_pictures_is_refused_in_a_line(tmp_path: Path) -> None:
    lit_set(tmp_path / "a", 2)
    drop_light(tmp_path / "a")
    with pytest.raises(NoLight, match="no linear pictures to develop; expected a set rendered"):
        told(tmp_path / "a", None, None, "post=mild")


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "neither real nor post"), (("post=mild", "second_stage.lamps=[1.0,2.0]"), "other light")],
)
def test_what_cannot_be_developed_is_said_before_anything_is_read(
    words: tuple[str, ...], said: str
) -> None:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("develop", overrides=["set=a", *words])
    with pytest.raises(UserError, match=said):
        settings_from(config)


def test_a_folder_of_held_out_photos_alone_is_refused(photos: Path) -> None:
    every = tuple(f"{number}.png" for number in range(14))
    record = replace(SPLIT, images={"exposed": (), "validation": (), "test": every})
    with pytest.raises(NoPhotosToBeLike, match="14 photos, of which 14 are kept to judge"):
        photos_of(photos, None, record)
