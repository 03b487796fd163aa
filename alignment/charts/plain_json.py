"""Figures as a page's JSON tells them."""

import math
from collections.abc import Mapping
from typing import Any


def plain(told: Any) -> Any:
    """Replace what JSON has no word for: null for no number, "inf" for an infinite one.

    Numbers are rounded to six decimals.
    """
    if isinstance(told, Mapping):
        return {key: plain(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [plain(value) for value in told]
    if isinstance(told, float) and not math.isfinite(told):
        return None if math.isnan(told) else "inf"
    return round(told, 6) if isinstance(told, float) else told
