"""Looks chosen for what only pixels tell: background_similarity."""

from dataclasses import replace

import numpy as np
import pytest
from omegaconf import OmegaConf

from alignment.align.matching.moments import Group
from alignment.align.matching.settings import MatchSettings
from alignment.align.population.smoothing import Smoothed, Smoother
from alignment.align.walk.cheap_renders import label_words
from alignment.align.walk.looks import choose_looks, shown_of
from alignment.samples.bins import Bins
from alignment.samples.facet import facet
from assets.catalogue import load_catalogue
from assets.project import CONF
from scenes.config.from_mapping import from_mapping
from scenes.labels.policy import LabelSettings
from scenes.measuring.table import APPEARANCE, MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.sampler import SceneSampler
from tests.alignment.align.planted import AS_FOUND
from tests.alignment.commanded import error_line, plan, run
from tests.scenes.configs import scene_config
from tests.scenes.sets import box, image, write_coco, write_photo

NAME = "background_similarity"
MATCH = MatchSettings(
    attributes=("bbox_area",),
    pairs=(),
    bins=20,
    pair_bins=8,
    tau=None,
    oversampling=AS_FOUND,
    class_weights=None,
)
SMALL = ("pool.first_configs=16", "pool.round_configs=16", "pool.scenes_per_config=4",
         "pool.most_scenes=32", "report.cross_fits=0", "report.splits=5")  # fmt: skip


def group(shares):
    edges = np.linspace(0, 1, len(shares) + 1)[1:-1]
    target = Smoothed(
        names=(NAME,), bins=Bins(inner_edges=(edges,)), shares=np.asarray(shares),
        mix={Smoother(family="histogram", setting=1.0): 1.0}, scores={},
    )  # fmt: skip
    return Group(target=target, facet=facet("", (NAME,)), values=40)


def table(values):
    """One box a scene."""
    return MetadataTable.from_columns(
        {"image_id": np.arange(1, len(values) + 1), NAME: np.asarray(values)}
    )


def test_looks_bring_the_shares_to_the_targets():
    rng = np.random.default_rng(0)
    tables = [table(rng.uniform(0.5, 1, 400)), table(rng.uniform(0, 0.5, 400))]
    shown = shown_of(group([0.2, 0.3, 0.25, 0.25]), tables, 400)
    chosen = choose_looks(rng, [shown], 400, 2)
    shares = shown.counts[np.arange(400), chosen].mean(axis=0)
    assert shares == pytest.approx([0.2, 0.3, 0.25, 0.25], abs=0.03)


def test_where_no_look_is_nearer_every_scene_keeps_its_own():
    same = table(np.linspace(0.01, 0.99, 50))
    shown = shown_of(group([0.25] * 4), [same, same, same], 50)
    assert not choose_looks(np.random.default_rng(0), [shown], 50, 3).any()


def told(scene):
    return scene.to_json()


def test_another_look_of_a_seed_has_the_same_geometry_and_another_finish():
    sampler = SceneSampler.of(scene_config(), load_catalogue(1))
    own, again, other = (sampler.sample(7, look=look) for look in (0, 0, 1))
    assert told(own) == told(again)
    assert told(own)["camera"] == told(other)["camera"]
    assert [o.asset_id for o in other.objects] == [o.asset_id for o in own.objects]
    assert all(np.array_equal(a.object_to_world, b.object_to_world)
               for a, b in zip(own.objects, other.objects, strict=True))  # fmt: skip
    assert [o.materials for o in other.objects] != [o.materials for o in own.objects]


def photographed(folder):
    """Twelve photos of noise with a chair and its outline on each."""
    outline = [[4.0, 4.0, 24.0, 4.0, 24.0, 20.0, 4.0, 20.0]]
    for n in range(1, 13):
        write_photo(folder / f"{n}.png")
    boxes = [box(n, [4, 4, 20, 16], image_id=n, segmentation=outline) for n in range(1, 13)]
    return write_coco(folder, images=[image(n) for n in range(1, 13)], annotations=boxes).parent


@pytest.mark.blender
def test_naming_it_among_the_attributes_chooses_looks_and_reports_it(tmp_path):
    words = ("images=3", "image.long_side_px=64", "quality=draft", "quality.samples=1", "looks=2",
             "pixel_attributes=[]", "workers=1", "renderer.workers=1", "pairs=[]", "labels=visible",
             f"attributes=[bbox_area,{NAME},appearance]")  # fmt: skip
    out = tmp_path / "out"
    done = run(*SMALL, *words, out=out, real=photographed(tmp_path / "set"))
    assert done.returncode == 0, done.stderr
    assert f"looks, {NAME} of chair: squared gaps" in done.stderr
    told_of = (out / "report.html").read_text()
    assert all(name in told_of for name in (NAME, *APPEARANCE))
    assert "by 2 looks a scene" in told_of
    drawn = [Plan.read(out / "second_stage" / f"look_{n}" / "scenes.jsonl") for n in (0, 1)]
    for place, made in enumerate(Plan.read(out / "plan.jsonl").scenes):
        looks = [told(one.scenes[place].scene)["objects"] for one in drawn]
        assert told(made.scene)["objects"] in looks


def test_it_is_refused_where_nothing_is_rendered_or_where_it_would_be_clustered(tmp_path):
    told = error_line(plan(f"attributes=[bbox_area,{NAME}]", out=tmp_path))
    assert "expected render=true" in told
    told = error_line(plan(f"target.attributes=[{NAME}]", out=tmp_path))
    assert f"or in attributes {NAME}" in told


def test_named_alone_it_leaves_nothing_to_weight_scenes_for_and_is_refused(tmp_path):
    told = error_line(plan(f"attributes=[{NAME}]", "pairs=[]", out=tmp_path))
    assert "expected one at least that a preview can tell" in told


def test_appearance_is_the_word_for_light_and_colour_and_each_is_matched_once():
    settings = replace(MATCH, attributes=("bbox_area", "bbox_chroma", "appearance"))
    assert settings.names == (("bbox_area",),)
    looked = [name for (name,) in settings.looked_at]
    assert sorted(looked) == sorted(APPEARANCE)


def limits():
    usual = OmegaConf.to_container(OmegaConf.load(CONF / "labels" / "visible.yaml"))
    return replace(from_mapping(LabelSettings, usual), min_visible_px=200, min_box_px=400,
                   min_side_px=20, min_cut_side_px=10)  # fmt: skip


def test_limits_of_labels_shrink_with_the_pictures_of_looks():
    shrunk = dict(word.split("=") for word in label_words(limits(), 0.5))
    assert {key.removeprefix("++labels."): int(value) for key, value in shrunk.items()} == {
        "min_visible_px": 50, "min_box_px": 100, "min_side_px": 10, "min_cut_side_px": 5,
    }  # fmt: skip
    assert not label_words(limits(), 1.0)
