"""A page served until somebody stops it."""

from collections.abc import Callable, Sequence

from alignment.command.stages import Stages
from alignment.serving.server import HOST, PageServer, Served
from assets.errors import UserError


class PortTaken(UserError):
    """A port that something else listens on."""


def serve(
    port: int, served: Served, stages: Stages, doing: tuple[str, str],
    summary: Callable[[], Sequence[str]],
) -> None:  # fmt: skip
    """Serve until interrupted, then say the summary.

    doing: what is said before the address, and the stage that lasts. Raises PortTaken.
    """
    try:
        server = PageServer(port, served)
    except OSError as error:
        raise PortTaken(
            f"port={port} of {HOST}: {error.strerror}; give OPTIONS='port=0' or another"
        ) from None
    with server:
        stages.say(f"{doing[0]}: {server.url} (Ctrl-C ends)")
        stages.begin(doing[1])
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):
            for line in summary():
                stages.say(line)
            raise
