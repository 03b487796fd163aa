from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

from alignment.detection.detector import Asked, Example, Mixture  # noqa: E402
from alignment.detection.detectors.registry import detector_of  # noqa: E402
from alignment.detection.detectors.way import OtherWeights  # noqa: E402
from alignment.detection.runs.weights import keep  # noqa: E402
from alignment.detection.training.backbone import lite, lite_files  # noqa: E402
from alignment.detection.training.loop import LossLost  # noqa: E402
from tests.alignment.detection.detectors.asked import detector_settings  # noqa: E402

SIZE = (128, 96)


def write_photo(rng, path, count):
    """Write a picture with `count` bright blocks on noise; return their boxes."""
    picture, boxes = rng.integers(0, 120, (SIZE[1], SIZE[0], 3), dtype=np.uint8), []
    for number in range(count):
        w, h = rng.integers(24, 44, 2)
        x, y = rng.integers(0, (60 - w, SIZE[1] - h)) + np.array([64 * number, 0])
        picture[y : y + h, x : x + w] = (40, 200, 250)
        boxes.append((x, y, w, h))
    cv2.imwrite(str(path), picture)
    return np.array(boxes, dtype=float).reshape(-1, 4)


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("blocks")
    made = []
    for number in range(24):
        path = Path(folder) / f"{number}.png"
        boxes = write_photo(rng, path, number % 3)
        made.append(
            Example(
                path=path,
                size_px=SIZE,
                boxes=boxes,
                labels=np.zeros(len(boxes), int),
                real=number % 2 == 0,
            )
        )
    return tuple(made)


def small(**changed):
    told = {
        "loop__steps": 80, "loop__batch": 4, "loop__side_px": 128, "loop__early": 0.0,
        "loop__early_side_px": 96, "loop__workers": 0, "lite__width": 32, "loop__ema": 0.9,
        "augment__mosaic": 0.0, "augment__scale": [0.8, 1.2],
    }  # fmt: skip
    return detector_settings(**{**told, **changed})


def fitted(settings, examples, seed=0, real_share=None):
    shown = Mixture(examples=examples, categories=("block",), real_share=real_share)
    return detector_of(settings).fit(shown, seed, lambda _: None)


@pytest.fixture(scope="module")
def learned(examples):
    return fitted(small(), examples, real_share=0.25)


def test_it_learns_to_find_what_it_was_shown_and_nothing_where_nothing_is(learned, tmp_path):
    rng = np.random.default_rng(9)
    paths = [tmp_path / f"{number}.png" for number in range(6)]
    truths = [write_photo(rng, path, number % 3) for number, path in enumerate(paths)]
    found = learned.find([Asked(path=path, size_px=SIZE) for path in paths])
    least, most = 1.0, 0.0
    for truth, told in zip(truths, found, strict=True):
        apart = np.abs(told.boxes[:, None] - truth).max(axis=2) < 10
        least = min([least, *(told.scores[near].max() for near in apart.T)])
        most = max(most, told.scores[~apart.any(axis=1)].max(initial=0))
    assert most < least
    assert least > 0.4


def test_boxes_are_told_in_the_pixels_that_were_asked_for(learned, examples):
    one, double = (
        learned.find([Asked(path=examples[1].path, size_px=size)])[0] for size in (SIZE, (256, 192))
    )
    np.testing.assert_allclose(double.boxes, one.boxes * 2, atol=1e-4)


def test_found_is_best_first_within_the_photo_and_at_most_a_hundred(learned, examples):
    for told in learned.find([Asked(path=e.path, size_px=SIZE) for e in examples[:5]]):
        assert list(told.scores) == sorted(told.scores, reverse=True)
        assert len(told.boxes) <= 100
        assert (told.boxes[:, :2] >= 0).all()
        assert (told.boxes[:, :2] + told.boxes[:, 2:] <= np.array(SIZE) + 1e-6).all()


