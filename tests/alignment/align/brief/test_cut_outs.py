"""A category that nothing serves works from its photos alone, and never from those that judge."""

import hashlib
from pathlib import Path

import pytest

from assets.catalogue import UnknownAsset
from assets.fragments.set_ground import SetGround
from scenes.sampling.sampler import SceneSampler
from tests.alignment.align.brief.begun import begun
from tests.cut_outs import disc, folder
from tests.scenes.sets import box, image, write_coco, write_photo

PHOTOS = 12


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("gadgets")
    for n in range(1, PHOTOS + 1):
        write_photo(root / f"{n}.png", (40 + n, 30))
    write_coco(
        root, images=[image(n, width=40 + n) for n in range(1, PHOTOS + 1)],
        annotations=[box(n, image_id=n) for n in range(1, PHOTOS + 1)],
        categories=[{"id": 1, "name": "gadget"}],
    )  # fmt: skip
    return root


@pytest.fixture(scope="module")
def cut(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cut-out of each photo."""
    names = {f"p{n}": disc((30 + n, 60)) for n in range(1, PHOTOS + 1)}
    told = {f"p{n}": {"photo_sha256": digest(real / f"{n}.png")} for n in range(1, PHOTOS + 1)}
    return folder(tmp_path_factory.mktemp("cut") / "outs", names, {"room": (60, 40)}, **told)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_without_cut_outs_nothing_serves_the_category(real: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownAsset, match="no asset family serves category 'gadget'"):
        begun(real, tmp_path, "cutting.when=never")


def test_with_them_it_is_said_that_they_serve_and_how_many(
    real: Path, cut: Path, tmp_path: Path
) -> None:
    job, lines = begun(real, tmp_path, f"fragments.folder={cut}")
    alone = "from the photos alone: no family and no mesh serves it"
    assert f"cut-outs of {cut}: {PHOTOS} gadget, {alone}" in lines
    assert any("nobody tells its size; taken to be 0.2 m high" in line for line in lines)
    assert "table" in job.catalogue.categories
    assert job.baselines[0].category == "gadget"


def test_pasting_shows_cut_outs_alone_and_searches_nearer_than_rooms_are(
    real: Path, cut: Path, tmp_path: Path
) -> None:
    job, _ = begun(real, tmp_path, f"fragments.folder={cut}", "engine=paste")
    assert job.catalogue.categories == ("gadget",)
    assert set(job.space.choices["strategy"]) == {"on_surface"}
    assert job.space.ranges["camera.distance_m"].high == pytest.approx(40 * 0.2 / 0.9)
    assert job.baselines[0].background.weights.photo == 1.0
    assert len(job.baselines[0].background.photos) == 1
    assert "++engine='paste'" in job.overrides
    assert f"++fragments.folder='{cut}'" in job.overrides


def test_before_roads_cameras_are_as_high_as_the_photos_were_taken_from(
    real: Path, tmp_path: Path
) -> None:
    road = SetGround(horizon=0.3, height={"Gadget": 0.25}, boxes=40, gain=0.5)
    root = folder(tmp_path / "outs", {"a": disc((40, 60))}, {"road": (60, 40)}, road)
    words = (f"fragments.folder={root}", "engine=paste", "++fragments.height_m={gadget:0.2}")
    job, _ = begun(real, tmp_path, *words)
    (behind,) = job.baselines[0].background.photos
    assert (behind.camera_m, behind.horizon) == (pytest.approx(0.8), pytest.approx(0.3))
    high = job.space.ranges["camera.height_m"]
    assert high.low < 0.8 < high.high < 1.0
    assert job.space.ranges["camera.distance_m"].low > high.low
    assert max(job.space.choices["camera.tilt_deg"]) < 90
    sampler = SceneSampler.of(job.baselines[0], job.catalogue)
    eyes = [sampler.sample(n).camera.camera_to_world[2, 3] for n in range(4)]
    assert all(0.6 < high < 1.0 for high in eyes)


def test_no_cut_out_of_a_photo_that_judges_is_in_the_catalogue(
    real: Path, cut: Path, tmp_path: Path
) -> None:
    words = (f"fragments.folder={cut}", "split.test=0.25", "split.validation=0.25", "engine=paste")
    job, lines = begun(real, tmp_path, *words)
    exposed = {digest(real / name) for name in job.real.record.images["exposed"]}
    shown = {asset.imported.fragment.photo_sha256 for asset in job.catalogue.assets.values()}
    assert shown == exposed
    assert len(shown) == PHOTOS // 2
    assert any(f"{PHOTOS // 2} left out, of photos that only judge" in line for line in lines)
    assert len(job.settings.fragments.without) == PHOTOS // 2
