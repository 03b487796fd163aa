import itertools

import pytest

from alignment.detection.runs.arms import arms_of, curve_sizes
from alignment.detection.settings import TrainingSettings
from alignment.detection.shown.pictures import mixed
from alignment.detection.shown.sets import bring
from alignment.detection.verdict.recipe import copies_for
from tests.alignment.detection.made import sets, settings, splits


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return sets(tmp_path_factory.mktemp("sets"))


def arms(three, out, **changes):
    real, *named = three
    given = {"images": None, "seeds": 1, "real_shares": (0.25,), "first_photos": 4, "workers": 1,
             "memory_gb": 1.0, "gpu_workers": 1, "photos_last": 0.0, **changes}  # fmt: skip
    brought = bring(settings(real, tuple(named), out))
    return {arm.name: arm for arm in arms_of(brought, TrainingSettings(**given))}


def files(arm, seed):
    return [e.path for e in mixed(arm.drawn(seed), arm.real_share).examples]


def test_each_set_each_lot_of_photos_each_mixture_and_a_curve_are_trained(three, tmp_path):
    assert [(arm.kind, arm.counts) for arm in arms(three, tmp_path).values()] == [
        ("set", (10, 0)), ("set", (10, 0)), ("photos", (0, 12)), ("mixture", (10, 12)),
        ("mixture", (10, 12)), ("curve", (0, 4)), ("curve", (0, 8)), ("curve", (0, 12)),
    ]  # fmt: skip


def test_sets_whose_plans_saw_other_photos_are_held_against_their_own(tmp_path):
    real, good, bad = sets(tmp_path)
    splits(bad, exposed=["1.png", "2.png"], test=["13.png"])
    found = arms((real, good, bad), tmp_path / "out")
    assert found["12 photos of good"].counts == (0, 12)
    assert found["2 photos of bad"].counts == (0, 2)
    assert found["bad + 2 photos, 25% of a batch"].counts == (10, 2)


def test_mixtures_may_end_on_photos_alone_and_say_so(three, tmp_path):
    plain, last = (arms(three, tmp_path, photos_last=share) for share in (0.0, 0.25))
    changed = [
        (a, b) for a, b in zip(plain.values(), last.values(), strict=True) if a.name != b.name
    ]
    assert [arm.kind for arm, _ in changed] == ["mixture", "mixture"]
    before, after = changed[0]
    assert after.name == f"{before.name}, the last 25% of the steps alone"
    assert (before.shown_share, after.shown_share) == (0.25, 0.25 + 0.75 * 0.25)


@pytest.mark.parametrize(("photos", "first", "sizes"), [
    (208, 10, (10, 20, 40, 80, 160, 208)), (40, 10, (10, 20, 40)), (7, 10, (7,)),
    (208, 100, (100, 208)), (0, 10, ()),
])  # fmt: skip
def test_the_curve_doubles_and_ends_with_all_photos(photos, first, sizes):
    assert curve_sizes(photos, first) == sizes


def test_the_points_of_a_curve_are_nested_and_differ_by_seed(three, tmp_path):
    found = arms(three, tmp_path)
    lots = [set(files(found[f"{n} photos, drawn"], 0)) for n in (4, 8, 12)]
    assert all(less < more for less, more in itertools.pairwise(lots))
    assert lots[0] != set(files(found["4 photos, drawn"], 1))


def test_images_limits_the_renders_and_not_the_photos(three, tmp_path):
    found = arms(three, tmp_path, images=3)
    assert found["good"].counts == (3, 0)
    mixture = found["good + 12 photos, 25% of a batch"]
    assert mixture.counts == (3, 12)
    examples = mixed(mixture.drawn(0), mixture.real_share).examples
    assert (sum(e.real for e in examples), len(examples)) == (12, 15)
    assert len(files(found["good"], 0)) == 3
    assert files(found["good"], 0) == files(found["good"], 0) != files(found["good"], 1)


@pytest.mark.parametrize(("counts", "share"), [
    ((300, 60), 0.5), ((300, 60), 0.25), ((300, 60), 0.1), ((40, 160), 0.5),
])  # fmt: skip
def test_copies_make_up_the_share_as_near_as_whole_numbers_can(counts, share):
    renders, photos = (n * k for n, k in zip(counts, copies_for(counts, share), strict=True))
    assert photos / (renders + photos) == pytest.approx(share, abs=0.05)
