import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.real.split import (
    Exposed,
    HeldOut,
    SplitSettings,
    TooFewImages,
    fittable,
    split,
    three_way_split,
)
from scenes.measuring.table import MetadataTable


def _table(images=10, each=3):
    ids = np.repeat(np.arange(images), each)
    return MetadataTable.from_columns(
        {"image_id": ids, "annotation_id": np.arange(len(ids)), "center_x": ids / images}
    )


@settings(max_examples=30)
@given(st.integers(0, 99), st.integers(1, 9))
def test_every_image_is_whole_on_exactly_one_side(seed, exposed_images):
    exposed, held_out = split(np.random.default_rng(seed), _table(), exposed_images)
    shown, kept = fittable(exposed).image_ids, held_out.for_judging().image_ids
    assert len(set(shown)) == exposed_images
    assert not set(shown) & set(kept)
    assert sorted([*shown, *kept]) == _table().image_ids.tolist()


def test_one_seed_gives_one_split_and_another_another():
    def shown(seed):
        return fittable(split(np.random.default_rng(seed), _table(), 4)[0]).image_ids.tolist()

    assert shown(0) == shown(0)
    assert shown(0) != shown(1)


@pytest.mark.parametrize("exposed_images", [0, 10, 11])
def test_a_split_that_leaves_a_side_empty_is_told(exposed_images):
    with pytest.raises(TooFewImages, match=f"{exposed_images} of 10"):
        split(np.random.default_rng(0), _table(), exposed_images)


def test_fitting_takes_nothing_but_exposed():
    exposed, held_out = split(np.random.default_rng(0), _table(), 4)
    for leak in (held_out, held_out.for_judging(), _table(), exposed.table, None):
        with pytest.raises(TypeError, match="takes Exposed and no other"):
            fittable(leak)
    assert len(fittable(exposed)) == 12


def test_held_out_rows_cannot_be_passed_off_as_exposed():
    _, held_out = split(np.random.default_rng(0), _table(), 4)
    for leak in (held_out, held_out.for_judging()):
        with pytest.raises(TypeError, match="held-out rows only judge"):
            Exposed(table=leak)


def test_held_out_rows_are_reached_by_one_name_only():
    held_out = HeldOut(_table())
    assert [name for name in dir(held_out) if not name.startswith("_")] == ["for_judging"]
    assert not hasattr(held_out, "table")
    with pytest.raises(TypeError):
        iter(held_out)


def parted(seed=0, validation=0.2, test=0.3, images=10):
    shares = SplitSettings(validation=validation, test=test)
    return three_way_split(np.random.default_rng(seed), _table(images), shares)


@settings(max_examples=30)
@given(st.integers(0, 99), st.sampled_from([0, 0.1, 0.2, 0.4]), st.sampled_from([0, 0.1, 0.5]))
def test_three_parts_are_whole_images_and_together_the_set(seed, validation, test):
    parts = parted(seed, validation, test).image_ids
    assert [len(parts[name]) for name in ("validation", "test")] == [10 * validation, 10 * test]
    assert sorted(sum(parts.values(), ())) == list(range(10))


def test_nothing_is_kept_apart_unless_asked():
    parts = parted(0, 0, 0)
    assert (parts.validation, parts.test) == (None, None)
    assert len(fittable(parts.exposed)) == 30


def test_the_test_images_stay_the_same_when_others_validate():
    assert parted(3, 0, 0.3).image_ids["test"] == parted(3, 0.4, 0.3).image_ids["test"]


def test_a_seed_sets_the_parts():
    assert parted(1).image_ids == parted(1).image_ids != parted(2).image_ids


def test_a_share_of_less_than_an_image_is_told():
    with pytest.raises(TooFewImages, match=r"split\.test: 0\.04 of 10 images .* at least 0\.1"):
        parted(test=0.04)


def test_parts_that_leave_nothing_to_expose_are_told():
    with pytest.raises(TooFewImages, match="leave none of 2 to expose"):
        parted(validation=0.3, test=0.65, images=2)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0), (0, 1)])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(ValueError, match="expected"):
        SplitSettings(validation=shares[0], test=shares[1])
