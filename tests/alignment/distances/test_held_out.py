import math

import numpy as np
import pytest

from alignment.distances.all_metadata import compare_metadata, shared
from alignment.distances.distance import on_bins
from alignment.distances.held_out import Generalisation, generalisation, median_of
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable


def photos(rng, count, mean=0.0):
    values = rng.normal(mean, 1, (3 * count, 1))
    return Sample(attributes=("center_y",), values=values, images=np.repeat(np.arange(count), 3))


def judged(parts, made, seed=1):
    distance = on_bins(Bins.of(parts[0], 12))
    return generalisation(np.random.default_rng(seed), parts, made, distance, 40)


def test_a_copy_of_the_exposed_photos_is_nearer_to_them_than_to_others():
    rng = np.random.default_rng(0)
    exposed, held_out = photos(rng, 20), photos(rng, 20)
    found = judged((exposed, held_out), exposed)
    assert found.exposed == 0
    assert found.held_out == pytest.approx(found.floor)


def test_a_large_set_of_the_population_is_about_as_far_from_either_part():
    rng = np.random.default_rng(0)
    found = judged((photos(rng, 200), photos(rng, 200)), photos(rng, 2000))
    assert found.exposed == pytest.approx(found.held_out, rel=0.5)


def test_parts_of_other_sizes_are_compared_at_the_size_of_the_smaller():
    rng = np.random.default_rng(0)
    few, many, made = photos(rng, 10), photos(rng, 400), photos(rng, 2000)
    found = judged((many, few), made)
    assert found.exposed == pytest.approx(found.held_out, rel=0.6)


def test_nothing_to_judge_by_gives_none_and_nothing_made_is_infinitely_far():
    rng = np.random.default_rng(0)
    part = photos(rng, 10)
    nothing = Sample(attributes=("center_y",), values=np.zeros((0, 1)), images=np.zeros(0, int))
    assert judged((part, nothing), part) is None
    assert judged((part, part), nothing).held_out == math.inf


def test_several_fits_are_told_by_their_medians():
    fits = [Generalisation(exposed=n, held_out=10 * n, floor=math.inf) for n in (3.0, 1.0, 2.0)]
    assert median_of(fits) == Generalisation(exposed=2.0, held_out=20.0, floor=math.inf)


def metadata(rng, count, shift=0.0, **columns):
    images = np.repeat(np.arange(count), 2)
    return MetadataTable.from_columns({
        "image_id": images, "center_y": rng.normal(shift, 1, 2 * count),
        "aspect": np.exp(rng.normal(0, 1, 2 * count)), **columns,
    })  # fmt: skip


def test_what_is_estimated_or_often_lacking_is_kept_from_the_classifier():
    rng = np.random.default_rng(0)
    plain = metadata(rng, 20)
    lacking = np.where(np.arange(40) < 10, np.nan, 1.0)
    real = plain.with_columns({"depth": np.ones(40), "visible_area": lacking}, estimated=["depth"])
    rendered = plain.with_columns({"depth": np.ones(40), "visible_area": np.ones(40)})
    assert shared(real, rendered) == ("center_y", "aspect")


def test_a_set_without_a_shared_column_or_without_objects_is_not_classified():
    rng = np.random.default_rng(0)
    real, other = metadata(rng, 20), metadata(rng, 20, shift=3.0)
    lesser = MetadataTable(table=other.table.drop_columns(["aspect"]))
    found = compare_metadata(rng, real, {"aligned": other, "baseline": lesser}, 4)
    assert list(found.gaps) == ["aligned"]
    assert found.gaps["aligned"].at_equal_size > 0.95
    assert compare_metadata(rng, metadata(rng, 0), {"aligned": other}, 4) is None
