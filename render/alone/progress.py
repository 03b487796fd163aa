"""How far a run is, in one line of the log."""

import logging
import sys
import time

EVERY_S = 2.0
log = logging.getLogger("twinset.render")


class Progress:
    """Says `images 12/40 · 1.3 s an image · 36 s left`.

    Every image on a terminal, else not more often than every EVERY_S. Of `total` images, those
    that lay finished before the run count as done but not into the pace.
    """

    def __init__(self, total: int, before: int) -> None:
        self._total, self._before, self._made = total, before, 0
        self._began = time.monotonic()
        self._spoke = self._began
        if before:
            log.info("images %d/%d were finished before", before, total)

    def made_one(self) -> None:
        """Count one more image."""
        self._made += 1
        done, now = self._before + self._made, time.monotonic()
        if done < self._total and now - self._spoke < EVERY_S and not sys.stderr.isatty():
            return
        self._spoke = now
        pace_s = (now - self._began) / self._made
        left_s = pace_s * (self._total - done)
        log.info("images %d/%d · %.1f s an image · %.0f s left", done, self._total, pace_s, left_s)
