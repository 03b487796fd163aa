"""Rare boxes oversampled: by boxes made between them, and by weights of a file."""

import json
from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.match import groups_of
from alignment.align.population.box_weights import BadWeights, check_weights
from alignment.align.population.oversampling import oversampled
from alignment.align.population.target import fit_target
from alignment.real.split import Exposed, HeldOut
from scenes.measuring.table import MetadataTable
from tests.alignment.align.matching.test_match import MATCH
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, GMM

SMOTE = replace(AS_FOUND, kind="smote", cells=2, attributes=(*ATTRIBUTES, "truncated"))
ADASYN = replace(SMOTE, kind="adasyn")
BOTH = pytest.mark.parametrize("how", [SMOTE, ADASYN], ids=["smote", "adasyn"])


def real(often=40, rare=8):
    """Small boxes often and high up, large ones seldom and low; two boxes a photo."""
    rng = np.random.default_rng(0)
    n = often + rare
    middle = np.repeat([[-4.0, 0.3], [-1.0, 0.8]], [often, rare], axis=0)
    values = middle + rng.normal(0, 0.05, (n, 2))
    return MetadataTable.from_columns({
        "image_id": 1 + np.arange(n) // 2, "annotation_id": 1 + np.arange(n),
        "category": ["cup"] * n, "bbox_area": np.exp(values[:, 0]), "center_y": values[:, 1],
        "truncated": np.arange(n) % 2, "objects_per_image": np.full(n, 2.0),
        "bbox_blur": np.full(n, 0.5),
    })  # fmt: skip


def grown(how, table=None):
    pytest.importorskip("imblearn", reason="imbalanced-learn is not installed: make setup")
    return oversampled(Exposed(table=table or real()), how).exposed.table


@BOTH
def test_rare_boxes_become_as_many_as_the_often_seen_ones(how):
    low = grown(how).column("center_y") > 0.55
    assert (~low).sum() == 40
    assert abs(int(low.sum()) - 40) <= 4  # ADASYN rounds box by box


@BOTH
def test_what_is_made_lies_between_real_boxes_of_its_kind(how):
    table, found = real(), grown(how)
    rare = slice(40, 48)
    for name in ATTRIBUTES:
        made = found.column(name)[len(table) :]
        assert made.min() >= table.column(name)[rare].min() - 1e-9
        assert made.max() <= table.column(name)[rare].max() + 1e-9
    assert set(found.column("truncated")) == {0.0, 1.0}


@BOTH
def test_real_boxes_stay_and_nothing_else_is_told_of_made_ones(how):
    table, found = real(), grown(how)
    assert found.table.slice(0, len(table)).equals(table.table)
    assert np.isnan(found.column("bbox_blur")[len(table) :]).all()
    assert set(found.image_ids[len(table) :]) <= set(table.image_ids[40:])


@BOTH
def test_the_same_seed_makes_the_same_boxes_and_another_does_not(how):
    again, other = grown(how), grown(replace(how, seed=1))
    assert np.array_equal(grown(how).column("center_y"), again.column("center_y"))
    assert not np.array_equal(again.column("center_y"), other.column("center_y"))


def test_each_category_has_rare_boxes_of_its_own():
    cups, pans = real(), real(often=8, rare=40)
    both = MetadataTable.from_columns({
        name: np.concatenate([cups.table[name].to_numpy(), pans.table[name].to_numpy()])
        for name in cups.table.column_names if name != "category"
    } | {"category": ["cup"] * 48 + ["pan"] * 48})  # fmt: skip
    found = grown(SMOTE, both)
    for name in ("cup", "pan"):
        low = found.of_category(name).column("center_y") > 0.55
        assert low.mean() == 0.5


def test_a_target_follows_and_says_so():
    pytest.importorskip("imblearn", reason="imbalanced-learn is not installed: make setup")
    settings = replace(GMM, oversampling=SMOTE)
    made = fit_target(np.random.default_rng(0), Exposed(table=real()), ATTRIBUTES, settings)
    assert np.allclose(np.sort(made.weights), 0.5, atol=0.02)
    assert "on purpose" in made.notes[-1]


def test_counts_of_an_image_and_how_well_shares_are_known_stay_those_of_the_photos(tmp_path):
    file = written(tmp_path, dict.fromkeys(range(41, 49), 5))
    how = replace(AS_FOUND, kind="weights", weights=file)
    before, after = (
        {g.names: g for g in groups_of(np.random.default_rng(0), Exposed(table=real()), settings)}
        for settings in (FEW, replace(FEW, oversampling=how))
    )
    assert {k: g.values for k, g in before.items()} == {k: g.values for k, g in after.items()}
    count, height = ("objects_per_image",), ("center_y",)
    assert np.array_equal(before[count].target.shares, after[count].target.shares)
    assert after[height].target.shares[-4:].sum() > 2 * before[height].target.shares[-4:].sum()


FEW = replace(MATCH, attributes=("center_y", "objects_per_image"), pairs=(), tau=1.0)


def written(folder, told):
    path = folder / "weights.json"
    path.write_text(json.dumps({str(key): weight for key, weight in told.items()}))
    return path


def test_weights_repeat_boxes_in_their_proportions(tmp_path):
    how = replace(AS_FOUND, kind="weights", weights=written(tmp_path, {1: 3, 2: 0}))
    found = oversampled(Exposed(table=real()), how).exposed.table
    times = dict(zip(*np.unique(found.table["annotation_id"], return_counts=True), strict=True))
    assert times[1] == 3
    assert 2 not in times
    assert all(times[key] == 1 for key in range(3, 49))


def test_a_table_of_lines_says_the_same_as_json(tmp_path):
    lines = tmp_path / "weights.csv"
    lines.write_text("annotation_id,weight\n1,3\n2,0\n")
    both = [replace(AS_FOUND, kind="weights", weights=path)
            for path in (lines, written(tmp_path, {1: 3, 2: 0}))]  # fmt: skip
    one, other = (oversampled(Exposed(table=real()), how).exposed.table.table for how in both)
    assert one.equals(other)


@pytest.mark.parametrize(
    ("text", "said"),
    [("1", "a line has no weight"), ("{", "Expecting"), ('{"1": -1}', "box 1 weighs -1.0"),
     ("a,b\nc,d", "invalid literal"), ('{"1": NaN}', "box 1 weighs nan")],
)  # fmt: skip
def test_weights_that_cannot_be_used_are_named(tmp_path, text, said):
    path = tmp_path / "weights.json"
    path.write_text(text)
    with pytest.raises(BadWeights, match=said):
        oversampled(Exposed(table=real()), replace(AS_FOUND, kind="weights", weights=path))


def test_weights_of_other_boxes_are_refused(tmp_path):
    with pytest.raises(BadWeights, match="names 1 boxes, none of the 48"):
        check_weights(Exposed(table=real()), written(tmp_path, {999: 2}))


def test_boxes_that_judge_are_not_oversampled():
    with pytest.raises(TypeError):
        oversampled(Exposed(table=HeldOut(real()).for_judging()), SMOTE)


def test_few_boxes_are_left_as_they_are():
    one = oversampled(Exposed(table=real(3, 1)), SMOTE)
    assert len(one.exposed.table) == 4
    assert "not oversampled: 4 boxes" in one.notes[0]


def test_a_file_without_its_kind_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"target\.oversample=weights, or no file"):
        replace(SMOTE, weights=tmp_path / "weights.json")
    with pytest.raises(ValueError, match="no file is told"):
        replace(SMOTE, kind="weights")
