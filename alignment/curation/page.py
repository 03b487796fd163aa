"""`removed.json`, `scores.csv` and `removed.html`: what went and why, beside the real scores."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from markupsafe import Markup

from alignment.charts.page import page_environment
from alignment.charts.plot import histograms
from alignment.charts.sheet import SheetImage, thumbnails
from alignment.curation.judgement import Judgement
from alignment.features.features import Ids
from scenes.files.atomic import write_text
from scenes.sets.annotated_set import AnnotatedSet

TEMPLATE = "removed.html.j2"


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What the page says beside the judgement. told: settings worth saying, by label."""

    set_name: str
    real_name: str
    told: dict[str, str | int | float]
    notes: tuple[str, ...]


def write_removed(
    out: Path, found: Judgement, annotated: AnnotatedSet, said: Told, sheet: int
) -> Path:
    """Write all three into `out` and return the page. Equal input gives equal bytes."""
    write_text(out / "removed.json", _json(found, said))
    write_text(out / "scores.csv", _csv(found))
    environment = page_environment(Path(__file__).parent)
    order = np.argsort(-found.scores.values, kind="stable")
    page = environment.get_template(TEMPLATE).render(
        found=found, said=said, count=len(found.scores.values),
        figure=Markup(histograms({"real": found.scores.real, "set": found.scores.values},
                                 found.threshold.value)),
        least=_pictures(found, annotated, order[:sheet]),
        most=_pictures(found, annotated, order[::-1][:sheet]),
        floor=f"{np.median(found.scores.real):.3g}", median=f"{np.median(found.scores.values):.3g}",
    )  # fmt: skip
    write_text(out / "removed.html", page)
    return out / "removed.html"


def _json(found: Judgement, said: Told) -> str:
    told = {
        "what": found.what, "set": said.set_name, "real": said.real_name, "settings": said.told,
        "threshold": found.threshold.value if np.isfinite(found.threshold.value) else None,
        "rule": found.threshold.why, "scored": len(found.scores.values),
        "median_score": round(float(np.median(found.scores.values)), 6),
        "median_real_score": round(float(np.median(found.scores.real)), 6),
        "notes": said.notes, "removed": [removal.to_json() for removal in found.removals],
    }  # fmt: skip
    return json.dumps(told, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _csv(found: Judgement) -> str:
    scores = found.scores
    key = "image_id" if found.what == "images" else "annotation_id"
    head = (
        "image_id,score,beyond_real" if key == "image_id" else f"{key},image_id,score,beyond_real"
    )
    rows = zip(scores.keys, scores.image_ids, scores.values, scores.beyond_real, strict=True)
    lines = [
        f"{'' if key == 'image_id' else f'{own},'}{image},{value:.6f},{beyond:.6f}"
        for own, image, value, beyond in rows
    ]
    return "\n".join([head, *lines]) + "\n"


def _pictures(
    found: Judgement, annotated: AnnotatedSet, order: Ids
) -> list[tuple[str, SheetImage]]:
    images = {image.id: image for image in annotated.images}
    shown = []
    for index in order:
        image = images[int(found.scores.image_ids[index])]
        boxes = tuple(
            a.bbox for a in annotated.annotations if a.image_id == image.id
            and (found.what == "images" or a.id == found.scores.keys[index])
        )  # fmt: skip
        if image.path is not None:
            caption = f"{image.file_name}: {found.scores.values[index]:.3g}"
            shown.append(SheetImage(path=image.path, boxes=boxes, caption=caption))
    return list(zip(thumbnails(shown), shown, strict=True))
