"""Runs with engine=paste: the same bytes by any number of workers and after a kill, resumable."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from assets.errors import UserError
from bench.scenes import composed
from bench.workers.running import Running
from render.asked.commission import prepared
from render.asked.settings import settings_of
from scenes.dataset.validate import validate
from tests.cut_outs import disc, folder
from tests.render.kills import lead, promised

IMAGES = 10


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    root = tmp_path_factory.mktemp("cut") / "outs"
    pictures = {"a": disc((40, 60)), "b": disc((60, 40)), "c": disc((50, 50), hole=True)}
    folder(root, pictures, {"wide": (160, 120), "high": (90, 120)})
    return ("engine=paste", f"fragments.folder={root}", "category=gadget", f"images={IMAGES}",
            "post=mild", "labels.amodal_masks=true", "text.share=1",
            "text.annotate=true")  # fmt: skip


@pytest.fixture(scope="module")
def calm(job: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one worker makes undisturbed."""
    out = tmp_path_factory.mktemp("calm") / "out"
    done = lead(out, *job, "workers=1")
    assert done.returncode == 0, done.stderr
    return out


def files(out: Path) -> Iterator[tuple[str, bytes]]:
    for name in ("images", "depth", "segmentation"):
        for path in sorted((out / name).iterdir()):
            yield f"{name}/{path.name}", path.read_bytes()


def test_what_is_written_is_a_whole_dataset_that_says_how_it_was_made(calm: Path) -> None:
    validate(calm)
    told = json.loads((calm / "manifest.json").read_text())
    assert told["images"] == IMAGES
    assert told["labels"]["gadget"] > 0
    assert told["config"]["engine"] == "paste"
    assert "opencv" in told["versions"]
    assert "bpy" not in told["versions"]


def test_a_killed_run_goes_on_with_three_workers_to_the_same_bytes(
    job: tuple[str, ...], calm: Path, tmp_path: Path
) -> None:
    with Running(tmp_path, *job, "workers=1") as run:
        for event in run.events():
            if event["event"] == "done":
                break
    left = IMAGES - len(list((tmp_path / "shards").glob("[0-9]*.json")))
    done = lead(tmp_path, *job, "workers=3")
    assert done.returncode == 0, done.stderr
    assert left > 0
    assert promised(tmp_path) == promised(calm)
    assert dict(files(tmp_path)) == dict(files(calm))
    assert (tmp_path / "text.json").read_bytes() == (calm / "text.json").read_bytes()


def test_text_json_numbers_its_words_and_the_pictures_that_show_them(calm: Path) -> None:
    told = json.loads((calm / "text.json").read_text())
    rows = told["annotations"]
    assert [image["id"] for image in told["images"]] == list(range(1, IMAGES + 1))
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows
    assert all(row["utf8_string"] and len(row["polygon"]) == 8 for row in rows)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("strategy=grouped", "engine=paste, strategy=grouped"),
        ("fragments.folder=null", "no folder of cut-outs is named"),
        ("passes.normals=true", "no surface to tell of"),
    ],
)
def test_what_cannot_be_pasted_is_a_mistake_that_says_so(
    job: tuple[str, ...], tmp_path: Path, word: str, told: str
) -> None:
    config = OmegaConf.create(composed("render", *job, word, f"out={tmp_path}"))
    with pytest.raises(UserError, match=told):
        prepared(settings_of(config)).plan.lines()


def test_no_two_pictures_are_alike(calm: Path) -> None:
    pictures = [told for name, told in files(calm) if name.startswith("images")]
    assert len(set(pictures)) == len(pictures) == IMAGES
    assert np.mean([len(told) for told in pictures]) > 500
