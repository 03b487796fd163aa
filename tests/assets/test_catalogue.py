import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from assets.catalogue import BadVariants, Catalogue, UnknownAsset, load_catalogue
from assets.families import FAMILIES

CATALOGUE = load_catalogue(2)
FINGERPRINT = """
from tests.assets.test_catalogue import fingerprint
print(fingerprint())
"""


def fingerprint() -> str:
    told = hashlib.sha256()
    for asset in load_catalogue(2).assets.values():
        told.update(asset.id.encode() + asset.digest().encode())
        told.update(asset.mesh().vertices.tobytes() + asset.mesh().triangles.tobytes())
    return told.hexdigest()


def test_another_process_builds_the_same_bytes():
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run(
        [sys.executable, "-c", FINGERPRINT], env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert other.stdout.strip() == fingerprint()


def test_loading_leaves_the_global_generator_alone():
    load_catalogue.cache_clear()
    before = np.random.get_state()[1].copy()  # noqa: NPY002  # that it is not used is the point
    load_catalogue(2)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_there_are_as_many_variants_of_each_shape_as_asked():
    shapes = sum(len(family.shapes) for family in FAMILIES.values())
    assert len(CATALOGUE.assets) == 2 * shapes
    assert list(CATALOGUE.assets)[:2] == ["chair/dining/0", "chair/dining/1"]


def test_a_larger_catalogue_holds_the_smaller_one():
    larger = load_catalogue(3)
    assert all(larger.get(a.id).digest() == a.digest() for a in CATALOGUE.assets.values())


def test_no_two_assets_are_alike():
    assert len({a.digest() for a in CATALOGUE.assets.values()}) == len(CATALOGUE.assets)


def test_the_digest_changes_with_any_parameter():
    asset = CATALOGUE.get("chair/office/1")
    for name, value in asset.parameters.items():
        changed = replace(asset, parameters={**asset.parameters, name: value + 1e-4})
        assert changed.digest() != asset.digest()


def test_a_mesh_is_made_once_and_has_the_asset_s_size():
    for asset in CATALOGUE.assets.values():
        assert asset.mesh() is asset.mesh()
        assert asset.mesh().size_m == asset.size_m


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("chair", "chair"), ("Chairs", "chair"), ("CHAIR", "chair"), ("office_chair", "chair"),
        ("Bar Stools", "chair"), ("bench", "chair"), ("benches", "chair"),
        ("dining table", "table"), ("diningtable", "table"), ("Dining-Tables", "table"),
        ("desk", "table"), ("couch", "sofa"), ("couches", "sofa"), ("Sofas", "sofa"),
        ("potted plant", "plant"), ("pottedplant", "plant"), ("boxes", "box"),
        ("cardboard_box", "box"), ("backpack", "bag"), ("handbag", "bag"), ("suitcases", "bag"),
        ("bottle", "bottle"), ("furniture/chair", "chair"),
        ("cup", "cup"), ("Coffee cup", "cup"), ("Mug", "cup"), ("vase", "vase"),
        ("Lamp", "lamp"), ("bookcase", "shelf"), ("Shelves", "shelf"), ("Bookshelf", "shelf"),
        ("book", "book"), ("Books", "book"), ("Luggage and bags", "bag"),
        ("Loveseat", "sofa"), ("studio couch", "sofa"), ("Flowerpot", "plant"),
    ],
)  # fmt: skip
def test_a_real_set_s_name_finds_its_category(name, category):
    assert CATALOGUE.serving(name) == category
    assert {a.category for a in CATALOGUE.of_category(name)} == {category}


@pytest.mark.parametrize("name", ["bed", "wine glass", "", "hairdryer", "s"])
def test_what_no_family_serves_is_served_by_none(name):
    assert CATALOGUE.serving(name) is None


def test_an_unknown_category_s_error_lists_the_choices():
    with pytest.raises(
        UnknownAsset, match=r"'bed'.*chair, table, sofa, plant, box, bottle, bag, cup"
    ):
        CATALOGUE.of_category("bed")


def test_an_asset_that_is_not_there_is_named():
    with pytest.raises(UnknownAsset, match=r"'chair/dining/9' is not among the \d+ .* variants"):
        CATALOGUE.get("chair/dining/9")


def test_an_alias_of_a_category_that_is_not_there_serves_nothing():
    chairs = {a.id: a for a in CATALOGUE.of_category("chair")}
    assert Catalogue(assets=chairs).serving("couch") is None


def test_the_real_height_is_the_median_of_the_category():
    heights = sorted(a.size_m[2] for a in CATALOGUE.of_category("chair"))
    assert CATALOGUE.real_height_m("chairs") == pytest.approx(np.median(heights))
    assert 0.70 < CATALOGUE.real_height_m("chair") < 1.0


@pytest.mark.parametrize(
    ("name", "low_m", "high_m"),
    [("dining table", 0.70, 0.78), ("couch", 0.75, 0.95), ("bottle", 0.20, 0.32),
     ("suitcase", 0.30, 0.80), ("cup", 0.07, 0.16), ("vase", 0.20, 0.60), ("bookcase", 0.8, 2.0),
     ("book", 0.03, 0.25)],
)  # fmt: skip
def test_a_category_is_as_tall_as_such_things_are(name, low_m, high_m):
    assert low_m < CATALOGUE.real_height_m(name) < high_m


def test_a_catalogue_can_be_sent_to_another_process():
    sent = pickle.loads(pickle.dumps(CATALOGUE))
    assert sent == CATALOGUE
    assert sent.get("box/stack/0").mesh() is CATALOGUE.get("box/stack/0").mesh()


def test_no_variants_is_an_error():
    with pytest.raises(BadVariants, match="variants is 0"):
        load_catalogue(0)
