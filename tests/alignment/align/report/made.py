"""A whole, small report to test with: planted samples, three drawn images, one of each verdict."""

from functools import cache

import numpy as np
from PIL import Image

from alignment.align.population.target import fit_target
from alignment.align.reach.reach import Unreached
from alignment.align.report.content import (
    AttributeResult,
    CategoryContent,
    ChosenConfig,
    ReportContent,
)
from alignment.charts.sheet import SheetImage
from alignment.distances.all_metadata import compare_metadata
from alignment.distances.floor import compare, compare_by
from alignment.distances.held_out import Generalisation
from alignment.distances.registry import beside_bhattacharyya
from alignment.real.split import Exposed
from alignment.samples.bins import Bins
from alignment.samples.facet import facet
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import GMM

ATTRIBUTES = ("bbox_area", "center_y")
UNREACHED = Unreached(
    attributes=("aspect",), component=None, share=0.12, main="aspect", side="above",
    begins=np.log(2.1), stops=np.log(1.6), knob="assets", bound="", bound_value=None,
)  # fmt: skip


def table(rng, photos, center_y):
    images = np.repeat(np.arange(photos), 4)
    return MetadataTable.from_columns({
        "image_id": images, "bbox_area": np.exp(rng.normal(-3, 0.5, len(images))),
        "center_y": rng.normal(center_y, 0.1, len(images)),
        "truncated": rng.integers(0, 2, len(images)),
        "objects_per_image": np.full(len(images), 4),
    })  # fmt: skip


def result(rng, real, aligned, baseline, *names):
    samples = {key: Sample.of(t, names) for key, t in
               (("real", real), ("aligned", aligned), ("baseline", baseline)) if t}  # fmt: skip
    bins = Bins.of(samples["real"], 20 if len(names) == 1 else 8)
    rendered = {key: samples[key] for key in samples if key != "real"}
    return AttributeResult(
        facet=facet("chair", names), bins=bins,
        comparison=compare(rng, samples["real"], rendered, bins, 50),
        real=samples["real"], aligned=samples["aligned"], baseline=samples.get("baseline"),
        beside=tuple(compare_by(rng, samples["real"], rendered, distance, 20)
                     for distance in beside_bhattacharyya(samples["real"])),
        generalisation=Generalisation(exposed=0.125, held_out=0.375, floor=0.25),
    )  # fmt: skip


def drawn_sheet(folder, count=3):
    sheet = []
    for n in range(count):
        path = folder / f"{n:06d}.png"
        Image.new("RGB", (320, 240), (90, 40 * n, 120)).save(path)
        sheet.append(SheetImage(path=path, boxes=((30, 40, 50, 60),), caption=path.name))
    return tuple(sheet)


@cache
def found():
    """Target, results and classifier's test of 60 photos, computed once: nothing changes them."""
    rng = np.random.default_rng(0)
    real, aligned, baseline = (table(rng, 60, y) for y in (0.5, 0.5, 0.8))
    names = [("center_y",), ("bbox_area",), ("truncated",), ("objects_per_image",), ATTRIBUTES]
    return {
        "target": fit_target(rng, Exposed(table=real), ATTRIBUTES, GMM),
        "results": tuple(result(rng, real, aligned, baseline, *n) for n in names),
        "classified": compare_metadata(rng, real, {"aligned": aligned, "baseline": baseline}, 4),
    }


def content(folder, **changes):
    """A report of chairs; changes are to what it says of them, or to all else that it says."""
    chosen = ChosenConfig(
        id="grid-0007", values={"camera.distance_m": {"low": 0.7, "high": 1.0, "log": True}},
        distance=0.25, image_share=1.0, images=40,
    )  # fmt: skip
    of_chairs = {
        "category": "chair", "photos": 60, "boxes": 240,
        "lacking": {"image_blur": "the set has no photos"},
        "estimated": frozenset({"bbox_area"}), "unreached": (UNREACHED,),
        "components": (chosen,) * len(found()["target"].weights), **found(),
    }  # fmt: skip
    told = {
        "set_name": "kitchen", "set_format": "COCO", "photos": 60, "images": 40, "rendered": True,
        "repairs": {"boxes clipped": 3}, "notes": ("read as COCO",), "told": {"seed": 0},
        "held_out_told": "", "together": (), "sheet": drawn_sheet(folder), "durations_s": None,
    }  # fmt: skip
    of_chairs |= {key: changes.pop(key) for key in list(changes) if key in of_chairs}
    return ReportContent(categories=(CategoryContent(**of_chairs),), **{**told, **changes})