def test_the_record_tells_what_was_frozen_what_moved_and_what_was_shown(learned):
    told = learned.took_effect
    assert told.steps == 80
    assert abs(told.real_share - 0.25) < 0.1
    early, late = told.groups["backbone, early"], told.groups["backbone, late"]
    assert early["trainable"] == early["moved"] == early["learning_rate"] == 0
    assert 0 < late["moved"] < told.groups["head"]["moved"]
    assert 0.9 < late["trainable"] / late["parameters"] < 1  # depthwise kernels stay
    assert told.loss[1] < told.loss[0]


def test_weights_that_were_left_find_the_same_and_are_gone_on_from_where_they_were(
    learned, examples, tmp_path
):
    weights = keep(learned.weights, tmp_path).read()
    shown = Mixture(examples=examples, categories=("block",), real_share=0.25)
    way, asked = detector_of(small()), [Asked(path=e.path, size_px=SIZE) for e in examples[:3]]
    same = way.fit_on(shown, 0, lambda _: None, (weights, 0))
    for one, other in zip(learned.find(asked), same.find(asked), strict=True):
        np.testing.assert_array_equal(one.boxes, other.boxes)
        np.testing.assert_array_equal(one.scores, other.scores)
    further = way.fit_on(shown, 0, lambda _: None, (weights, 4)).took_effect
    assert (further.steps, same.took_effect.steps) == (4, 0)
    assert further.loss[0] < 0.7 * learned.took_effect.loss[0]


def test_weights_of_another_network_are_told(learned, examples):
    shown = Mixture(examples=examples, categories=("block",), real_share=None)
    with pytest.raises(OtherWeights, match="expected those that the same detector left"):
        detector_of(small(lite__width=40)).fit_on(shown, 0, lambda _: None, (learned.weights, 1))


@pytest.mark.parametrize("workers", [0, 2])
def test_the_same_seed_gives_the_same_figures_for_any_number_of_workers(examples, workers):
    few = {"loop__steps": 3, "loop__side_px": 64, "loop__early_side_px": 64}
    asked = [Asked(path=examples[2].path, size_px=SIZE)]
    one = fitted(small(**few), examples).find(asked)[0]
    torch.manual_seed(5)
    again = fitted(small(**few, loop__workers=workers), examples).find(asked)[0]
    other = fitted(small(**few), examples, seed=1).find(asked)[0]
    np.testing.assert_array_equal(one.boxes, again.boxes)
    np.testing.assert_array_equal(one.scores, again.scores)
    assert not np.array_equal(one.scores[:5], other.scores[:5])


def test_the_folded_network_is_the_package_s_own_to_rounding():
    from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415  # skipped where it is not

    own = EfficientNet.from_name("efficientnet-lite0").eval()
    told = detector_settings().lite
    (file,) = lite_files(told).values()
    own.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    picture = torch.from_numpy(
        np.random.default_rng(0).integers(0, 256, (1, 3, 64, 64)).astype(np.float32)
    )
    with torch.no_grad():
        x = own._swish(own._bn0(own._conv_stem((picture - 127) / 128)))
        for block in own._blocks:
            x = block(x)
        found = lite(told)(picture)[-1]
    assert torch.allclose(found, x, rtol=1e-3, atol=1e-3)


def test_identities_differ_with_what_changes_figures_and_not_with_workers():
    plain = detector_of(small()).identity
    assert detector_of(small(loop__workers=3)).identity == plain
    changed = [{"lite__frozen": 9}, {"loop__learning_rate": 1e-3}, {"augment__flip": 0.4},
               {"lite__pretrained": False}, {"loop__threads": 2}]  # fmt: skip
    assert len({plain, *(detector_of(small(**told)).identity for told in changed)}) == 6


def test_a_loss_that_is_no_number_is_a_line_that_says_what_to_do(examples):
    with pytest.raises(LossLost, match=r"learning_rate") as caught:
        fitted(small(loop__learning_rate=1e12, loop__clip=1e12, loop__warm_up=0.0), examples)
    assert "\n" not in str(caught.value)
