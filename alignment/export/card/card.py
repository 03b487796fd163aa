"""dataset_card.md: what an export holds, comes from, may be used for, and does not show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.export.card.caveats import caveats
from alignment.export.card.licences import Credit, asset_credits, background_credits, rows
from alignment.export.card.nearness import nearness
from alignment.export.card.provenance import Provenance
from alignment.export.card.tables import table
from alignment.export.card.tally import Tally
from scenes.files.atomic import write_bytes
from scenes.writers.example import Contents

NAME = "dataset_card.md"
HEAD = "Exported by Twinset. All that is said of the rendering is from the files beside the set."
NOT_TOLD = "Not told: no {} lies beside the set."


@dataclass(frozen=True, kw_only=True, eq=False)
class Card:
    """All that a card tells of. photos: credits of the real ones. told: the settings, in words."""

    contents: Contents
    provenance: Provenance
    tally: Tally
    photos: Sequence[Credit]
    told: Mapping[str, str]
    notes: Sequence[str]

    def text(self) -> str:
        """Return the card as Markdown."""
        parts = {
            "What it holds": self._holds(),
            "What it was aligned to": self._aligned_to(),
            "How near it came": nearness(self.provenance.report),
            "How it was made": self._made(),
            "Licences": self._licences(),
            "What must not be concluded from it": "\n".join(
                f"- {line}" for line in caveats(self.provenance, self.tally, bool(self.photos))
            ),
        }
        told = "\n\n".join(f"## {head}\n\n{body}" for head, body in parts.items())
        return f"# {self.contents.name}\n\n{HEAD}\n\n{told}\n"

    def _holds(self) -> str:
        images, boxes = self.tally.images, self.tally.boxes
        by_part = [[split, source, f"{images[split, source]}", f"{boxes[split, source]}"]
                   for split, source in sorted(images)]  # fmt: skip
        classes = [[name, str(count)] for name, count in self.tally.classes.items()]
        said = [
            table(["split", "source", "images", "boxes"], by_part),
            table(["class", "boxes"], classes),
            f"{self.tally.empty} images have no box, {self.tally.unmasked} boxes no mask. "
            "images.csv tells each image's split, source, name in its set, scene and "
            "configuration. Images of one scene, and photos of one group, are never in two splits.",
            *(f"{note[0].upper()}{note[1:]}." for note in self.notes),
        ]
        return "\n\n".join(said)

    def _aligned_to(self) -> str:
        report, split = self.provenance.report, self.provenance.split
        if report is None:
            return NOT_TOLD.format("report.json")
        told = report["set"]
        names = ", ".join(one["category"] for one in report["categories"])
        said = [
            f"The set {told['name']} ({told['format']}): {told['photos']} photos, "
            f"{told['boxes']} boxes of {names}."
        ]
        if split is not None:
            parts = ", ".join(f"{len(names)} {part}" for part, names in split.images.items())
            said.append(f"Its photos by what the fit could see: {parts} (splits.json).")
        if report.get("held_out"):
            said.append(f"Held-out figures: {report['held_out']}.")
        said += [f"- {note}" for note in report.get("notes", ())]
        return "\n".join(said)

    def _made(self) -> str:
        said = [table(["setting", "value"], [[key, value] for key, value in self.told.items()])]
        manifest, report = self.provenance.manifest, self.provenance.report
        if self.provenance.changed:
            said.append("annotations.json is not the one that manifest.json tells of.")
        if self.provenance.decision is not None:
            said.append(_derived(self.provenance.decision))
        if manifest is None:
            return "\n\n".join([*said, NOT_TOLD.format("manifest.json")])
        seeds = {f"seed of {key}": n for key, n in manifest.get("seeds", {}).items()}
        settings = {**manifest.get("versions", {}), **seeds, **(report or {}).get("settings", {})}
        said.append(
            table(["of the rendering", "value"], [[k, str(v)] for k, v in settings.items()])
        )
        return "\n\n".join(said)

    def _licences(self) -> str:
        manifest = self.provenance.manifest
        head = ["licence", "source", "number", "which"]
        said = []
        if manifest is not None:
            said.append(f"Rendered images: {self.provenance.licence}.")
            for title, found in (("Assets", asset_credits(manifest)),
                                 ("Backgrounds", background_credits(manifest))):  # fmt: skip
                said.append(
                    f"{title}:\n\n{table(head, rows(found))}" if found else f"{title}: none."
                )
        elif self.provenance.digest is not None:
            said.append(f"Of the rendered images: {NOT_TOLD.format('manifest.json').lower()}")
        if self.photos:
            said.append(f"Real photos:\n\n{table(head, rows(self.photos))}")
        return "\n\n".join(said)


def write_card(out: Path, card: Card) -> str:
    """Write the card; return its text. Raises Unwritable."""
    text = card.text()
    write_bytes(out / NAME, text.encode())
    return text


def _derived(decision: Mapping[str, Any]) -> str:
    told = ", ".join(f"{key} {value}" for key, value in decision.items() if key != "removed")
    return f"Derived from another set ({told}); {len(decision.get('removed', ()))} left out."
