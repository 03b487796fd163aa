"""Rare boxes asked for more often are more often in the scenes that a plan chooses."""

import json
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from alignment.align.matching.exchange import draft
from alignment.align.matching.match import match
from alignment.align.matching.settings import MatchSettings
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, point

OFTEN, RARE, IMAGES = 54, 6, 60
MATCH = MatchSettings(
    attributes=ATTRIBUTES, pairs=(), bins=6, pair_bins=4, tau=1.0, oversampling=AS_FOUND,
    class_weights=None,
)  # fmt: skip


def alone(rng, low):
    """A box an image: small ones high up; of `low`, large ones low down."""
    middle = np.where(low[:, None], (-1.0, 0.8), (-4.0, 0.3))
    values = middle + rng.normal(0, 0.08, middle.shape)
    return MetadataTable.from_columns({
        "image_id": 1 + np.arange(len(low)), "annotation_id": 1 + np.arange(len(low)),
        "category": ["cup"] * len(low), "bbox_area": np.exp(values[:, 0]),
        "center_y": values[:, 1], "center_x": rng.uniform(0.1, 0.9, len(low)),
        "aspect": np.ones(len(low)), "objects_per_image": np.ones(len(low)),
    })  # fmt: skip


@pytest.fixture(scope="module")
def pool():
    shown = alone(np.random.default_rng(1), np.arange(1200) % 2 == 0)
    return ScenePool.of([previewed_from(0, point(), 1200, shown, ATTRIBUTES)])


def low_share(pool, how):
    """Return how many of the scenes that are chosen show a box of the rare cell."""
    rng = np.random.default_rng(2)
    real = Exposed(table=alone(rng, np.arange(OFTEN + RARE) >= OFTEN))
    with threadpool_limits(1):
        found = match(rng, real, pool, replace(MATCH, oversampling=how))
        chosen = draft(rng, pool, found.moments, found.weighted.weights, IMAGES).scenes()
    return float((pool.drawn(chosen).column("center_y") > 0.55).mean())


@pytest.mark.parametrize("kind", ["smote", "adasyn", "weights"])
def test_more_scenes_are_chosen_from_the_cells_where_few_boxes_lie(pool, kind, tmp_path):
    pytest.importorskip("imblearn", reason="imbalanced-learn is not installed: make setup")
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({str(n): OFTEN / RARE for n in range(OFTEN + 1, OFTEN + RARE + 1)}))
    how = replace(
        AS_FOUND, kind=kind, attributes=ATTRIBUTES, by=ATTRIBUTES, cells=2,
        weights=file if kind == "weights" else None,
    )  # fmt: skip
    assert low_share(pool, AS_FOUND) == pytest.approx(RARE / (OFTEN + RARE), abs=0.06)
    assert low_share(pool, how) == pytest.approx(0.5, abs=0.08)
