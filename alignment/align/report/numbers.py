"""The report's numbers as plain data: what `report.json` holds.

An infinite distance is the string "inf" (disjoint histograms) and one that could not be had is
null, since JSON knows neither.
"""

import math
from dataclasses import asdict
from typing import Any

from alignment.align.reach.words import sentence
from alignment.align.report.content import ALIGNED, AttributeResult, CategoryContent, ReportContent
from alignment.distances.floor import Comparison
from alignment.distances.held_out import Generalisation

SCHEMA = 2


def told(content: ReportContent) -> dict[str, Any]:
    """Return the content as plain data, in a fixed order."""
    said = {
        "schema": SCHEMA,
        "set": {"name": content.set_name, "format": content.set_format,
                "photos": content.photos, "boxes": content.boxes},
        "made": {"images": content.images, "how": "rendered" if content.rendered else "previewed"},
        "settings": dict(content.told),
        "repairs": dict(content.repairs),
        "notes": list(content.notes),
        "held_out": content.held_out_told or None,
        "categories": [_category(one) for one in content.categories],
        "together": [_result(result) for result in content.together],
    }  # fmt: skip
    if content.durations_s is not None:
        said["durations_s"] = dict(content.durations_s)
    return said


def _category(content: CategoryContent) -> dict[str, Any]:
    target = content.target.to_json()
    return {
        "category": content.category, "photos": content.photos, "boxes": content.boxes,
        "lacking": dict(content.lacking),
        "estimated": sorted(content.estimated),
        "attributes": [_result(result) for result in content.results],
        "all_metadata": _beside(content.classified) if content.classified else None,
        "unreached": [one.to_json() | {"said": sentence(one, content.category)}
                      for one in content.unreached],
        "target": target | {"bic": {k: _number(v) for k, v in target["bic"].items()}},
        "components": [
            {"config": chosen.id, "values": dict(chosen.values),
             "distance": _number(chosen.distance), "image_share": chosen.image_share,
             "images": chosen.images}
            for chosen in content.components
        ],
    }  # fmt: skip


def _result(result: AttributeResult) -> dict[str, Any]:
    return {
        "categories": list(result.facet.categories),
        "attributes": list(result.comparison.attributes),
        "verdict": str(result.verdict),
        **_comparison(result.comparison),
        "held_out": _number(result.held_out),
        "generalisation": _generalisation(result.generalisation),
        "beside": [_beside(comparison) for comparison in result.beside],
        "histogram": {
            "inner_edges": [edges.tolist() for edges in result.bins.inner_edges],
            "cells": list(result.bins.shape),
            **({"names": list(result.facet.cells)} if result.facet.named else {}),
            "shares": {key: [round(share, 6) for share in result.bins.share(sample.values).tolist()]
                       for key, sample in result.series.items()},
        },
    }  # fmt: skip


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "photos": found.photos, "values": found.values, "floor": _number(found.floor),
        "floor_band": [_number(found.floor_low), _number(found.floor_high)],
        "power": found.power,
        "distances": {
            key: {"at_equal_size": _number(gap.at_equal_size),
                  "interval": [_number(gap.low), _number(gap.high)], "of_all": _number(gap.of_all),
                  "values": gap.values, "verdict": str(gap.verdict)}
            for key, gap in found.gaps.items()
        },
    }  # fmt: skip


def _beside(found: Comparison) -> dict[str, Any]:
    named = {"distance": found.distance, "attributes": list(found.attributes)}
    return {**named, "verdict": str(found.gaps[ALIGNED].verdict), **_comparison(found)}


def _generalisation(found: Generalisation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {name: _number(value) for name, value in asdict(found).items()}


def _number(value: float | None) -> float | str | None:
    if value is None or math.isnan(value):
        return None
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")
