"""Label Studio's JSON-MIN, which tells results under their tags' own names, as its JSON."""

from typing import Any


def is_min(told: Any) -> bool:
    """Return True for a task of JSON-MIN that tells shapes."""
    return isinstance(told, dict) and "data" not in told and any(map(_shapes, told.values()))


def as_task(told: Any) -> Any:
    """Return a task of JSON-MIN as the JSON tells it, anything else as it is."""
    if not is_min(told):
        return told
    results = [_result(shape) for value in told.values() for shape in _shapes(value)]
    data = {key: value for key, value in told.items() if isinstance(value, str)}
    return {"data": data, "annotations": [{"result": results}]}


def _shapes(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, dict) and "original_width" in one]


def _result(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as a result; its type is the key that holds its labels."""
    kind = next((key for key in shape if key.endswith("labels")), "rectanglelabels")
    places = ("original_width", "original_height", "image_rotation")
    return {"type": kind, "value": shape, **{key: shape[key] for key in places if key in shape}}
