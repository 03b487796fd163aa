"""What stands beside a rendered set and tells where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.curation.derived_set import DECISION
from scenes.dataset.manifest import read_manifest
from scenes.plan.splits import SplitRecord

Told = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """manifest, report, decision: the JSON of these names, None where it is not there or broken.

    split: which photos the plan was fitted to. digest: the SHA-256 of annotations.json, None where
    nothing was rendered.
    """

    manifest: Told | None
    report: Told | None
    decision: Told | None
    split: SplitRecord | None
    digest: str | None

    @property
    def changed(self) -> bool:
        """True where annotations.json is not the one that the manifest tells of."""
        promised = (self.manifest or {}).get("sha256", {}).get("annotations.json")
        return promised is not None and promised != self.digest

    @property
    def licence(self) -> str:
        """The licence of the rendered images."""
        return str((self.manifest or {}).get("licence") or "unknown")


def provenance_of(file: Path | None, digest: str | None) -> Provenance:
    """Return what is told beside a set's annotations. Raises BadSplitRecord."""
    if file is None:
        return Provenance(manifest=None, report=None, decision=None, split=None, digest=None)
    beside = file.parent
    return Provenance(
        manifest=read_manifest(beside), report=_told(beside / "report.json"),
        decision=_told(beside / DECISION), split=SplitRecord.beside(beside / "plan.jsonl"),
        digest=digest,
    )  # fmt: skip


def _told(path: Path) -> Told | None:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None
