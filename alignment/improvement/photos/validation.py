"""The photos that failures are seen on: no training sees them, and none of them judges."""

from dataclasses import dataclass

from alignment.detection.scoring.truth import FEWEST, Truth
from alignment.detection.shown.pictures import Shown, Unseen
from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet


class TooFewToLearnFrom(UserError):
    """Validation photos with too few boxes to see failures on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Validation:
    """Photos whose failures steer what is rendered, which test photos must not.

    shown: the photos as `Shown`, which raises Leak where one is a photo that judges in the end.
    annotated: the same ones with their boxes. Raises TypeError, ValueError, TooFewToLearnFrom.
    """

    shown: Shown
    annotated: AnnotatedSet

    def __post_init__(self) -> None:
        if not isinstance(self.shown, Shown):
            raise TypeError(f"Validation of a {type(self.shown).__name__}; it takes Shown alone")
        if {p.image_id for p in self.shown.pictures} != {i.id for i in self.annotated.images}:
            raise ValueError("Validation's boxes are of other photos than those that are shown")
        if (boxes := len(self.annotated.annotations)) < FEWEST:
            raise TooFewToLearnFrom(
                f"validation: {boxes} boxes on {len(self.shown)} photos; expected {FEWEST} or more "
                "to see failures on; bring more photos, or OPTIONS=split.validation=0.4"
            )

    @property
    def unseen(self) -> Unseen:
        """The photos as trainings are asked about them."""
        digests = {picture.image_id: picture.digest for picture in self.shown.pictures}
        return Unseen(self.annotated, digests, self.shown.unseen.names)

    @property
    def truth(self) -> Truth:
        """What the photos show, in the order that `unseen` has them."""
        return Truth.of(self.unseen.for_judging(), self.shown.unseen.names)
