"""What is pasted with what, by how boxes lie on each other."""

from assets.cards.groups import together

A, B, C, D = (10, 10, 100, 80), (20, 30, 30, 70), (80, 20, 20, 40), (200, 10, 40, 40)


def test_the_published_example_gives_b_alone_d_alone_and_a_with_b_and_c() -> None:
    along = dict(zip("ABCD", together([A, B, C, D]), strict=True))
    assert along == {"A": (1, 2), "B": (), "C": (), "D": ()}


def test_boxes_that_only_touch_go_alone() -> None:
    assert together([(0, 0, 10, 10), (9, 0, 10, 10)]) == ((), ())


def test_boxes_of_nearly_the_same_place_go_together_whichever_is_taken() -> None:
    assert together([(0, 0, 10, 10), (2, 0, 10, 10)]) == ((1,), (0,))
