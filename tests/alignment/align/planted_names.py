"""Tables and pools whose boxes have shapes in planted shares."""

import numpy as np

from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.inferred import Inferred, Prediction
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import ATTRIBUTES, point
from tests.alignment.align.planted_pool import boxes

SHARES = {"stool": 0.6, "wing": 0.3, "bench": 0.1}
POOLED = ("bench", "folding", "office", "rocking", "stool", "wing")  # each as often


def shaped(rng, images, shares, first=0, **law):
    """`boxes`, each of a shape in these shares."""
    table = boxes(rng, images, first, **law)
    names = rng.choice(list(shares), len(table), p=list(shares.values()))
    return table.with_columns({"shape": names})


def shaped_pool(rng, each=60):
    """At each of three heights, configurations of each shape alone, and two of all shapes."""
    found = []
    for number in range(3 * (len(POOLED) + 2)):
        kind, height = divmod(number, 3)
        only = POOLED[kind : kind + 1] or POOLED
        law = {"mean": (-2.0, (0.3, 0.5, 0.7)[height]), "spread": (0.5, 0.1)}
        shown = shaped(rng, each, dict.fromkeys(only, 1 / len(only)), 1, **law)
        found.append(previewed_from(number, point(number), each, shown, ATTRIBUTES))
    return ScenePool.of(found)


def share_of(table: MetadataTable, name):
    return table.names("shape").to_pylist().count(name) / len(table)


def write_shapes(path, table: MetadataTable, names):
    """Write what `make infer` writes of shapes, predicted of every box of a table."""
    names = np.asarray(names)
    prediction = Prediction(
        attribute="shape", values=names, low=None, high=None, sets=[(name,) for name in names],
        outside=np.zeros(len(names), bool), shares={},
    )  # fmt: skip
    ids = np.asarray(table.table["annotation_id"].to_numpy())
    Inferred(image_ids=table.image_ids, annotation_ids=ids, predictions=(prediction,)).write(path)
