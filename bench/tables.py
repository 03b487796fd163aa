"""Tables as `make bench` prints them and docs/benchmarks.md shows them."""

from collections.abc import Sequence


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table under its title, columns padded so that it reads as plain text."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    ruled = [head, ["-" * width for width in widths], *rows]
    return f"{title}\n\n" + "".join(_line(cells, widths) for cells in ruled) + "\n"


def times(more: float, less: float) -> str:
    """Return how many times one duration holds another: `7.4x`, `155x`."""
    ratio = more / less
    return f"{ratio:.0f}x" if ratio >= 20 else f"{ratio:.1f}x"


def milliseconds(seconds: float) -> str:
    """Return a duration in ms with about three digits."""
    ms = 1e3 * seconds
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.1f}" if ms >= 10 else f"{ms:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |\n"
