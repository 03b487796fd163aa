from collections.abc import Callable, Mapping

import numpy as np

from scenes.config.cast import Cast
from scenes.config.scene import SceneConfig
from scenes.layout.standing import Layout
from scenes.strategies import baseline, cluttered, grouped, on_surface

Strategy = Callable[[np.random.Generator, SceneConfig, Cast], Layout]

STRATEGIES: Mapping[str, Strategy] = {
    "baseline": baseline.lay_out,
    "on_surface": on_surface.lay_out,
    "grouped": grouped.lay_out,
    "cluttered": cluttered.lay_out,
}
"""What conf/strategy/*.yaml name as scene.strategy; some of those share one."""
