"""The published method: per mixture component, the configuration nearest in mean and variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from alignment.align.methods.method import Selection, Stand
from alignment.align.pool.previews import PooledConfig
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.target import Target, Targets
from alignment.real.split import Exposed
from alignment.samples.bins import bhattacharyya_gaussian
from assets.errors import UserError
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.studio import CHOSEN_STREAM, PILOT_STREAM, Drawn, Studio, plan_of

FloatArray = npt.NDArray[np.float64]

PILOT = 200  # scenes that a configuration's boxes per image are counted on


class NothingReachable(UserError):
    """No configuration of the grid showed enough objects to be compared."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """The configuration that stands for one component of a category's target.

    boxes: the share of all real boxes that are of the category. distance: Bhattacharyya's between
    the two Gaussians. image_share: of the images to make, so that the component's share of the
    *boxes* comes out as its weight.
    """

    category: str
    component: int
    within: int
    weight: float
    boxes: float
    pooled: PooledConfig
    distance: float
    image_share: float


class Config:
    """One configuration per component, whose weight is its share of the boxes."""

    def select(
        self, rng: np.random.Generator, exposed: Exposed, targets: Targets, pool: ScenePool
    ) -> Selection:
        """Return weights that are equal for all shown scenes of a chosen configuration."""
        del rng, exposed  # the targets say all that this method asks of them
        choices = choose(targets, pool.configs)
        place = {id(pooled): number for number, pooled in enumerate(pool.configs)}
        weights = np.zeros(len(pool))
        for choice in choices:
            own = pool.owner == place[id(choice.pooled)]
            weights[own] += choice.image_share / own.sum()
        return Selection(
            pool=pool, targets=targets, weights=weights, stands=tuple(map(_stand, choices)),
            matched=None, notes=(),
        )  # fmt: skip

    def plan(self, studio: Studio, selection: Selection, images: int) -> tuple[Plan, MetadataTable]:
        """Return new scenes of the chosen configurations."""
        choices = choose(selection.targets, selection.pool.configs)
        return draw_plan(studio, shared_out(studio, choices), images)


def _stand(choice: Choice) -> Stand:
    return Stand(
        category=choice.category, component=choice.component, within=choice.within,
        weight=choice.weight, name=choice.pooled.point.config.id,
        values=choice.pooled.point.values, distance=choice.distance,
        image_share=choice.image_share,
    )  # fmt: skip


def choose(targets: Targets, pool: Sequence[PooledConfig]) -> tuple[Choice, ...]:
    """Return one choice per component of every category. Raises NothingReachable.

    A category's components choose among the configurations whose target it is. Source: Zhang 2023,
    in our words in docs/method.md; "nearest" is the closed-form Bhattacharyya distance, which
    weighs mean and covariance in one figure.
    """
    seen = sum(target.fitted for target in targets.values())
    choices: list[Choice] = []
    for category, target in targets.items():
        own = own_of(category, pool)
        for within, weight in enumerate(target.weights):
            distance, pooled = rank(target, within, own)[0]
            choices.append(Choice(
                category=category, component=len(choices), within=within, weight=float(weight),
                boxes=target.fitted / seen, pooled=pooled, distance=distance, image_share=0.0,
            ))  # fmt: skip
    return _shared(choices, [choice.pooled.boxes_per_image for choice in choices])


def _shared(choices: Sequence[Choice], boxes_per_image: Sequence[float]) -> tuple[Choice, ...]:
    """Return the choices with shares of images by which their shares of boxes are as wanted."""
    wanted = [c.weight * c.boxes / n for c, n in zip(choices, boxes_per_image, strict=True)]
    return tuple(
        replace(choice, image_share=float(share / sum(wanted)))
        for choice, share in zip(choices, wanted, strict=True)
    )


def own_of(category: str, pool: Sequence[PooledConfig]) -> tuple[PooledConfig, ...]:
    """Return the configurations whose target is of a category; all, where none is named."""
    return tuple(p for p in pool if category in ("", p.point.config.category))


def rank(
    target: Target, component: int, pool: Sequence[PooledConfig]
) -> list[tuple[float, PooledConfig]]:
    """Return (distance, configuration) of one component, nearest first. Raises NothingReachable."""
    ranked = [
        (_distance(target, component, pooled), pooled) for pooled in pool if pooled.mean is not None
    ]
    if not ranked:
        raise NothingReachable(
            f"none of {len(pool)} configurations showed enough labelled objects; "
            "expected some of the grid to: widen conf/grid or lower conf/labels"
        )
    return sorted(ranked, key=lambda pair: (pair[0], pair[1].number))


def image_counts(shares: Sequence[float], images: int) -> tuple[int, ...]:
    """Return whole numbers that sum to `images`, nearest to the shares (largest remainder)."""
    exact = [share * images for share in shares]
    counts = [math.floor(e) for e in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: images - sum(counts)]:
        counts[i] += 1
    return tuple(counts)


def _distance(target: Target, component: int, pooled: PooledConfig) -> float:
    if pooled.mean is None or pooled.covariance is None:
        return math.inf
    return bhattacharyya_gaussian(
        target.means[component], target.covariances[component], pooled.mean, pooled.covariance
    )


def shared_out(studio: Studio, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices with image shares from many scenes of each, as a plan would draw them.

    The search stops previewing a configuration when its mean is known, which is sooner than its
    boxes per image are.
    """
    per_image = []
    for choice in choices:
        config = choice.pooled.point.config
        seen = studio.draw(config, PILOT_STREAM + choice.component, PILOT)
        own = [label for _, labels in seen for label in labels.kept
               if label.category == config.category]  # fmt: skip
        per_image.append(len(own) / PILOT)
    return _shared(choices, per_image)


def draw_plan(studio: Studio, choices: Sequence[Choice], images: int) -> tuple[Plan, MetadataTable]:
    """Return the plan of exactly `images` scenes and its previewed metadata."""
    counts = image_counts([choice.image_share for choice in choices], images)
    drawn = [
        Drawn(
            seen=seen, component=choice.component, weight=choice.weight,
            why=f"configuration {choice.pooled.point.config.id} stands for component "
            f"{choice.component}",
        )
        for choice, count in zip(choices, counts, strict=True)
        for seen in studio.draw(choice.pooled.point.config, CHOSEN_STREAM + choice.component, count)
    ]  # fmt: skip
    return plan_of(studio, drawn)
