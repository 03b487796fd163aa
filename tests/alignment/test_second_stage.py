"""make align with photos: their light and blur come out of Blender."""

import json

import numpy as np
import pytest
from PIL import Image

from scenes.metadata import MetadataTable
from scenes.plan import Plan
from tests.alignment.command import QUICK, plan, report_of, run
from tests.alignment.second_stage.pictures import NAMES, planted_photos
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
    done = run("images=3", *SMALL, *QUICK, real=real, out=tmp_path)
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
    assert sum(note.startswith("second stage") for note in report_of(tmp_path)["notes"]) == 4


def test_where_it_is_off_no_second_stage_is_said_and_no_effect_planned(real, tmp_path):
    done = plan(*SMALL, "pixel_attributes=[]", real=real, out=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no second stage, pixels stay as they come: pixel_attributes is empty" in done.stderr
    assert all(one.scene.post is None for one in Plan.read(tmp_path / "plan.jsonl").scenes)
