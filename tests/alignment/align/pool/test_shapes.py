"""attributes=[...,shape]: a name is matched by the share of its boxes, beside numbers."""

from dataclasses import replace

import numpy as np
import pytest
from omegaconf import OmegaConf

from alignment.align.brief.brief import begin
from alignment.align.brief.names import NotMatchable
from alignment.align.brief.settings import settings_from
from alignment.align.matching.match import groups_of, match
from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.registry import method_of
from alignment.align.pool.shapes import with_each_shape
from alignment.align.population.settings import TargetSettings
from alignment.align.population.smoothing import LEAST
from alignment.align.reach.names import unshown
from alignment.command.stages import Stages
from alignment.real.split import Exposed, split
from alignment.samples.bins import bhattacharyya
from assets.catalogue import load_catalogue
from assets.project import PROJECT
from bench.scenes import composed
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import AS_FOUND, GMM, target
from tests.alignment.align.planted_names import SHARES, shaped, shaped_pool, share_of, write_shapes
from tests.alignment.commanded import error_line, plan, report_of
from tests.scenes.configs import scene_config

LAW = {"mean": (-2.0, 0.5), "spread": (0.5, 0.1)}
MATCH = MatchSettings(
    attributes=("bbox_area", "center_y", "shape"),
    pairs=(),
    bins=10,
    pair_bins=6,
    tau=1.0,
    oversampling=AS_FOUND,
    class_weights=None,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def exposed(photos=60, shares=SHARES):
    return Exposed(table=shaped(rng(1), photos, shares, **LAW))


POOL = shaped_pool(rng())


def apart(real, table, name):
    (group,) = groups_of(rng(), Exposed(table=real), replace(MATCH, attributes=(name,)))
    values = [group.facet.sample(one).values for one in (real, table)]
    return bhattacharyya(*values, group.target.bins)


@pytest.mark.parametrize("method", ["scenes", "mixture"])
def test_shares_of_shapes_are_matched_and_numbers_beside_them_still_are(method):
    real = exposed()
    selected = method_of(method, MATCH).select(rng(2), real, {"": target([1.0], [(-2, 0.5)])}, POOL)
    drawn = selected.pool.drawn(rng(3).choice(len(selected.pool), 3000, p=selected.weights))
    for name in SHARES:
        assert share_of(drawn, name) == pytest.approx(share_of(real.table, name), abs=0.05)
    assert sum(share_of(drawn, name) for name in ("folding", "office", "rocking")) < 0.04
    before, after = (apart(real.table, one, "center_y") for one in (POOL.table, drawn))
    assert after < 0.5 * before


def test_a_shape_that_no_scene_shows_leaves_the_others_their_proportions_and_no_scene_unused():
    alone = replace(MATCH, attributes=("shape",))
    real = exposed(shares={"stool": 0.4, "wing": 0.2, "throne": 0.4}).table
    found = match(rng(2), Exposed(table=real), POOL, alone).weighted
    drawn = POOL.drawn(rng(3).choice(len(POOL), 3000, p=found.weights))
    assert share_of(drawn, "stool") == pytest.approx(
        share_of(real, "stool") / (1 - share_of(real, "throne")), abs=0.05
    )
    assert len(drawn) / 3000 == pytest.approx(len(POOL.table) / len(POOL), abs=0.2)
    none = match(rng(2), exposed(shares={"throne": 0.5, "pew": 0.5}), POOL, alone).weighted
    assert none.effective == pytest.approx(len(POOL), rel=1e-3)


def test_what_is_asked_of_all_other_shapes_is_next_to_nothing_however_few_photos_there_are():
    (group,) = groups_of(rng(), exposed(4), replace(MATCH, attributes=("shape",)))
    assert group.facet.cells == (*sorted(SHARES), "any other")
    assert group.target.shares[-1] <= LEAST
    assert group.target.shares.sum() == pytest.approx(1)


def test_a_box_without_a_name_counts_for_none():
    table = exposed().table
    names = np.where(np.arange(len(table)) % 2, table.names("shape").to_pylist(), "")
    some = Exposed(table=table.with_columns({"shape": names}))
    (group,) = groups_of(rng(), some, replace(MATCH, attributes=("shape",)))
    assert group.values == len(table) // 2
    assert "" not in group.facet.among


def test_each_category_has_its_own_shapes():
    table = exposed().table
    kinds = np.where(np.isin(table.names("shape").to_pylist(), ["wing"]), "chair", "table")
    both = Exposed(table=table.with_columns({"category": kinds}))
    groups = [g for g in groups_of(rng(), both, MATCH) if g.facet.named]
    assert [g.facet.among for g in groups] == [("wing",), ("bench", "stool")]


@pytest.mark.parametrize("method", ["scenes", "mixture"])
def test_shapes_of_photos_that_are_held_out_never_move_a_choice(method):
    real = exposed().table
    _, held = split(rng(9), real, 30)
    hidden = np.isin(real.image_ids, held.for_judging().image_ids)
    names = np.asarray(real.names("shape").to_pylist(), dtype=object)
    chosen = method_of(method, replace(MATCH, tau=None))

    def weights(told):
        seen = split(rng(9), real.with_columns({"shape": told}), 30)[0]
        return chosen.select(rng(2), seen, {"": target([1.0], [(-2, 0.5)])}, POOL).weights

    clean = weights(names)
    assert np.array_equal(clean, weights(np.where(hidden, "rocking", names)))
    assert not np.array_equal(clean, weights(np.where(hidden, names, "rocking")))


def test_held_out_rows_are_refused_by_what_draws_on_their_shapes():
    held = split(rng(), exposed().table, 30)[1]
    for leak in (held, held.for_judging()):
        with pytest.raises(TypeError, match="takes Exposed and no other"):
            with_each_shape((scene_config(),), leak, load_catalogue(1))
        with pytest.raises(TypeError, match="takes Exposed and no other"):
            groups_of(rng(), leak, MATCH)


def test_configurations_show_each_usable_shape_alone_and_every_category_has_as_many():
    chair = replace(scene_config(), category="chair", shapes=(), weights={"office": 0.0})
    kinds = ["chair"] * 4 + ["table", "lamp"]
    shapes = ["stool", "dining", "office", "throne", "round", ""]
    told = {"image_id": np.arange(6), "category": kinds, "shape": shapes}
    photos = Exposed(table=MetadataTable.from_columns(told))
    others = (replace(chair, category=name, weights={}) for name in ("table", "lamp"))
    made = with_each_shape((chair, *others), photos, load_catalogue(1))
    assert [one.category for one in made] == ["chair"] * 3 + ["table"] * 3 + ["lamp"] * 3
    assert [one.shapes for one in made] == [
        (), ("dining",), ("stool",), (), ("round",), (), (), (), ()]  # fmt: skip


def test_the_share_of_shapes_that_no_scene_shows_is_told_by_name():
    real = exposed(shares={"stool": 0.7, "throne": 0.2, "pew": 0.1})
    (group,) = groups_of(rng(), real, replace(MATCH, attributes=("shape",)))
    (found,) = unshown(group, group.facet.sample(POOL.table))
    assert found.names == ("pew", "throne")
    assert found.share == pytest.approx(0.3, abs=0.08)
    assert found.knob == "assets"
    assert unshown(group, group.facet.sample(real.table)) == ()


def test_a_shape_is_neither_clustered_nor_paired():
    with pytest.raises(ValueError, match="pairs: shape is a name, which has no mean"):
        replace(MATCH, pairs=(("bbox_area", "shape"),))
    with pytest.raises(ValueError, match="attributes: shape is a name"):
        TargetSettings(**{**vars(GMM), "attributes": ("shape",)})


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    """The embedded chairs with hand-made predictions: two boxes in three stools, or so."""
    table = measure(read_real(PROJECT / "assets/real/coco_indoor", format=None), pixels=False)
    names = rng(4).choice(["stool", "dining"], len(table), p=[0.67, 0.33])
    path = tmp_path_factory.mktemp("shapes") / "inferred.parquet"
    write_shapes(path, table, names)
    chairs = np.asarray(table.table["category"].to_pylist()) == "chair"
    return path, float((names[chairs] == "stool").mean())


def test_a_plan_shows_shapes_as_often_as_they_were_predicted(predicted, tmp_path):
    path, stools = predicted
    done = plan("attributes=[bbox_area,center_y,shape]", "images=30", "match.tau=5",
                f"inferred={path}", out=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "predicted by make infer: shape" in done.stderr
    foretold = MetadataTable.read(tmp_path / "metadata.parquet")
    assert share_of(foretold, "stool") == pytest.approx(stools, abs=0.1)
    assert share_of(foretold, "stool") + share_of(foretold, "dining") > 0.95
    (chairs,) = report_of(tmp_path)["categories"]
    assert chairs["estimated"].count("shape") == 1
    (row,) = [one for one in chairs["attributes"] if one["attributes"] == ["shape"]]
    assert row["histogram"]["names"] == ["dining", "stool", "any other"]
    assert row["histogram"]["shares"]["real"][1] == pytest.approx(stools, abs=1e-4)
    assert row["verdict"] != "not aligned"
    assert row["held_out"] < row["distances"]["baseline"]["at_equal_size"]
    assert "shape" not in chairs["all_metadata"]["attributes"]


def begun(*words):
    told = composed("align", "preset=none", "attributes=[bbox_area,shape]", *words)
    return begin(settings_from(OmegaConf.create(told)), Stages(quiet=True))


def test_a_set_without_shapes_and_a_method_without_weights_are_refused(predicted):
    with pytest.raises(NotMatchable, match="this set has no shape; run `make infer` and give"):
        begun()
    with pytest.raises(NotMatchable, match="expected method=scenes or method=mixture"):
        begun("method=config", f"inferred={predicted[0]}")


def test_a_file_that_tells_no_shapes_of_the_set_is_named_with_the_reason(tmp_path):
    table = measure(read_real(PROJECT / "assets/real/coco_indoor", format=None), pixels=False)
    write_shapes(tmp_path / "none.parquet", table, [""] * len(table))
    with pytest.raises(NotMatchable, match=r"none.parquet tells none of its boxes, since .* out"):
        begun(f"inferred={tmp_path / 'none.parquet'}")


@pytest.mark.parametrize("word", ["target.attributes=[shape]", "pairs=[[bbox_area,shape]]"])
def test_a_shape_to_be_clustered_or_paired_is_refused_in_a_line(predicted, tmp_path, word):
    told = error_line(plan(word, f"inferred={predicted[0]}", out=tmp_path))
    assert "shape is a name, which has no mean and no order" in told
    assert not (tmp_path / "plan.jsonl").exists()
