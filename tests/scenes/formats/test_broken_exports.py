"""A good export of each labelling tool with one thing broken: right, said or refused."""

import pytest

from tests.scenes.formats.broken import try_examples
from tests.scenes.formats.good_sets import EXPORTS


@pytest.mark.parametrize("format", EXPORTS)
def test_one_thing_broken_is_right_or_said_or_refused(tmp_path, format):
    try_examples(tmp_path, format)
