"""Where each box lies, by attributes or by features, and how far from the real ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.exploration.columns import Columns, Numbers
from alignment.exploration.members import Member
from alignment.exploration.settings import ExplorationSettings, LikenessSettings
from alignment.feature_space.scores import ScoreSettings, score
from alignment.feature_space.space import FEWEST, FeatureSpace
from alignment.features.extract import box_features
from alignment.features.features import Features, NoFeatures
from alignment.features.registry import backends_of, cache_of
from alignment.real.split import Exposed
from scenes.measuring.table import ATTRIBUTES, MetadataTable

Ids = npt.NDArray[np.int64]
METADATA, FEATURES = "metadata", "features"


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Which rows of the columns are whose. real: (n,) of sets that others are held against."""

    places: Ids
    real: npt.NDArray[np.bool_]


def with_likeness(columns: Columns, rows: Rows, features: Features, told: LikenessSettings,
                  name: str) -> Columns:  # fmt: skip
    """Return the columns with a space of these features and with `unlike_NAME` among the numbers.

    features: annotation ids are rows, image ids places. A row that they lack has NaN. Where fewer
    than FEWEST real boxes have features, the columns as they are.
    """
    images = _reference(features, rows, told.most_boxes)
    shown = np.isin(features.image_ids, images)
    if shown.sum() < FEWEST:
        return columns
    reference = Exposed(table=MetadataTable.from_columns({"image_id": images}))
    space = FeatureSpace.fit(features, reference, told.space)
    how = ScoreSettings(score="knn", neighbours=told.neighbours, image="mean")
    scores = score(space, features, how)
    values = scores.values.copy()
    values[shown] = scores.real  # a real box is held against the other images alone
    unlike = {f"unlike_{name}": _spread(len(columns), features.keys, values[:, None])[:, 0]}
    points = _spread(len(columns), features.keys, space.project(features))
    return replace(
        columns, numbers={**columns.numbers, **unlike}, spaces={**columns.spaces, name: points}
    )


def metadata_features(columns: Columns, rows: Rows, names: Sequence[str]) -> Features:
    """Return attributes as features: logarithms where they are compared by them, gaps filled.

    names: attributes that every set has. A gap is filled with the real boxes' median.
    """
    taken = [_filled(_scaled(columns.numbers[n], n), rows.real) for n in names]
    values = np.column_stack(taken) if taken else np.zeros((len(columns), 0))
    return Features(
        values=values.astype(np.float32), names=tuple(f"{n}.0" for n in names),
        image_ids=rows.places, annotation_ids=np.arange(len(columns), dtype=np.int64),
        backend=METADATA,
    )  # fmt: skip


def shared_attributes(members: Sequence[Member]) -> list[str]:
    """Return the attributes that every set has a value of."""
    return [n for n in ATTRIBUTES if all(n in m.table.attributes for m in members)]


def described(
    members: Sequence[Member], rows: Rows, settings: ExplorationSettings,
    counting: Callable[[int, int], None],
) -> Features:  # fmt: skip
    """Return the features of all boxes that have pixels. Raises NoFeatures."""
    backends, cache = backends_of(settings.features), cache_of(settings.features)
    found: list[Features] = []
    first = 0
    for member in members:
        own = box_features(member.annotated, backends, cache, counting)
        keys = {k: first + n for n, k in enumerate(member.table.table["annotation_id"].to_pylist())}
        found.append(_renumbered(own, keys, rows))
        first += len(member.table)
    if not found:
        raise NoFeatures("no set is there; expected SETS=...")
    return Features(
        values=np.vstack([one.values for one in found]), names=found[0].names,
        image_ids=np.concatenate([one.image_ids for one in found]),
        annotation_ids=np.concatenate([one.keys for one in found]), backend=found[0].backend,
    )  # fmt: skip


def _renumbered(own: Features, keys: Mapping[int, int], rows: Rows) -> Features:
    numbers = np.array([keys[key] for key in own.keys.tolist()], dtype=np.int64)
    return replace(own, image_ids=rows.places[numbers], annotation_ids=numbers)


def _reference(features: Features, rows: Rows, most: int) -> Ids:
    """Return images of real boxes, evenly over all of them, with about `most` boxes."""
    images: Ids = np.unique(features.image_ids[rows.real[features.keys]])
    boxes = int(np.isin(features.image_ids, images).sum())
    if boxes <= most:
        return images
    count = max(1, round(len(images) * most / boxes))
    places = np.unique(np.linspace(0, len(images) - 1, count).round().astype(np.intp))
    return np.asarray(images[places], dtype=np.int64)


def _scaled(values: Numbers, name: str) -> npt.NDArray[np.float64]:
    told = values.astype(np.float64)
    if not ATTRIBUTES[name].log:
        return told
    return np.log(told, out=np.full(len(told), np.nan), where=told > 0)


def _filled(
    values: npt.NDArray[np.float64], real: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    known = np.isfinite(values)
    own = values[known & real] if (known & real).any() else values[known]
    return np.where(known, values, np.median(own) if len(own) else 0.0)


def _spread(count: int, keys: Ids, values: npt.NDArray[np.float64]) -> Numbers:
    made = np.full((count, values.shape[1]), np.nan, np.float32)
    made[keys] = values
    return made
