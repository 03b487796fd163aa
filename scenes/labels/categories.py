"""Which objects of a scene are labelled, and as what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.labels.keypoints import keypoint_names, skeleton
from scenes.labels.policy import LabelCategory
from scenes.model.scene import Placement, Scene
from scenes.plan.plan import Plan, PlannedScene

Categories = Mapping[str, LabelCategory]


class BadCategories(UserError):
    """Categories to be labelled that contradict the scene or the catalogue."""


def labelled(scene: Scene, catalogue: Catalogue, categories: Categories) -> Scene:
    """Return the scene with its clutter of these catalogue categories labelled; targets stay.

    Labelling twice changes nothing. Raises BadCategories where an id has two names, a category is
    none of the catalogue's, or what furnishes the room, which is never labelled, would be one.
    """
    if not categories:
        return scene
    _check(scene, catalogue, categories)
    return replace(scene, objects=tuple(_named(o, catalogue, categories) for o in scene.objects))


def labelled_plan(plan: Plan, catalogue: Catalogue, categories: Categories) -> Plan:
    """Return the plan with every scene `labelled`."""
    return Plan(scenes=tuple(labelled_lines(plan.scenes, catalogue, categories)))


def labelled_lines(
    lines: Iterable[PlannedScene], catalogue: Catalogue, categories: Categories
) -> Iterator[PlannedScene]:
    """Yield lines of a plan with every scene `labelled`."""
    return (replace(p, scene=labelled(p.scene, catalogue, categories)) for p in lines)


def coco_categories(plan: Plan, catalogue: Catalogue, *, keypoints: bool) -> list[dict[str, Any]]:
    """Return the plan's categories as COCO tells them, by id; with their keypoints and skeleton."""
    assets = {
        o.category_id: catalogue.get(o.asset_id)
        for p in plan.scenes
        for o in p.scene.objects
        if keypoints and o.category_id
    }
    told: list[dict[str, Any]] = []
    for key, name in plan.categories.items():
        names = keypoint_names(assets[key]) if keypoints else ()
        points = {"keypoints": list(names), "skeleton": skeleton(names)} if names else {}
        told.append({"id": key, "name": name, **points})
    return told


def _named(placed: Placement, catalogue: Catalogue, categories: Categories) -> Placement:
    found = categories.get(catalogue.get(placed.asset_id).category)
    if placed.category_id or found is None:
        return placed
    return replace(placed, category_id=found.id, category=found.name)


def _check(scene: Scene, catalogue: Catalogue, categories: Categories) -> None:
    names = {o.category_id: o.category for o in scene.objects if o.category_id}
    for key, category in categories.items():
        if key not in catalogue.categories:
            raise BadCategories(
                f"labels.categories.{key}: no category of the catalogue; expected one of "
                f"{', '.join(catalogue.categories)}"
            )
        if names.setdefault(category.id, category.name) != category.name:
            raise BadCategories(
                f"labels.categories.{key}: id {category.id} is {names[category.id]!r} already; "
                "give it an id of its own, or the same name"
            )
    _check_furniture(scene, catalogue, categories)


def _check_furniture(scene: Scene, catalogue: Catalogue, categories: Categories) -> None:
    room = scene.background.room
    for piece in room.furniture if room else ():
        name = catalogue.get(piece.asset_id).category
        if name in categories:
            raise BadCategories(
                f"labels.categories.{name}: rooms are furnished with it, unlabelled, and a "
                f"detector would learn to miss it; take {name} out of background.room.furniture"
            )
