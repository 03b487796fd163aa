"""`make status OUT=...`: how far a job is, whether it runs, was stopped or is done."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.errors import UserError
from render.merge import MISTAKE, named_folder
from render.workers.watch import FAILED, LINES
from scenes.dataset.manifest import read_manifest
from scenes.dataset.provenance import NoDataset
from scenes.files.lock import holder

_PACE_OF = 50  # images


@dataclass(kw_only=True)
class Told:
    """What the last run's lines add up to. at_work: worker to the image it began."""

    done_at_s: list[float] = field(default_factory=list)
    at_work: dict[int, int] = field(default_factory=dict)
    memory_mb: dict[int, float] = field(default_factory=dict)
    failures: int = 0
    set_aside: list[int] = field(default_factory=list)

    def hear(self, line: Mapping[str, Any]) -> None:
        """Add one line."""
        event = line["event"]
        if event == "start":
            self.__init__()  # type: ignore[misc]  # only the last run is told of
        elif event == "began":
            self.at_work[line["worker"]] = line["index"]
        elif event == "done":
            self.done_at_s.append(line["at_s"])
            self.memory_mb[line["worker"]] = line["memory_mb"]
        elif event in ("failed", "set aside"):
            self.failures += 1
            self.set_aside += [line["index"]] if event == "set aside" else []


def status_of(out: Path) -> list[str]:
    """Return the lines that say how far the job in a folder is. Raises NoDataset."""
    planned, done = _planned(out), len(list((out / "shards").glob("[0-9]*.json")))
    owner, told = holder(out), _told(out / LINES)
    lines = [f"{out}: {_state(out, owner, done, planned)}", f"images {done}/{planned}"]
    lines += _pace(told, planned - done) if owner else []
    if owner and told.memory_mb:
        lines += [
            f"worker {number}: image {told.at_work.get(number, '-')}, {memory:.0f} MB"
            for number, memory in sorted(told.memory_mb.items())
        ]
    if told.failures:
        aside = f", set aside: {', '.join(map(str, told.set_aside))}" if told.set_aside else ""
        lines.append(f"failures {told.failures}{aside}; why is in {out / FAILED}")
    return lines


def _planned(out: Path) -> int:
    try:
        with (out / "plan.jsonl").open("rb") as lines:
            return sum(1 for _ in lines)
    except OSError as error:
        raise NoDataset(
            f"{out} holds no plan ({error.strerror}); expected the OUT of a render or of make align"
        ) from None


def _state(out: Path, owner: str | None, done: int, planned: int) -> str:
    if owner:
        return f"running, process {owner}"
    if done < planned:
        return "not running; the command that began it goes on where it stopped"
    merged = read_manifest(out)
    if merged and not merged.get("images_missing"):
        return "finished"
    return f"all rendered, not merged; run: make merge OUT={out}"


def _pace(told: Told, left: int) -> list[str]:
    last = told.done_at_s[-_PACE_OF:]
    if len(last) < 2 or last[-1] <= last[0]:
        return []
    pace = (len(last) - 1) / (last[-1] - last[0])
    return [f"{pace:.2f} images a second, {left / pace:.0f} s left"]


def _told(path: Path) -> Told:
    told = Told()
    if not path.is_file():
        return told
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                told.hear(json.loads(line))
            except (KeyError, ValueError):
                continue  # the line at which a run was killed
    return told


def main() -> int:
    """Say it; return the exit code."""
    try:
        lines = status_of(named_folder())
    except UserError as error:
        sys.stderr.write(f"status: {error}\n")
        return MISTAKE
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
