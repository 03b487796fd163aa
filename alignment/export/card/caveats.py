"""What a reader of an export must not conclude from it, as far as its files tell."""

from collections.abc import Iterator, Mapping
from typing import Any

from alignment.export.card.nearness import results
from alignment.export.card.provenance import Provenance
from alignment.export.card.tally import Tally
from scenes.writers.example import TRAIN

RENDERED, REAL = "rendered", "real"


def caveats(provenance: Provenance, tally: Tally, photos: bool) -> Iterator[str]:
    """Yield the sentences. photos: the export holds real ones."""
    rendered = any(source == RENDERED for _, source in tally.images)
    if rendered:
        yield from _of_rendering(tally)
        yield from _of_alignment(provenance.report)
    if rendered and photos:
        yield from _of_exposure(provenance, tally)
    if photos:
        yield (
            "Licences of photos are what their annotations say; unknown is not free. Photos may "
            "show people, or things that others have rights in."
        )


def _of_rendering(tally: Tally) -> Iterator[str]:
    if any(split != TRAIN and source == RENDERED for split, source in tally.images):
        yield (
            "A score on the rendered images of val or test tells how well a detector finds "
            "rendered objects, not how well it finds real ones: judge on photos."
        )
    yield (
        "Boxes, masks and depth of rendered images are exact as geometry, and follow a rule of "
        "what is labelled (smallest size, least visible share): what lies below it, and every "
        "other kind of thing in the picture, is there without a label."
    )
    yield (
        "Shapes, materials and rooms are those of the assets listed above. How often they occur "
        "says nothing of how often they do in the world."
    )


def _of_alignment(report: Mapping[str, Any] | None) -> Iterator[str]:
    if report is None:
        yield "Nothing tells that these images are distributed like any real set."
        return
    yield (
        f"The table speaks of its attributes alone, and of the {report['set']['photos']} photos of "
        f"{report['set']['name']}: not of other places, cameras or times."
    )
    for verdict, words in (
        ("undecidable", "too few photos to tell, which is not the same as aligned"),
        ("not aligned", "farther apart than the photos are among themselves"),
    ):
        if named := [_named(told) for told in results(report) if told["verdict"] == verdict]:
            yield f"{verdict.capitalize()} ({words}): {', '.join(named)}."
    for one in report.get("categories", ()):
        if one.get("lacking"):
            yield f"Not compared for {one['category']}: {', '.join(one['lacking'])}."
        if one.get("estimated"):
            yield (
                f"Estimated on the photos of {one['category']}, not measured: "
                f"{', '.join(one['estimated'])}."
            )


def _of_exposure(provenance: Provenance, tally: Tally) -> Iterator[str]:
    kept = provenance.split is not None and any(
        names for part, names in provenance.split.images.items() if part != "exposed"
    )
    if kept:
        yield (
            "Photos that splits.json kept from the fit are in val and test, where they stay "
            "unseen; the others were exposed to it, so that a score on those flatters the set."
        )
    elif any(split != TRAIN and source == REAL for split, source in tally.images):
        yield (
            "If these photos are those of the alignment, the fit saw every one that shows its "
            "classes: a score on them is not that of photos unseen. To have such, align with "
            "split.test=0.3."
        )


def _named(told: Mapping[str, Any]) -> str:
    return f"{' and '.join(told['categories'])} {' x '.join(told['attributes'])}"
