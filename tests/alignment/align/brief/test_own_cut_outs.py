"""What nothing serves is cut out of the run's own photos, on the way to its dataset."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pycocotools.coco import COCO

from alignment.align.brief.own_cut_outs import NoBackground, NothingServes
from alignment.real.category import UnclearCategory
from assets.catalogue import UnknownAsset
from assets.fragments.folder import read_fragments
from assets.project import PROJECT
from scenes.config.from_mapping import BadSetting
from tests.alignment.align.brief.begun import begun
from tests.alignment.fragments.cutting_out import unchanged
from tests.alignment.fragments.planted import GREEN, RED, planted_set

PHOTOS = 12
MORE = "+cutting.settings.backgrounds.most_painted=0.4"
QUICK = ("preset=draft", "pool=quick", "report.cross_fits=0", "pixel_attributes=[]")


def photos(root: Path, *names: str) -> Path:
    """Two things of two categories on each photo, moved a little from one to the next."""
    things = [
        [((40 + n, 70), (14, 20), RED, 1), ((110 + n, 60 + n), (16, 14), GREEN, 2)]
        for n in range(PHOTOS)
    ]
    return planted_set(root, things, names=names)


@pytest.fixture(scope="module")
def unserved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photos(tmp_path_factory.mktemp("real") / "set", "gadget", "widget")


@pytest.fixture(scope="module")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photos(tmp_path_factory.mktemp("real") / "set", "cup", "widget")


def cut_of(out: Path) -> Counter[str]:
    return Counter(one.category for one in read_fragments(out / "cut-outs").fragments)


def test_a_category_that_nothing_serves_is_cut_out_of_the_photos(
    unserved: Path, tmp_path: Path
) -> None:
    job, lines = begun(unserved, tmp_path, "category=gadget")
    folder = tmp_path / "cut-outs"
    assert f"no family and no mesh serves gadget: cut out of the photos, into {folder}" in lines
    assert cut_of(tmp_path) == {"gadget": PHOTOS}
    assert any(line.startswith(f"cut-outs of {folder}: ") for line in lines)
    assert job.settings.fragments.folder == folder
    background = job.baselines[0].background
    assert background.weights.photo == pytest.approx(0.5)
    assert background.weights.room / background.weights.environment == pytest.approx(7 / 3)
    assert len(background.photos) == 0  # those of the folder are
    assert background.folder == folder / "backgrounds"


def test_nobody_has_to_name_categories_of_which_none_is_served(
    unserved: Path, tmp_path: Path
) -> None:
    job, _ = begun(unserved, tmp_path)
    assert job.real.names == ("gadget", "widget")
    assert cut_of(tmp_path) == {"gadget": PHOTOS, "widget": PHOTOS}


def test_nor_where_a_folder_of_them_is_told(unserved: Path, tmp_path: Path) -> None:
    begun(unserved, tmp_path / "a")
    told = f"fragments.folder={tmp_path / 'a' / 'cut-outs'}"
    job, _ = begun(unserved, tmp_path / "b", told)
    assert job.real.names == ("gadget", "widget")
    assert not (tmp_path / "b" / "cut-outs").exists()
    begun(unserved, tmp_path / "c", "category=widget")
    told = f"fragments.folder={tmp_path / 'c' / 'cut-outs'}"
    job, _ = begun(unserved, tmp_path / "d", told)
    assert job.real.names == ("widget",)


def test_what_was_cut_is_not_cut_again(unserved: Path, tmp_path: Path) -> None:
    begun(unserved, tmp_path)
    with unchanged(tmp_path / "cut-outs"):
        begun(unserved, tmp_path)


def test_what_judges_is_not_cut_out(unserved: Path, tmp_path: Path) -> None:
    job, _ = begun(unserved, tmp_path, "split.test=0.25", "split.validation=0.25")
    exposed = set(job.real.record.images["exposed"])
    found = read_fragments(tmp_path / "cut-outs")
    assert {one.photo for one in found.fragments} == exposed
    assert {one.photo for one in found.backgrounds} == exposed
    assert len(exposed) == PHOTOS // 2


def test_where_nothing_can_be_pasted_on_it_is_said_what_to_do(
    unserved: Path, tmp_path: Path
) -> None:
    with pytest.raises(NoBackground, match="expected BACKGROUNDS=folder"):
        begun(unserved, tmp_path, "engine=paste", "+cutting.settings.backgrounds.most_painted=0")


@pytest.mark.parametrize("words", [("cutting.when=always",), ("engine=paste", MORE)])
def test_where_meshes_serve_they_are_cut_out_where_that_is_asked_for(
    cups: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    plain, _ = begun(cups, tmp_path / "a", "category=cup")
    assert plain.settings.fragments.folder is None
    assert not (tmp_path / "a" / "cut-outs").exists()
    job, _ = begun(cups, tmp_path / "b", "category=cup", *words)
    assert cut_of(tmp_path / "b") == {"cup": PHOTOS}
    shapes = {a.shape for a in job.catalogue.assets.values() if a.category == "cup"}
    assert ("cut-out" in shapes, len(shapes) > 1) == (True, words[0] != "engine=paste")


def test_settings_of_make_fragments_reach_it(unserved: Path, tmp_path: Path) -> None:
    word = "+cutting.settings.backgrounds.most_painted=0"
    job, lines = begun(unserved, tmp_path, "category=gadget", word)
    assert not read_fragments(tmp_path / "cut-outs").used_backgrounds
    assert job.baselines[0].background.weights.photo == 0
    assert any(line.startswith("no photo is a background") for line in lines)
    with pytest.raises(BadSetting, match="bakgrounds"):
        begun(unserved, tmp_path, "category=gadget", "+cutting.settings.bakgrounds.painter=ns")


@pytest.mark.parametrize("words", [("background=room",), ("cutting.backgrounds=0",)])
def test_a_background_that_was_chosen_stays(
    unserved: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    job, _ = begun(unserved, tmp_path, "category=gadget", *words)
    assert job.baselines[0].background.weights.photo == 0
    assert job.baselines[0].background.folder is None


def test_without_a_photo_on_disk_it_is_said_what_is_missing(tmp_path: Path) -> None:
    real = photos(tmp_path / "set", "gadget", "widget")
    for path in (real / "images").iterdir():
        path.unlink()
    with pytest.raises(NothingServes, match=r"serves gadget, and none of the set's photos"):
        begun(real, tmp_path / "out", "category=gadget")


def test_never_is_never(unserved: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownAsset, match="no asset family serves category 'gadget'"):
        begun(unserved, tmp_path, "category=gadget", "cutting.when=never")
    with pytest.raises(UnclearCategory):
        begun(unserved, tmp_path, "cutting.when=never")


def test_one_command_makes_a_dataset_of_what_no_mesh_shows(unserved: Path, tmp_path: Path) -> None:
    words = ("engine=paste", "images=4", "workers=1", MORE, *QUICK)
    done = subprocess.run(
        [sys.executable, "-m", "alignment.align.main", f"out={tmp_path}", *words],
        cwd=PROJECT, env=os.environ | {"TWINSET_REAL": str(unserved)}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = COCO(str(tmp_path / "annotations.json"))
    assert len(made.imgs) == 4
    assert {one["name"] for one in made.cats.values()} == {"gadget", "widget"}
    assert made.anns
    assert (tmp_path / "report.html").is_file()
