"""The browser of tests; those that need one are skipped where there is none."""

from contextlib import contextmanager

import pytest

from bench.chromium import chromium, opened


@contextmanager
def browser(profile):
    """Yield a Page; skip where there is no browser."""
    path = chromium()
    if path is None:
        pytest.skip("no browser on PATH; install the Debian package `chromium`")
    with opened(path, profile) as page:
        yield page
