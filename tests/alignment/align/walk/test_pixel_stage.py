"""make align with photos: their light and blur come out of Blender."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from PIL import Image

from alignment.align.brief.brief import begin
from alignment.align.brief.settings import settings_from
from alignment.align.walk.pixel_stage import in_best_light
from alignment.command.stages import Stages
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from tests.alignment.align.pixels.pictures import NAMES, planted_photos
from tests.alignment.commanded import QUICK, report_of, run
from tests.scenes.configs import CONF
from tests.scenes.sets import box, image, write_coco

SMALL = ("image.long_side_px=64", "quality=draft", "labels=visible", "background=white")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
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


@pytest.mark.blender
def test_what_was_solved_on_cheap_renders_is_in_the_plan_and_in_the_pictures(real, tmp_path):
    lit = ("background=room", "second_stage.lamps=[1.0,3.0]", "second_stage.pull=0.0")
    done = run("images=3", *SMALL, *lit, *QUICK, real=real, out=tmp_path)
    assert done.returncode == 0, done.stderr
    posts = [one.scene.post for one in Plan.read(tmp_path / "plan.jsonl").scenes]
    assert len({post.exposure_stops for post in posts if post}) == 3
    cheap, final = (MetadataTable.read(tmp_path / folder / "metadata.parquet")
                    for folder in ("second_stage", "."))  # fmt: skip
    assert cheap.image_ids.tolist() == final.image_ids.tolist()
    kept = json.loads((tmp_path / "second_stage" / "solved.json").read_text())["solved"]
    solved = np.array([one["measured"] for one in kept])
    for place, name in enumerate(NAMES):
        first = np.unique(final.image_ids, return_index=True)[1]
        assert np.abs(final.column(name)[first] - solved[:, place]).max() < 0.03
    assert np.abs(final.column("image_brightness") - cheap.column("image_brightness")).max() > 0.05
    lamps = [energies(tmp_path / name) for name in ("second_stage/scenes.jsonl", "plan.jsonl")]
    times = [(1.0, 3.0)[one["picture"]] for one in kept]
    for before, after, factor in zip(*lamps, times, strict=True):
        assert after == pytest.approx([factor * energy for energy in before])
    assert sum(note.startswith("second stage") for note in report_of(tmp_path)["notes"]) == 4


@pytest.mark.blender
def test_a_plan_is_rendered_once_and_developed_as_it_would_be_rendered_with_its_effects(
    real, tmp_path
):
    words = ("images=3", *SMALL, *QUICK)
    done = run(*words, real=real, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "second_stage").exists()
    posts, drawn = ([one.scene.post for one in Plan.read(tmp_path / name).scenes]
                    for name in ("plan.jsonl", "undeveloped.jsonl"))  # fmt: skip
    assert drawn == [None] * 3
    assert len({post.exposure_stops for post in posts}) == 3
    kept = json.loads((tmp_path / "solved.json").read_text())["solved"]
    final = MetadataTable.read(tmp_path / "metadata.parquet")
    first = np.unique(final.image_ids, return_index=True)[1]
    for place, name in enumerate(NAMES):
        told = np.array([one["measured"][place] for one in kept])
        assert np.abs(final.column(name)[first] - told).max() < 0.02  # saved as JPEG since
    before = contents(tmp_path)
    for name in ("shards/000001.json", "linear/000001.exr"):  # rendered again, with its effects
        (tmp_path / name).unlink()
    done = run(*words, "renderer.linear=drop", real=real, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == before
    assert not list((tmp_path / "linear").iterdir())


def contents(out):
    names = ("plan.jsonl", "annotations.json", "metadata.parquet", "manifest.json", "report.json")
    images = sorted((out / "images").iterdir())
    return {path.name: path.read_bytes() for path in (*(out / name for name in names), *images)}


def energies(plan):
    return [[light.energy for light in one.scene.lights] for one in Plan.read(plan).scenes]


def without_a_stage(words, real, out):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose("align", overrides=["preset=draft", *words])
    with Stages(quiet=True) as stages:
        job = begin(replace(settings_from(told), real=real, category="chair", out=out), stages)
        assert in_best_light(job, Plan(scenes=()), stages) == (Plan(scenes=()), ())
    assert not job.develops
    return job.why_no_second_stage


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("pixel_attributes=[]", "pixel_attributes is empty"),
        ("render=false", "nothing is rendered"),
        ("quality=labels", "quality.colour is false"),
    ],
)
def test_where_there_is_no_second_stage_the_plan_stays_and_the_reason_is_told(
    real, tmp_path, word, why
):
    assert without_a_stage([word], real, tmp_path) == why


def test_a_set_without_photos_has_no_second_stage(tmp_path):
    folder = write_coco(tmp_path / "bare").parent
    assert without_a_stage([], folder, tmp_path / "out").startswith("the set has no photos to tell")
