import json
from pathlib import Path

import pytest

from tests.alignment.commanded import QUICK, report_of, run

pytestmark = pytest.mark.blender

WORDS = ("images=2", "quality=labels", "strategy=baseline", "renderer.settle=true",
         "labels=visible", *QUICK)  # fmt: skip


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chairs in the air, settled and rendered by one run, and gone on with by another."""
    out = tmp_path_factory.mktemp("settled") / "out"
    for _ in range(2):
        done = run(*WORDS, out=out)
        assert done.returncode == 0, done.stderr
    return out


def test_what_was_planned_and_what_was_settled_lie_side_by_side(out: Path) -> None:
    planned, settled = lines(out / "unsettled.jsonl"), lines(out / "plan.jsonl")
    assert all("settled from" in line["why"] for line in settled)
    assert all("settled from" not in line["why"] for line in planned)
    assert all(a["scene"] != b["scene"] for a, b in zip(planned, settled, strict=True))


def test_the_report_says_that_previews_were_not_settled(out: Path) -> None:
    assert any("previews from before that" in note for note in report_of(out)["notes"])
