"""Configurations, pools and real tables whose truth is known, because it was planted."""

from dataclasses import replace

import numpy as np

from alignment.align.pool.grid import GridPoint
from alignment.align.pool.previews import PooledConfig, previewed_from
from alignment.align.population.settings import Oversampling, TargetSettings
from alignment.align.population.target import Target
from scenes.measuring.table import MetadataTable
from tests.scenes.configs import scene_config

ATTRIBUTES = ("bbox_area", "center_y")
AS_FOUND = Oversampling(
    kind="none", weights=None, attributes=ATTRIBUTES, by=ATTRIBUTES, cells=4, share=1.0, seed=0
)
GMM = TargetSettings(
    attributes=ATTRIBUTES, clustering="gmm", most_components=3, covariance_floor=1e-3,
    oversampling=AS_FOUND,
)  # fmt: skip


def point(number=0, **changes):
    config = replace(scene_config(**changes), id=f"grid-{number:04d}")
    return GridPoint(config=config, values={})


def table(log_area, center_y, per_image):
    """One row a value, `per_image` rows an image, whose ids begin at 1."""
    count = len(log_area)
    images = 1 + np.arange(count) // per_image
    return MetadataTable.from_columns({
        "image_id": images, "bbox_area": np.exp(log_area), "center_y": center_y,
        "objects_per_image": np.bincount(images)[images],
    })  # fmt: skip


def drawn_table(rng, mean, covariance, images, per_image):
    values = rng.multivariate_normal(mean, covariance, images * per_image)
    return table(*values.T, per_image)


def pooled(number, mean, covariance=((0.04, 0.0), (0.0, 0.01)), per_image=2, images=500):
    """A configuration that showed `images` scenes of exactly `per_image` objects each."""
    rng = np.random.default_rng(number)
    shown = drawn_table(rng, mean, covariance, images, per_image)
    return previewed_from(number, point(number), images, shown, ATTRIBUTES)


def unseen(number):
    """A configuration that showed nothing."""
    return previewed_from(number, point(number), 12, table([], [], 1), ATTRIBUTES)


def target(weights, means, covariance=((0.04, 0.0), (0.0, 0.01))):
    return Target(
        attributes=ATTRIBUTES, weights=np.array(weights), means=np.array(means),
        covariances=np.array([covariance] * len(weights)), clustering="gmm", silhouette={}, bic={},
        why="planted", notes=(), fitted=100,
    )  # fmt: skip


def exactly(one: PooledConfig, mean, covariance) -> PooledConfig:
    """The same configuration with moments as told."""
    return replace(one, mean=np.array(mean), covariance=np.array(covariance))
