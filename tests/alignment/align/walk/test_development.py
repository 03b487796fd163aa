"""The last step of make align: what was rendered is developed, without Blender."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from PIL import Image

from alignment.align.brief.brief import Job, begin
from alignment.align.brief.settings import settings_from
from alignment.align.walk.development import developed
from alignment.align.walk.pixel_stage import is_solved
from alignment.command.stages import Stages
from assets.catalogue import Catalogue
from assets.project import CONF
from scenes.dataset.light import drop_light
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from tests.alignment.align.pixels.pictures import NAMES, planted_photos
from tests.alignment.lit_set import contents, lit_plan, lit_set
from tests.scenes.hand_made import CATALOGUE
from tests.scenes.sets import box, image, write_coco

COUNT = 4


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight photos of one chair each."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "images").mkdir()
    for number, photo in enumerate(planted_photos(np.random.default_rng(4), 8), 1):
        Image.fromarray(photo).save(folder / "images" / f"{number}.png")
    return write_coco(
        folder,
        images=[image(n, width=80, height=60) for n in range(1, 9)],
        annotations=[box(n, [20 + n, 15, 25 + n, 30], image_id=n) for n in range(1, 9)],
    ).parent


@pytest.fixture
def stages() -> Iterator[Stages]:
    with Stages(quiet=True) as told:
        yield told


def job_in(out: Path, real: Path, stages: Stages) -> Job:
    words = ("preset=draft", "labels=visible", "workers=1", "report.splits=20")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        settings = settings_from(compose("align", overrides=list(words)))
    job = begin(replace(settings, real=real, category="chair", out=out), stages)
    return replace(job, catalogue=Catalogue(assets=CATALOGUE.assets))  # of what was painted


def test_what_was_rendered_measures_what_was_solved_and_a_stopped_run_ends_alike(
    tmp_path: Path, real: Path, stages: Stages
) -> None:
    plan = lit_set(tmp_path, COUNT)
    plain = contents(tmp_path)
    job = job_in(tmp_path, real, stages)
    assert not is_solved(job, plan)
    final, notes, whole = developed(job, plan, stages)
    assert whole
    assert len(notes) == len(NAMES) + 1
    assert Plan.read(tmp_path / "plan.jsonl").scenes[1].scene.post == final.scenes[1].scene.post
    table = MetadataTable.read(tmp_path / "metadata.parquet")
    assert np.unique(table.column("image_brightness")).size == COUNT
    done = contents(tmp_path)
    assert done["annotations.json"] == plain["annotations.json"]
    for name in ("plan.jsonl", "images/000002.png", "manifest.json"):  # as a kill leaves them
        (tmp_path / name).write_bytes(plain[Path(name).name])
    assert is_solved(job, plan)
    again, _, _ = developed(job, plan, stages)
    assert contents(tmp_path) == done
    assert [one.scene.post for one in again.scenes] == [one.scene.post for one in final.scenes]


def test_a_finished_folder_without_linear_pictures_stays_finished(
    tmp_path: Path, real: Path, stages: Stages
) -> None:
    plan = lit_set(tmp_path, COUNT)
    job = job_in(tmp_path, real, stages)
    developed(job, plan, stages)
    done = contents(tmp_path)
    drop_light(tmp_path)
    _, notes, whole = developed(job, plan, stages)
    assert (whole, len(notes)) == (True, len(NAMES) + 1)
    assert contents(tmp_path) == done


def test_an_image_that_cannot_be_developed_is_left_to_be_rendered(
    tmp_path: Path, real: Path, stages: Stages
) -> None:
    lit_set(tmp_path, COUNT)
    (tmp_path / "linear" / "000002.exr").unlink()
    _, _, whole = developed(job_in(tmp_path, real, stages), lit_plan(COUNT), stages)
    assert not whole
    assert not (tmp_path / "shards" / "000002.json").exists()
    assert "000002" not in (tmp_path / "annotations.json").read_text()
