"""Alignment judged on photos it never saw: `make bench-alignment REAL=set CATEGORY=name`.

Some photos are exposed and all others held out. Target, search and plan see the exposed ones alone;
every distance is to the held-out boxes, on bins that these fix. The floor is the distance of the
exposed photos themselves. Previews at the size of rendering stand for the renders; --rendered N
holds them against N rendered scenes of one split instead. With --json, every trial goes to a file
as it is done, and those that are there are not done again; --splits 0 prints what it holds.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from hydra import compose, initialize_config_dir

from alignment.align.brief.real_set import load_real
from alignment.align.brief.settings import settings_from
from assets.catalogue import load_catalogue
from assets.errors import UserError
from assets.project import CONF
from bench.alignment.records import Asked, Record, append, read, tables
from bench.alignment.rendered import rendered_table
from bench.alignment.trials import Case, MethodName, distances

METHODS = ["config", "mixture", "scenes"]


def main() -> None:
    """Print a table of median distances to held-out photos for every category."""
    asked = _asked()
    if not asked.splits:
        sys.stdout.write("\n" + tables(read(asked.json)))
        return
    cases = list(
        cases_of(asked.categories, asked.exposed, asked.images, asked.methods, asked.words)
    )
    if asked.rendered:
        for case in cases:
            sys.stdout.write(rendered_table(case, asked.first, asked.rendered))
            sys.stdout.flush()
        return
    sys.stdout.write("\n" + tables(_trials(cases, asked)))


def _trials(cases: Sequence[Case], asked: argparse.Namespace) -> list[Record]:
    """Return every trial, from the file where it is there. Stopped early, cases have as many."""
    there = {(record.asked, record.split): record for record in read(asked.json)}
    found = []
    for number in range(asked.first, asked.first + asked.splits):
        for case in cases:
            key = (_told(case, asked), number)
            if key not in there:
                began = perf_counter()
                there[key] = Record(asked=key[0], split=number, distances=distances(case, number))
                append(asked.json, there[key])
                _say(case, number, perf_counter() - began)
            found.append(there[key])
    return found


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    numbers = {"type": int, "nargs": "+"}
    parser.add_argument("--exposed", **numbers, default=[60], help="photos that alignment may see")  # type: ignore[arg-type]  # argparse's own keywords
    parser.add_argument(
        "--splits",
        type=int,
        default=5,
        help="how often photos are drawn anew; 0: tables of the file",
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first split")
    parser.add_argument("--images", type=int, default=1000, help="scenes planned each time")
    parser.add_argument("--categories", nargs="+", default=[os.environ.get("TWINSET_CATEGORY")])
    parser.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS)
    parser.add_argument("--json", type=Path, help="where every trial goes, a line each")
    parser.add_argument("--rendered", type=int, default=0, help="scenes to render in place of all")
    parser.add_argument("words", nargs="*", help="KEY=VALUE, as for make align")
    return parser.parse_args()


def cases_of(
    categories: Sequence[str | None], sizes: Sequence[int], images: int,
    methods: Sequence[MethodName], words: Sequence[str],
) -> Iterator[Case]:  # fmt: skip
    """Give every category with every number of exposed photos; words: as for make align."""
    if not os.environ.get("TWINSET_REAL"):
        sys.exit("bench-alignment: say REAL=path of an annotated set, and CATEGORY=name")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose("align", overrides=["preset=none", *words])
    settings = replace(settings_from(told), images=images)
    for category in categories:
        named = replace(settings, category=category)
        real = load_real(named, load_catalogue(settings.variants))
        for exposed in sizes:
            yield Case(real=real, settings=named, exposed=exposed, methods=tuple(methods))


def _told(case: Case, asked: argparse.Namespace) -> Asked:
    return Asked(
        set=case.real.annotated.name, category=case.real.category, exposed=case.exposed,
        images=asked.images, methods=case.methods, words=tuple(asked.words),
    )  # fmt: skip


def _say(case: Case, number: int, seconds: float) -> None:
    sys.stderr.write(
        f"{case.real.category}, {case.exposed} exposed, split {number}: {seconds:.0f} s\n"
    )


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"bench-alignment: {error}")
