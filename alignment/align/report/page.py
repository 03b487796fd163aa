"""`report.html` and `report.json`: what was read, what was made, and how near it came."""

import json
from collections.abc import Sequence
from pathlib import Path

from alignment.align.report.content import ALIGNED, BASELINE, AttributeResult, ReportContent
from alignment.align.report.distance_rows import number
from alignment.align.report.numbers import told
from alignment.align.report.rows import most_of, plain, views_of
from alignment.charts.page import page_environment
from alignment.charts.sheet import thumbnails
from alignment.distances.floor import Verdict
from scenes.files.atomic import write_text

TEMPLATE = "report.html.j2"


def write_report(out: Path, content: ReportContent) -> Path:
    """Write `report.html` and `report.json` into the folder `out`; return the page's path.

    The page asks nothing of any network and runs no script. Equal content gives equal bytes.
    Raises BadSheetImage where an image of the contact sheet cannot be read.
    """
    page = report_html(content)
    numbers = json.dumps(told(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    write_text(out / "report.json", numbers)
    write_text(out / "report.html", page)
    return out / "report.html"


def report_html(content: ReportContent) -> str:
    """Return the page. Every string of the user's is escaped."""
    environment = page_environment(Path(__file__).parent)
    return environment.get_template(TEMPLATE).render(
        c=content,
        made="rendered" if content.rendered else "previewed",
        views=views_of(content),
        most=f"{most_of(content.results):.2g}",
        summary=summary(content.results),
        target_notes=[note for one in content.categories for note in one.target.notes],
        sheet=list(zip(thumbnails(content.sheet), content.sheet, strict=True)),
    )


def summary(results: Sequence[AttributeResult]) -> str:
    """Return the verdicts and the gain over the baseline in two sentences."""
    counts = [(v, sum(r.verdict is v for r in results)) for v in Verdict]
    parts = [f"{count} {verdict}" for verdict, count in counts if count]
    said = f"Of {len(results)} compared: {', '.join(parts)}." if results else "Nothing compared."
    pairs = [(r.comparison.gaps[ALIGNED], r.comparison.gaps[BASELINE])
             for r in results if BASELINE in r.comparison.gaps]  # fmt: skip
    nearer = sum(a.at_equal_size < b.at_equal_size for a, b in pairs)
    return f"{said} Nearer than the baseline in {nearer} of {len(pairs)}." if pairs else said


__all__ = ["number", "plain", "report_html", "summary", "write_report"]
