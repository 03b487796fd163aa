"""The walk of `make rate`: read, serve until stopped, tell."""

from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.rating.cut_outs import CutOuts
from alignment.rating.ratings import summary_of
from alignment.rating.session import RatedCrops, Session, questions_of
from alignment.rating.settings import RatingSettings
from alignment.real.inferred import read_inferred
from alignment.serving.serve import serve
from assets.fragments.folder import is_fragment_folder
from scenes.files.lock import locked
from scenes.formats.read import read_real

ORDER_STREAM = 51
RATINGS = "ratings.csv"
DOING = ("rate in a browser", "waiting for answers")


def rate(settings: RatingSettings, stages: Stages) -> None:
    """Serve the page until interrupted, then say what was told. Raises UserError of many kinds."""
    assert settings.real is not None
    if is_fragment_folder(settings.real):
        _look(settings, settings.real, stages)
    else:
        _rate(settings, settings.real, stages)


def _rate(settings: RatingSettings, real: Path, stages: Stages) -> None:
    stages.begin("reading")
    annotated = read_real(real, format=settings.format)
    out = settings.out or Path("out") / f"{annotated.name}-inferred"
    table = read_inferred(settings.inferred or out / "inferred.parquet")
    rng = np.random.default_rng([settings.seed, ORDER_STREAM])
    asked = questions_of(rng, table, settings.attribute, settings.count)
    session = Session(asked, out / RATINGS)
    crops = RatedCrops(session=session, annotated=annotated, context=settings.context)
    serve(settings.port, crops, stages, DOING, lambda: _summary(out))


def _summary(out: Path) -> list[str]:
    lines = []
    for one in summary_of(out / RATINGS):
        told = ", ".join(f"{n}: {count}" for n, count in enumerate(one.counts))
        lines.append(f"{one.attribute}: {one.count} rated, mean {one.mean:.2f} ({told})")
    return [*lines, f"ratings: {out / RATINGS}; make infer puts them into its report"]


def _look(settings: RatingSettings, folder: Path, stages: Stages) -> None:
    stages.begin("reading")
    with locked(folder):
        looked = CutOuts(folder)
        serve(settings.port, looked, stages, DOING, lambda: [looked.summary])
