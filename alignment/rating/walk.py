"""The walk of `make rate`: read, serve until stopped, tell."""

from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.rating.ratings import summary_of
from alignment.rating.server import HOST, RatingServer
from alignment.rating.session import Session, questions_of
from alignment.rating.settings import RatingSettings
from alignment.real.inferred import read_inferred
from assets.errors import UserError
from scenes.formats.read import read_real

ORDER_STREAM = 51
RATINGS = "ratings.csv"


class PortTaken(UserError):
    """A port that something else listens on."""


def rate(settings: RatingSettings, stages: Stages) -> None:
    """Serve the page until interrupted, then say what was rated. Raises UserError of many kinds."""
    assert settings.real is not None
    stages.begin("reading")
    annotated = read_real(settings.real, format=settings.format)
    out = settings.out or Path("out") / f"{annotated.name}-inferred"
    table = read_inferred(settings.inferred or out / "inferred.parquet")
    rng = np.random.default_rng([settings.seed, ORDER_STREAM])
    asked = questions_of(rng, table, settings.attribute, settings.count)
    session = Session(asked, out / RATINGS)
    try:
        server = RatingServer(settings.port, session, annotated, settings.context)
    except OSError as error:
        raise PortTaken(
            f"port={settings.port} of {HOST}: {error.strerror}; give OPTIONS='port=0' or another"
        ) from None
    with server:
        stages.say(f"rate in a browser: {server.url} (Ctrl-C ends)")
        stages.begin("waiting for ratings")
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):
            for one in summary_of(out / RATINGS):
                told = ", ".join(f"{n}: {count}" for n, count in enumerate(one.counts))
                stages.say(f"{one.attribute}: {one.count} rated, mean {one.mean:.2f} ({told})")
            stages.say(f"ratings: {out / RATINGS}; make infer puts them into its report")
            raise
