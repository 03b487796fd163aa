"""Every method finds a planted thing, and the score tells a good mask from a bad one."""

import cv2
import numpy as np
import pytest

from alignment.fragments.cutting import view_of
from alignment.fragments.masking.alpha import cut_out, soft
from alignment.fragments.masking.choose import candidates
from alignment.fragments.masking.clustered_grabcut import ClusteredGrabCut
from alignment.fragments.masking.clusters import Clusters
from alignment.fragments.masking.grabcut import GrabCut
from alignment.fragments.masking.registry import MaskingSettings, maskers_of
from alignment.fragments.masking.score import iou, score
from alignment.fragments.masking.segmenter import NoSegmenter
from alignment.fragments.masking.tidy import tidied
from alignment.fragments.masking.view import spread
from scenes.files.rle import tight_box
from tests.alignment.fragments.planted import GREEN, RED, ellipse, photo

METHODS = [GrabCut(), Clusters(), ClusteredGrabCut()]
THING = ellipse((80, 60), (30, 40))


def planted(*more, colours=()):
    rgb = photo(np.random.default_rng(1), [THING, *more], [RED, *colours])
    return view_of(rgb, tight_box(THING), [tight_box(one) for one in more])


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_a_planted_thing_is_found_by_every_method(method):
    found = method.mask(planted())
    assert iou(tidied(found), THING) > 0.95
    assert np.array_equal(found, method.mask(planted()))


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_another_thing_of_the_same_colour_beside_it_does_not_make_it_background(method):
    twin = ellipse((20, 60), (18, 40)) | ellipse((140, 60), (18, 40))
    alone = [ellipse((20, 60), (18, 40)), ellipse((140, 60), (18, 40))]
    view = planted(*alone, colours=(RED, RED))
    assert (view.without_others[twin] @ [1, 0, -1] < 150).all()  # no red is left
    assert iou(tidied(method.mask(view)), THING) > 0.9


def test_colours_spread_to_the_nearest_known_pixel():
    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    known = np.zeros((5, 7), bool)
    known[1, 2] = known[4, 6] = True
    filled = spread(rgb, known)
    ys, xs = np.mgrid[:5, :7]
    first = np.hypot(ys - 1, xs - 2) < np.hypot(ys - 4, xs - 6) - 0.5
    second = np.hypot(ys - 1, xs - 2) > np.hypot(ys - 4, xs - 6) + 0.5
    assert (filled[first] == rgb[1, 2]).all()
    assert (filled[second] == rgb[4, 6]).all()


def test_the_true_mask_scores_above_every_spoilt_one():
    view = planted()
    half = THING & (np.arange(160) < 80)[None, :]
    box = view.inside
    shifted = np.roll(THING, 9, axis=1) & box
    ragged = THING & (np.random.default_rng(0).random(THING.shape) > 0.4)
    best = score(view, THING, [THING]).value
    assert best > 0.95
    spoilt = half, box, shifted, ragged
    assert all(score(view, bad, [THING]).value < best - 0.05 for bad in spoilt)


def test_candidates_come_best_first_and_stay_in_the_box():
    view = planted(ellipse((130, 60), (20, 30)), colours=(GREEN,))
    found = candidates(view, METHODS, 100)
    values = [one.score.value for one in found]
    assert values == sorted(values, reverse=True)
    assert {one.source for one in found} == {"grabcut", "clusters", "both"}
    assert not any((one.mask & ~view.scaled(100).inside).any() for one in found)


def test_specks_go_and_small_holes_close():
    spoilt = THING.copy()
    spoilt[58:62, 78:82] = False
    spoilt[2:8, 2:8] = True
    assert iou(tidied(spoilt), THING) > 0.99


def test_alpha_is_whole_inside_nothing_outside_and_between_on_the_rim():
    alpha = soft(THING, (160, 120), 0.8)
    away = cv2.distanceTransform(THING.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~THING).astype(np.uint8), cv2.DIST_L2, 5)
    assert (alpha[away > 3] == 255).all()
    assert (alpha[outside > 2] == 0).all()
    assert 0 < ((alpha > 0) & (alpha < 255)).mean() < 0.05


def test_a_mask_that_ends_at_the_border_is_not_soft_there():
    cut = ellipse((0, 60), (30, 40))
    assert (soft(cut, (160, 120), 0.8)[45:75, 0] == 255).all()


def test_the_rim_has_the_colours_of_the_thing():
    rgb = np.where(THING[..., None], np.uint8(200), np.uint8(0)).repeat(3, axis=2)
    made = cut_out(rgb, soft(THING, (160, 120), 2.0))
    assert (made[made[..., 3] > 0][:, :3] == 200).all()
    assert (made[0, 0] == 0).all()


def test_a_segmenter_without_weights_says_how_to_get_them(tmp_path):
    settings = MaskingSettings(
        methods=("segmenter",), segmenter=tmp_path / "sam", long_side_px=200, rim_px=0.8,
        doubtful_below=0.8,
    )  # fmt: skip
    with pytest.raises(NoSegmenter, match=r"masking\.segmenter=.*hf download"):
        maskers_of(settings)
