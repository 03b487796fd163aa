import numpy as np
import pytest

torch = pytest.importorskip("torch")

from alignment.detection.training.boxes import generalised, overlaps, without_doubles  # noqa: E402, I001  # after torch is known to be there
from alignment.detection.training.batches import Step  # noqa: E402
from alignment.detection.training.losses import answering, detection_loss  # noqa: E402
from alignment.detection.training.network import places  # noqa: E402
from alignment.detection.training.tensors import tensors_of  # noqa: E402
from alignment.detection.training.views.view import View  # noqa: E402

MIDDLES, STRIDES = places((64, 64), "cpu")


def wanted(edges, labels, unsure=()):
    """Return what one view holds, as the loop fills it up."""
    view = View(
        picture=np.zeros((64, 64, 3), np.uint8),
        boxes=np.array(edges, float).reshape(-1, 4),
        labels=np.array(labels, dtype=np.int64),
        unsure=np.array(unsure, float).reshape(-1, 4),
    )
    return tensors_of(Step(views=(view,), photos=0, examples=1), "cpu")[1]


def predicted(edges, categories=2, logit=-2.0):
    """Every place predicts the same edges and scores."""
    boxes = torch.tensor(edges, dtype=torch.float32).expand(1, len(MIDDLES), 4)
    return torch.full((1, len(MIDDLES), categories), logit), boxes.clone()


def drawn_edges(rng, count):
    low = rng.uniform(0, 40, (count, 2))
    return np.hstack([low, low + rng.uniform(2, 30, (count, 2))])


def test_overlaps_agree_with_counted_pixels():
    one, other = np.array([[2, 3, 20, 30]]), np.array([[10, 10, 40, 24]])
    masks = []
    for left, top, right, bottom in (*one, *other):
        masks.append(np.zeros((50, 50), bool))
        masks[-1][top:bottom, left:right] = True
    counted = (masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum()
    told = overlaps(
        torch.tensor(one, dtype=torch.float64), torch.tensor(other, dtype=torch.float64)
    )
    assert told.item() == pytest.approx(counted)


def test_generalised_overlap_is_the_overlap_less_what_the_hull_wastes():
    one = torch.tensor([[0.0, 0, 2, 2]] * 3)
    other = torch.tensor([[0.0, 0, 2, 2], [2.0, 0, 4, 2], [6.0, 0, 8, 2]])
    np.testing.assert_allclose(generalised(one, other), [1, 0, -0.5])


def test_no_two_boxes_of_a_label_stay_that_overlap_more_and_every_one_gone_has_a_better():
    rng = np.random.default_rng(0)
    edges, labels, scores = drawn_edges(rng, 120), rng.integers(0, 2, 120), rng.random(120)
    kept = without_doubles(edges, labels, scores, 0.4)
    shared = overlaps(torch.tensor(edges), torch.tensor(edges)).numpy()
    same = labels[:, None] == labels
    among = (shared * same)[np.ix_(kept, kept)] - np.eye(len(kept))
    assert among.max() <= 0.4
    for gone in set(range(120)) - set(kept.tolist()):
        better = kept[scores[kept] > scores[gone]]
        assert (shared * same)[gone, better].max() > 0.4
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)


def test_only_places_in_a_box_answer_for_it_and_the_best_is_asked_for_the_overlap():
    edges = [16.0, 16, 40, 40]
    quality, which = answering(predicted(edges), wanted([edges], [1]), MIDDLES)
    inside = ((MIDDLES > 16) & (MIDDLES < 40)).all(dim=1)
    assert (quality[0][~inside] == 0).all()
    assert quality.max() == pytest.approx(1.0)
    assert (which == 0).all()


def test_the_loss_of_a_perfect_answer_is_next_to_nothing_and_less_than_any_other():
    edges = [16.0, 16, 40, 40]
    sought = wanted([edges], [1])
    logits, boxes = predicted(edges, logit=-9.0)
    quality, _ = answering((logits, boxes), sought, MIDDLES)
    logits[0, :, 1] = torch.logit(quality[0].clamp(1e-4, 1 - 1e-4))
    perfect = detection_loss((logits, boxes), sought, MIDDLES).item()
    shifted = detection_loss((logits, boxes + 4), sought, MIDDLES).item()
    mute = detection_loss(predicted(edges, logit=-9.0), sought, MIDDLES).item()
    assert perfect < 0.01
    assert shifted > 5 * perfect
    assert mute > 5 * perfect


def test_a_view_without_boxes_asks_for_silence():
    nothing = wanted([], [])
    loud = detection_loss(predicted([0.0, 0, 9, 9], logit=2.0), nothing, MIDDLES)
    silent = detection_loss(predicted([0.0, 0, 9, 9], logit=-9.0), nothing, MIDDLES)
    assert silent.item() < 1e-3 < loud.item()


def test_what_is_unsure_is_not_denied():
    logits, boxes = predicted([0.0, 0, 9, 9], logit=-12.0)
    inside = (MIDDLES < 32).all(dim=1)
    logits[0, inside] = 3.0
    denied = detection_loss((logits, boxes), wanted([], []), MIDDLES).item()
    left = detection_loss((logits, boxes), wanted([], [], [[0, 0, 32, 32]]), MIDDLES).item()
    assert left < 1e-3 < denied


def test_a_box_between_all_places_is_still_answered_for():
    quality, _ = answering(predicted([7.0, 7, 9, 9]), wanted([[7.0, 7, 9, 9]], [0]), MIDDLES)
    assert quality.max() > 0
