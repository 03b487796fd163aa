"""What several files of tests begin with."""

from pathlib import Path

import pytest

from tests.alignment.improvement.made import first_set, photos


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Photos, and a set whose plan saw some of them."""
    root = tmp_path_factory.mktemp("sets")
    return photos(root / "real"), first_set(root / "first")
