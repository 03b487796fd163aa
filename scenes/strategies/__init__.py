from collections.abc import Callable, Mapping

import numpy as np

from scenes.cast import Cast
from scenes.config import SceneConfig
from scenes.strategies import on_surface
from scenes.strategies.layout import Layout

Strategy = Callable[[np.random.Generator, SceneConfig, Cast], Layout]

STRATEGIES: Mapping[str, Strategy] = {"on_surface": on_surface.lay_out}
