"""The masks that the methods make of one box, the best first."""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.fragments.masking.method import Masker
from alignment.fragments.masking.score import Score, score
from alignment.fragments.masking.tidy import tidied
from alignment.fragments.masking.view import Mask, View


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """What one method found. mask: (h, w) of the view as it was looked at."""

    source: str
    mask: Mask
    score: Score


def candidates(view: View, maskers: Sequence[Masker], long_side_px: int) -> tuple[Candidate, ...]:
    """Return every method's mask by falling score; a method that found nothing is not among them.

    Of equal ones the method that is named first comes first.
    """
    seen = view.scaled(long_side_px)
    found: dict[str, Mask] = {}
    for masker in maskers:
        mask = masker.mask(seen)
        tidy = None if mask is None else tidied(mask) & seen.inside
        if tidy is not None and tidy.any():
            found[masker.name] = tidy
    made = [
        Candidate(
            source=name, mask=mask,
            score=score(seen, mask, [other for key, other in found.items() if key != name]),
        )
        for name, mask in found.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: -one.score.value))
