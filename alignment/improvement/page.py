"""`improve.html` and `improve.json`: what each round found, did and bought."""

import json
from dataclasses import asdict
from pathlib import Path

from alignment.charts.page import page_environment
from alignment.charts.plain_json import plain
from alignment.detection.verdict.verdict import in_words
from alignment.improvement.record import Improved, difference_in_words
from scenes.files.atomic import write_bytes

TEMPLATE = "improve.html.j2"


def write_page(out: Path, found: Improved) -> Path:
    """Write both files into `out`; return the page. Equal input gives equal bytes."""
    environment = page_environment(Path(__file__).parent)
    environment.filters |= {"estimate": in_words, "difference": difference_in_words}
    page = environment.get_template(TEMPLATE).render(v=found)
    told = plain({**asdict(found), "verdict": found.ending.verdict})
    text = json.dumps(told, indent=1, allow_nan=False, ensure_ascii=False)
    write_bytes(out / "improve.json", f"{text}\n".encode())
    write_bytes(out / "improve.html", page.encode())
    return out / "improve.html"
