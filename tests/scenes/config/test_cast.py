from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from assets.catalogue import Catalogue, load_catalogue
from assets.meshes.folder import catalogue_of
from scenes.config.cast import BadWeight, cast_of, pick_indices
from tests.assets.meshes.files import chair, export
from tests.scenes.configs import scene_config


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(2)


def test_where_nothing_is_said_every_asset_is_as_likely(catalogue: Catalogue) -> None:
    cast = cast_of(scene_config(), catalogue)
    assert np.allclose(cast.target_weights, 1 / len(cast.targets))
    assert cast.clutter_weights.sum() == pytest.approx(1)


def test_a_shape_of_weight_3_is_picked_three_times_as_often(catalogue: Catalogue) -> None:
    config = scene_config(shapes=["stool", "dining"], weights={"stool": 3})
    cast = cast_of(config, catalogue)
    picks = pick_indices(np.random.default_rng(1), cast.target_weights, 8000)
    counts = Counter(cast.targets[i].shape for i in picks)
    assert counts["stool"] / counts["dining"] == pytest.approx(3, rel=0.1)


def test_weight_0_removes_targets_and_clutter(catalogue: Catalogue) -> None:
    cast = cast_of(scene_config(weights={"stool": 0, "box/parcel": 0}), catalogue)
    assert "stool" not in {a.shape for a in cast.targets}
    assert {"parcel", "open_box"} & {a.shape for a in cast.clutter} == {"open_box"}


def test_an_asset_s_own_weight_goes_before_its_shape_s(catalogue: Catalogue) -> None:
    told = {"chair/stool/1": 1, "stool": 0}
    cast = cast_of(scene_config(shapes=["stool"], weights=told), catalogue)
    assert [a.id for a in cast.targets] == ["chair/stool/1"]


def test_a_weight_for_nothing_lists_what_there_is(catalogue: Catalogue) -> None:
    with pytest.raises(BadWeight, match=r"weights\.throne.*chair/dining.*chair/stool"):
        cast_of(scene_config(weights={"throne": 2}), catalogue)


@pytest.mark.parametrize("weight", [-1.0, -1e-9])
def test_a_negative_weight_is_refused(catalogue: Catalogue, weight: float) -> None:
    with pytest.raises(BadWeight, match="expected a number, 0 or more"):
        cast_of(scene_config(weights={"stool": weight}), catalogue)


def test_removing_every_target_is_an_error_that_names_them(catalogue: Catalogue) -> None:
    with pytest.raises(BadWeight, match=r"every chair has weight 0.*stool"):
        cast_of(scene_config(shapes=["stool"], weights={"stool": 0}), catalogue)


def test_absurdly_unequal_weights_still_make_chances(catalogue: Catalogue) -> None:
    config = scene_config(weights={"stool": 1e308, "dining": 1e308, "office": 1e-300})
    cast = cast_of(config, catalogue)
    assert cast.target_weights.sum() == pytest.approx(1)
    assert pick_indices(np.random.default_rng(0), cast.target_weights, 50).max() < len(cast.targets)


def test_the_weight_of_meshes_yaml_holds_until_a_configuration_says_another(tmp_path: Path) -> None:
    for name in ("often", "never"):
        export(chair(), tmp_path / "chair" / f"{name}.ply")
    told = "files: {chair/often.ply: {weight: 3}, chair/never.ply: {weight: 0}}"
    (tmp_path / "meshes.yaml").write_text(told)
    catalogue = catalogue_of(1, tmp_path)
    shapes = ["often", "never", "stool"]
    cast = cast_of(scene_config(shapes=shapes), catalogue)
    assert {a.shape: w for a, w in zip(cast.targets, cast.target_weights, strict=True)} == {
        "stool": pytest.approx(0.25), "often": pytest.approx(0.75),
    }  # fmt: skip
    cast = cast_of(scene_config(shapes=shapes, weights={"never": 1, "often": 0}), catalogue)
    assert {a.shape for a in cast.targets} == {"never", "stool"}
