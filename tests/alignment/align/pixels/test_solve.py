from dataclasses import replace

import numpy as np
import pytest

from alignment.align.pixels.fit import before, fit
from alignment.align.pixels.solve import Wish, measured, solved
from alignment.align.pixels.solved_file import Record, digest, keep, kept
from alignment.align.walk.cheap_renders import relit
from alignment.real.split import split
from alignment.samples.bins import Bins, bhattacharyya
from alignment.samples.sample import Sample
from assets.catalogue import load_catalogue
from scenes.effects.develop import photographed, taken
from scenes.model.effects import UNTOUCHED
from scenes.optics.colour import linear
from scenes.plan.plan import Plan
from scenes.sampling.sampler import SceneSampler
from tests.alignment.align.pixels.pictures import (
    NAMES,
    SETTINGS,
    exposed,
    picture,
    planted_photos,
    shots,
    table,
    values,
)
from tests.scenes.configs import background_settings, scene_config

SPREAD = np.array([0.1, 0.05, 0.05])


def of(post, base=UNTOUCHED, **changes):
    """What is solved where a picture should measure what it would under these effects."""
    wanted = values([taken(linear(picture(3)), replace(base, **post), 3)[0]])[0]
    settings = replace(SETTINGS, **changes)
    wish = Wish(attributes=NAMES, values=wanted, spread=SPREAD)
    return wanted, solved(linear(picture(3)), base, 3, wish, settings)


@pytest.mark.parametrize(
    "post",
    [
        {"exposure_stops": 0.8, "contrast": 1.4, "blur_px": 1.2},
        {"exposure_stops": -1.0, "contrast": 0.7, "sharpening": 1.5},
        {},
    ],
)
def test_planted_effects_are_found_again(post):
    wanted, found = of(post)
    assert np.abs((found.measured - wanted) / SPREAD).max() < 0.1
    assert found.post.exposure_stops == pytest.approx(post.get("exposure_stops", 0.0), abs=0.1)
    assert found.post.contrast == pytest.approx(post.get("contrast", 1.0), abs=0.1)
    assert found.post.blur_px == pytest.approx(post.get("blur_px", 0.0), abs=0.25)
    assert found.at_bound == ()


def test_what_was_solved_is_what_developing_makes_of_the_picture():
    base = replace(UNTOUCHED, read_noise=0.01, jpeg_quality=70, gains=(1.1, 1.0, 0.9))
    _, found = of({"exposure_stops": 0.5, "blur_px": 1.0}, base)
    assert (
        measured(taken(linear(picture(3)), found.post, 3)[0], NAMES).tolist()
        == found.measured.tolist()
    )
    kept_ = ("read_noise", "jpeg_quality", "gains", "shot_noise", "transfer")
    assert [getattr(found.post, name) for name in kept_] == [getattr(base, n) for n in kept_]


def test_a_bound_holds_and_is_told():
    _, found = of({"exposure_stops": 2.0}, most_stops=0.5)
    assert found.post.exposure_stops == 0.5
    assert "exposure_stops" in found.at_bound


def test_grain_gives_the_entropy_that_is_asked():
    flat = picture(3) // 48 * 48  # few codes, so little entropy without grain
    grainy = photographed(linear(flat), replace(UNTOUCHED, read_noise=0.03), 3)
    names = ("image_brightness", "image_entropy")
    wish = Wish(attributes=names, values=measured(grainy, names), spread=np.array([0.1, 0.1]))
    found = solved(linear(flat), UNTOUCHED, 3, wish, replace(SETTINGS, attributes=names))
    assert found.post.read_noise == pytest.approx(0.03, rel=0.15)


def distances(judge, found):
    samples = [(Sample.of(judge, [name]), Sample.of(found, [name])) for name in NAMES]
    return np.array([bhattacharyya(a.values, b.values, Bins.of(a, 8)) for a, b in samples])


def test_pictures_become_as_near_to_held_out_photos_as_exposed_ones_are():
    photos = table(values(planted_photos(np.random.default_rng(1), 120)))
    halvings = [split(np.random.default_rng(seed), photos, 60) for seed in range(10)]
    floors = [distances(held_out.for_judging(), shown.table) for shown, held_out in halvings]
    shown, held_out = halvings[0]
    found = fit(np.random.default_rng(3), shown, shots(60), SETTINGS, lambda _: None)
    after = distances(held_out.for_judging(), table(np.array([one.measured for one in found])))
    untouched = distances(held_out.for_judging(), table(before(shots(60), NAMES)))
    assert all(untouched > 3 * after)
    assert all(after < 2 * np.mean(floors, axis=0))


def test_the_same_seed_solves_the_same_and_it_is_kept(tmp_path):
    shown = exposed(values(planted_photos(np.random.default_rng(1), 12)))
    twice = [fit(np.random.default_rng(3), shown, shots(4), SETTINGS, lambda _: None)
             for _ in range(2)]  # fmt: skip
    assert [one.post for one in twice[0]] == [one.post for one in twice[1]]
    key = digest(Plan(scenes=()), shown, SETTINGS)
    first = before(shots(4), NAMES)
    record = Record(indices=(0, 1, 3, 4), before=first, solved=twice[0])
    keep(tmp_path / "solved.json", key, record)
    again = kept(tmp_path / "solved.json", key)
    assert [one.post for one in again.solved] == [one.post for one in twice[0]]
    assert (again.indices, again.before.tolist()) == ((0, 1, 3, 4), first.tolist())
    other = digest(Plan(scenes=()), shown, replace(SETTINGS, most_stops=1.0))
    assert kept(tmp_path / "solved.json", other) is None


def test_a_cut_off_record_is_solved_anew(tmp_path):
    (tmp_path / "solved.json").write_text('{"of": "x", "solv')
    assert kept(tmp_path / "solved.json", "x") is None


def test_an_attribute_that_no_effect_is_solved_for_is_refused():
    with pytest.raises(ValueError, match=r"image_sharpness.*expected each once, of image_bright"):
        replace(SETTINGS, attributes=("image_sharpness",))


def test_a_picture_in_other_light_is_taken_where_it_comes_nearer_and_not_else():
    grey = np.full((60, 80, 3), 90, np.uint8)  # no tone curve gives it contrast
    told = [replace(one, light=lambda: linear(grey), others=(one.light,)) for one in shots(4)]
    same = [replace(one, others=(one.light,)) for one in shots(4)]
    photos = exposed(values(planted_photos(np.random.default_rng(2), 12)))
    for tried, chosen in ((told, 1), (same, 0)):
        found = fit(np.random.default_rng(0), photos, tried, SETTINGS, lambda _: None)
        assert [one.picture for one in found] == [chosen] * 4


def test_other_light_multiplies_lamps_and_leaves_all_else():
    config = scene_config(background=background_settings("room"))
    scene = SceneSampler.of(config, load_catalogue(1)).sample(2)
    lit = relit(scene, 4.0)
    assert [lamp.energy for lamp in lit.lights] == [4 * lamp.energy for lamp in scene.lights] != []
    assert replace(lit, lights=scene.lights).to_json() == scene.to_json()


@pytest.mark.parametrize("lamps", [(), (2.0,), (1.0, 1.0), (1.0, -2.0)])
def test_lamps_that_leave_out_the_scene_s_own_light_are_refused(lamps):
    with pytest.raises(ValueError, match="expected 1 and others above 0"):
        replace(SETTINGS, lamps=lamps)
